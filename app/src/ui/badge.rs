//! Short marks: a state as colour, icon and word. Never colour alone.

use domain::message::Channel;
use leptos::prelude::*;

use super::Icon;

/// What a colour means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to say about it.
    #[default]
    Neutral,
    /// Went well.
    Good,
    /// Look at it.
    Warn,
    /// Went wrong.
    Bad,
    /// On its way.
    Info,
    /// Ours: the AI, the chosen thing.
    Accent,
}

impl Tone {
    /// Soft background and readable text.
    pub const fn soft(self) -> &'static str {
        match self {
            Self::Neutral => "bg-surface-3 text-ink-2",
            Self::Good => "bg-good-soft text-good",
            Self::Warn => "bg-warn-soft text-warn",
            Self::Bad => "bg-bad-soft text-bad",
            Self::Info => "bg-info-soft text-info",
            Self::Accent => "bg-accent-soft text-accent-text",
        }
    }

    /// The text colour alone.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Neutral => "text-ink-2",
            Self::Good => "text-good",
            Self::Warn => "text-warn",
            Self::Bad => "text-bad",
            Self::Info => "text-info",
            Self::Accent => "text-accent-text",
        }
    }

    /// The fill of a bar.
    pub const fn fill(self) -> &'static str {
        match self {
            Self::Neutral => "fill-ink-3",
            Self::Good => "fill-good",
            Self::Warn => "fill-warn-solid",
            Self::Bad => "fill-bad-solid",
            Self::Info => "fill-info",
            Self::Accent => "fill-accent",
        }
    }
}

/// A mark of one or two words.
#[component]
pub fn Badge(
    /// Its colour.
    #[prop(optional)]
    tone: Tone,
    /// Its icon.
    #[prop(optional)]
    icon: Option<Icon>,
    /// A sentence on hover.
    #[prop(optional, into)]
    title: Option<String>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <span
            class=format!("inline-flex h-5 max-w-full items-center gap-1 whitespace-nowrap rounded-sm px-1.5 text-2xs font-medium {}", tone.soft())
            title=title
        >
            {icon.map(|icon| view! { <Icon icon=icon class="size-3"/> })}
            <span class="truncate">{children()}</span>
        </span>
    }
}

/// Tone, icon and word of every state the product knows. An unknown word is shown as it is.
pub fn status_look(status: &str) -> (Tone, Icon, String) {
    let (tone, icon, word) = match status {
        // Messages.
        "queued" => (Tone::Neutral, Icon::Clock, "Queued"),
        "held" => (Tone::Warn, Icon::Wait, "Held"),
        "blocked" => (Tone::Bad, Icon::Ban, "Not sent"),
        "sending" => (Tone::Info, Icon::Send, "Sending"),
        "in_doubt" => (Tone::Warn, Icon::Help, "In doubt"),
        "accepted" => (Tone::Info, Icon::Check, "Accepted"),
        "sent" => (Tone::Info, Icon::Check, "Sent"),
        "delivered" => (Tone::Good, Icon::CheckDouble, "Delivered"),
        "read" => (Tone::Good, Icon::Eye, "Read"),
        "failed" => (Tone::Bad, Icon::Alert, "Failed"),
        "received" => (Tone::Neutral, Icon::ArrowDown, "Received"),
        // Agents, campaigns, templates.
        "draft" => (Tone::Neutral, Icon::Edit, "Draft"),
        "live" => (Tone::Good, Icon::Activity, "Live"),
        "active" => (Tone::Good, Icon::Play, "Active"),
        "paused" => (Tone::Warn, Icon::Pause, "Paused"),
        "completed" => (Tone::Info, Icon::Flag, "Completed"),
        "submitted" => (Tone::Info, Icon::Send, "Submitted"),
        "approved" => (Tone::Good, Icon::Check, "Approved"),
        "rejected" => (Tone::Bad, Icon::X, "Rejected"),
        // Runs, imports, jobs.
        "ready" => (Tone::Neutral, Icon::Play, "Ready"),
        "running" => (Tone::Info, Icon::Activity, "Running"),
        "waiting_reply" => (Tone::Info, Icon::Message, "Waiting for a reply"),
        "waiting_time" => (Tone::Neutral, Icon::Clock, "Waiting"),
        "waiting_webhook" => (Tone::Info, Icon::Webhook, "Waiting for a webhook"),
        "done" => (Tone::Good, Icon::Check, "Done"),
        "stopped" => (Tone::Neutral, Icon::Ban, "Stopped"),
        // Leads and conversations.
        "new" => (Tone::Accent, Icon::Sparkles, "New"),
        "contacted" => (Tone::Info, Icon::Send, "Contacted"),
        "replied" => (Tone::Good, Icon::Message, "Replied"),
        "opted_out" => (Tone::Bad, Icon::Hand, "Opted out"),
        "open" => (Tone::Info, Icon::Message, "Open"),
        "closed" => (Tone::Neutral, Icon::Check, "Closed"),
        "ai" => (Tone::Accent, Icon::Bot, "AI"),
        "human" => (Tone::Warn, Icon::User, "Human"),
        // What the send gate said.
        "allow" => (Tone::Good, Icon::Check, "Allowed"),
        "hold" => (Tone::Warn, Icon::Wait, "Held"),
        "block" => (Tone::Bad, Icon::Ban, "Blocked"),
        // Tiers.
        "hot" => (Tone::Bad, Icon::Zap, "Hot"),
        "warm" => (Tone::Warn, Icon::Sun, "Warm"),
        "cool" => (Tone::Info, Icon::Activity, "Cool"),
        "cold" => (Tone::Info, Icon::Moon, "Cold"),
        "dead" => (Tone::Neutral, Icon::Ban, "Dead"),
        other => {
            let mut words = other.replace(['_', '.'], " ");
            if let Some(first) = words.get_mut(0..1) {
                first.make_ascii_uppercase();
            }
            return (Tone::Neutral, Icon::Dot, words);
        }
    };
    (tone, icon, word.to_owned())
}

/// The mark of a domain state, from its word.
#[component]
pub fn StatusBadge(
    /// The word, as `as_str()` gives it.
    #[prop(into)]
    status: String,
    /// A sentence on hover: why.
    #[prop(optional, into)]
    title: Option<String>,
) -> impl IntoView {
    let (tone, icon, word) = status_look(&status);
    match title {
        Some(title) => view! { <Badge tone=tone icon=icon title=title>{word}</Badge> }.into_any(),
        None => view! { <Badge tone=tone icon=icon>{word}</Badge> }.into_any(),
    }
}

/// A channel's icon, with its name read out or written.
#[component]
pub fn ChannelIcon(
    /// Which channel.
    channel: Channel,
    /// Writes the name beside it.
    #[prop(optional)]
    named: bool,
    /// The icon's size.
    #[prop(default = "size-4")]
    class: &'static str,
) -> impl IntoView {
    let (icon, colour) = match channel {
        Channel::Sms => (Icon::Message, "text-info"),
        Channel::Whatsapp => (Icon::Whatsapp, "text-good"),
        Channel::Voice => (Icon::Phone, "text-accent-text"),
    };
    view! {
        <span class="inline-flex items-center gap-1.5 whitespace-nowrap" title=channel.label()>
            <span class=colour><Icon icon=icon class=class/></span>
            <span class:sr-only=!named>{channel.label()}</span>
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_domain_state_has_its_own_look() {
        fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> impl Iterator<Item = &'static str> {
            all.iter().map(move |t| word(*t))
        }
        let words = words(domain::message::Status::ALL, domain::message::Status::as_str)
            .chain(words(domain::campaign::CampaignStatus::ALL, domain::campaign::CampaignStatus::as_str))
            .chain(words(domain::agent::AgentStatus::ALL, domain::agent::AgentStatus::as_str))
            .chain(words(
                domain::conversation::ConversationStatus::ALL,
                domain::conversation::ConversationStatus::as_str,
            ))
            .chain(words(domain::conversation::Owner::ALL, domain::conversation::Owner::as_str))
            .chain(words(domain::template::TemplateState::ALL, domain::template::TemplateState::as_str))
            .chain(words(domain::lead::LeadStatus::ALL, domain::lead::LeadStatus::as_str))
            .chain(words(domain::lead::ImportStatus::ALL, domain::lead::ImportStatus::as_str))
            .chain(words(domain::gate::Decision::ALL, domain::gate::Decision::as_str))
            .chain(words(domain::flow::step::RunStatus::ALL, domain::flow::step::RunStatus::as_str));
        for word in words {
            assert_ne!(status_look(word).1, Icon::Dot, "{word}");
        }
        assert_eq!(status_look("half_open").2, "Half open");
        assert_eq!(status_look("").2, "");
    }
}
