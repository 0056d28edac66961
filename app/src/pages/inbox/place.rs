//! What the address says is shown, and the addresses of everything else.

use domain::filter::Filter;
use domain::id::{ConversationId, MessageId};
use domain::intent::Intent;
use leptos_router::params::ParamsMap;

/// The address, read. Unknown words narrow nothing; a bad id is an unknown conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// `sms`, `whatsapp`, `voice`; empty for all.
    pub channel: String,
    /// `ai`, `mine`, `human`; empty for all.
    pub owner: String,
    /// `closed`; empty for those that are open.
    pub status: String,
    /// What the person wants, as a word; empty for all.
    pub intent: String,
    /// The search.
    pub q: String,
    /// Which page, from 1.
    pub page: i64,
    /// The open conversation's id, as it stands in the address.
    pub open: Option<String>,
    /// Whether the person's details cover the thread on narrow screens.
    pub details: bool,
    /// The message whose reasons are shown, as it stands in the address.
    pub why: Option<String>,
}

impl Place {
    /// Reads an address.
    pub fn read(query: &ParamsMap) -> Self {
        let text = |name: &str| query.get(name).unwrap_or_default();
        // A word that is none narrows nothing: an old or mistyped address still shows something.
        let one_of =
            |name: &str, words: &[&str]| Some(text(name)).filter(|w| words.contains(&w.as_str())).unwrap_or_default();
        Self {
            channel: one_of("channel", &["sms", "whatsapp", "voice"]),
            owner: one_of("owner", &["ai", "mine", "human", "escalated"]),
            status: one_of("status", &["closed"]),
            intent: Some(text("intent")).filter(|w| w.parse::<Intent>().is_ok()).unwrap_or_default(),
            q: text("q"),
            page: text("page").parse().unwrap_or(1).max(1),
            open: query.get("c").filter(|c| !c.is_empty()),
            details: text("d") == "1",
            why: query.get("why").filter(|id| !id.is_empty()),
        }
    }

    /// The open conversation.
    pub fn conversation(&self) -> Option<Result<ConversationId, ()>> {
        self.open.as_ref().map(|id| id.parse().map_err(|_| ()))
    }

    /// What the list is narrowed to.
    pub fn filter(&self) -> Filter {
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        Filter {
            q: some(&self.q),
            channel: some(&self.channel),
            owner: some(&self.owner),
            intent: some(&self.intent),
            status: Some(if self.status.is_empty() { "open".to_owned() } else { self.status.clone() }),
            page: Some(self.page),
            page_size: Some(30),
            ..Filter::default()
        }
    }

    /// Whether something keeps conversations from the list.
    pub fn is_narrowed(&self) -> bool {
        [&self.channel, &self.owner, &self.status, &self.intent, &self.q].into_iter().any(|word| !word.is_empty())
    }

    /// The address.
    pub fn href(&self) -> String {
        let mut query = ParamsMap::new();
        let mut add = |name: &'static str, text: &str| {
            if !text.is_empty() {
                query.insert(name, text.to_owned());
            }
        };
        add("channel", &self.channel);
        add("owner", &self.owner);
        add("status", &self.status);
        add("intent", &self.intent);
        add("q", &self.q);
        add("page", &if self.page > 1 { self.page.to_string() } else { String::new() });
        add("c", self.open.as_deref().unwrap_or_default());
        add("d", if self.details { "1" } else { "" });
        add("why", self.why.as_deref().unwrap_or_default());
        // An underscore needs no escape, and only the server's half writes one: ids read the same in both.
        format!("/inbox{}", query.to_query_string().replace("%5F", "_"))
    }

    /// The same list with a conversation open, or none.
    pub fn opening(&self, id: Option<ConversationId>) -> Self {
        Self { open: id.map(|id| id.to_string()), details: false, why: None, ..self.clone() }
    }

    /// The same conversation with or without the details.
    pub fn with_details(&self, details: bool) -> Self {
        Self { details, ..self.clone() }
    }

    /// The same with the reasons of a message, or without.
    pub fn asking_why(&self, message: Option<MessageId>) -> Self {
        Self { why: message.map(|id| id.to_string()), ..self.clone() }
    }

    /// Another channel, from the first page.
    pub fn on_channel(&self, channel: &str) -> Self {
        Self { channel: channel.into(), page: 1, ..self.opening(None) }
    }

    /// Another queue, from the first page.
    pub fn in_queue(&self, owner: &str) -> Self {
        Self { owner: owner.into(), page: 1, ..self.opening(None) }
    }

    /// Those that are open, or those that are closed, from the first page.
    pub fn in_state(&self, status: &str) -> Self {
        Self { status: status.into(), page: 1, ..self.opening(None) }
    }

    /// Those who want one thing, from the first page.
    pub fn wanting(&self, intent: &str) -> Self {
        Self { intent: intent.into(), page: 1, ..self.opening(None) }
    }

    /// Another search, from the first page.
    pub fn searching(&self, q: String) -> Self {
        Self { q, page: 1, ..self.clone() }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_address_is_read_back_as_it_was_written() {
        let id = ConversationId::new(Uuid::from_u128(7));
        let place =
            Place { channel: "sms".into(), owner: "mine".into(), q: "a&b=c d".into(), page: 3, ..Place::default() }
                .opening(Some(id))
                .with_details(true);
        assert_eq!(place.conversation(), Some(Ok(id)));
        assert!(place.href().starts_with("/inbox?channel=sms&owner=mine&q=a%26b"), "{}", place.href());
        assert!(place.href().contains("&c=cnv_"), "{}", place.href());
        assert_eq!(Place { page: 1, ..Place::default() }.href(), "/inbox");
        let odd = Place::read(&[("owner", "nobody"), ("channel", "fax"), ("status", "x")].into_iter().collect());
        assert_eq!(odd, Place { page: 1, ..Place::default() });
        assert_eq!(odd.filter().status.as_deref(), Some("open"));
        assert_eq!(odd.in_state("closed").href(), "/inbox?status=closed");
        let wanting = Place::read(&[("intent", "question")].into_iter().collect());
        assert_eq!(wanting.filter().intent.as_deref(), Some("question"));
        assert_eq!(wanting.wanting("meeting_request").href(), "/inbox?intent=meeting_request");
        assert!(wanting.is_narrowed() && !odd.wanting("").is_narrowed());
        let bad = Place { open: Some("led_1".into()), ..Place::default() };
        assert_eq!(bad.conversation(), Some(Err(())));
    }
}
