//! The activity feed: who did what, or what happened to whom.

use domain::event::{Activity, EventKind};
use leptos::prelude::*;

use crate::ui::*;

/// Where what it happened to is shown, from its prefixed id.
fn place(subject: &str) -> Option<String> {
    let (prefix, _) = subject.split_once('_')?;
    Some(match prefix {
        "agt" => format!("/agents?edit={subject}"),
        "led" => format!("/leads?edit={subject}"),
        "tpl" => format!("/templates?edit={subject}"),
        "cmp" => format!("/campaigns/{subject}"),
        "cnv" => format!("/inbox?c={subject}"),
        "imp" => "/leads".to_owned(),
        "key" => "/settings/keys".to_owned(),
        "bdg" | "wsp" => "/settings/budgets".to_owned(),
        "chn" => "/settings/channels".to_owned(),
        "job" => "/settings/work".to_owned(),
        _ => return None,
    })
}

/// Whether the subject did it: "Ada opted out", not "Mia saved the agent".
fn by_subject(kind: EventKind) -> bool {
    use EventKind as E;
    matches!(
        kind,
        E::LeadOptedOut
            | E::LeadStoppedCalls
            | E::LeadOptedIn
            | E::MessageReceived
            | E::ReplyFailed
            | E::WebhookFailed
            | E::BudgetLow
            | E::BudgetUsedUp
            | E::BudgetSpike
            | E::SuitePassed
            | E::SuiteFailed
            | E::AgentActionFailed
            | E::ConversationEscalated
    )
}

/// Who, what, and the name of what it happened to, if that is said apart.
fn words(a: &Activity) -> (String, String, String) {
    if by_subject(a.kind) {
        let who = if a.title.is_empty() { "Somebody" } else { &a.title };
        return (who.to_owned(), a.kind.sentence().to_owned(), String::new());
    }
    let who = if a.actor.is_empty() { "Agent Outreach" } else { &a.actor };
    let title = if a.kind == EventKind::UserSignedIn { "" } else { &a.title };
    let with =
        if a.kind.topic() == "conversation" && !title.is_empty() { format!("with {title}") } else { title.to_owned() };
    (who.to_owned(), a.kind.sentence().to_owned(), with)
}

fn icon(kind: EventKind) -> (Icon, Tone) {
    use EventKind as E;
    match kind {
        E::UserSignedIn | E::UserSignedOut => (Icon::User, Tone::Neutral),
        E::UserSignInRefused => (Icon::Alert, Tone::Warn),
        E::AgentSaved | E::AgentDeleted => (Icon::Bot, Tone::Accent),
        E::LeadOptedOut | E::LeadStoppedCalls => (Icon::Hand, Tone::Bad),
        E::LeadCreated | E::LeadUpdated | E::LeadDeleted | E::LeadErased | E::LeadOptedIn | E::LeadsImported => {
            (Icon::Users, Tone::Info)
        }
        E::TemplateSaved | E::TemplateDeleted => (Icon::FileText, Tone::Neutral),
        E::CampaignStarted | E::CampaignEnrolled | E::CampaignCompleted => (Icon::Megaphone, Tone::Good),
        E::CampaignSaved | E::CampaignPaused | E::CampaignDeleted | E::CampaignProgress => {
            (Icon::Megaphone, Tone::Accent)
        }
        E::MessageReceived | E::MessageUpdated => (Icon::Message, Tone::Info),
        E::ConversationTakenOver
        | E::ConversationReturned
        | E::ConversationStatus
        | E::ConversationClosed
        | E::ConversationReopened => (Icon::Inbox, Tone::Warn),
        E::AgentPublished | E::AgentActionSaved => (Icon::Bot, Tone::Accent),
        E::AgentActionFailed => (Icon::Alert, Tone::Warn),
        E::ConversationEscalated => (Icon::Inbox, Tone::Warn),
        E::TicketOpened | E::TicketChanged => (Icon::Flag, Tone::Info),
        E::SuitePassed => (Icon::Check, Tone::Good),
        E::SuiteFailed | E::SuiteOverruled => (Icon::Alert, Tone::Warn),
        E::SuiteTestSaved | E::SuiteTestDeleted | E::SuiteStarted | E::SuiteStopped | E::SuiteProgress => {
            (Icon::Check, Tone::Neutral)
        }
        E::KnowledgeAdded | E::KnowledgeReady | E::KnowledgeDeleted => (Icon::FileText, Tone::Neutral),
        E::KnowledgeFailed => (Icon::Alert, Tone::Warn),
        E::ReplyFailed | E::WebhookFailed | E::BudgetUsedUp => (Icon::Alert, Tone::Bad),
        E::BudgetLow | E::BudgetSpike => (Icon::Alert, Tone::Warn),
        E::ApiKeyCreated | E::ApiKeyRevoked | E::BudgetSaved | E::BudgetDeleted | E::ChannelSaved => {
            (Icon::Settings, Tone::Neutral)
        }
        E::JobRetried | E::JobDropped => (Icon::Activity, Tone::Neutral),
    }
}

/// The feed, newest first.
#[component]
pub(super) fn Feed(
    /// What happened.
    activity: Vec<Activity>,
) -> impl IntoView {
    if activity.is_empty() {
        return view! { <Empty icon=Icon::Activity title="Nothing happened yet" text="What people and agents do appears here by itself."/> }.into_any();
    }
    let rows = activity
        .into_iter()
        .map(|a| {
            let (who, what, title) = words(&a);
            let (icon, tone) = icon(a.kind);
            let text = view! {
                <span class=format!("flex size-7 shrink-0 items-center justify-center rounded-full {}", tone.soft())>
                    <Icon icon=icon class="size-3.5"/>
                </span>
                <span class="min-w-0 flex-1 text-sm text-ink-2">
                    <span class="font-medium text-ink">{who}</span>
                    " "{what}" "
                    <span class="font-medium text-ink">{title}</span>
                    <span class="block text-2xs text-ink-3"><When at=a.at relative=true/></span>
                </span>
            };
            const ROW: &str = "flex items-start gap-3 px-4 py-2.5 outline-offset-[-2px]";
            match place(&a.subject) {
                Some(href) => view! { <li><a class=format!("{ROW} transition-colors hover:bg-surface-2") href=href>{text}</a></li> }.into_any(),
                None => view! { <li class=ROW>{text}</li> }.into_any(),
            }
        })
        .collect_view();
    view! { <ul class="max-h-144 divide-y divide-line overflow-y-auto" aria-label="Activity">{rows}</ul> }.into_any()
}

#[cfg(test)]
mod tests {
    use domain::id::EventId;
    use uuid::Uuid;

    use super::*;

    fn said(kind: EventKind, actor: &str, title: &str) -> String {
        let activity = Activity {
            id: EventId::new(Uuid::nil()),
            kind,
            subject: "cnv_1".into(),
            title: title.into(),
            actor: actor.into(),
            at: chrono::DateTime::UNIX_EPOCH,
        };
        let (who, what, title) = words(&activity);
        format!("{who} {what} {title}").trim_end().to_owned()
    }

    #[test]
    fn events_read_as_sentences() {
        assert_eq!(said(EventKind::AgentSaved, "Mia", "Reply handler"), "Mia saved the agent Reply handler");
        assert_eq!(said(EventKind::MessageReceived, "", "Ada"), "Ada wrote to us");
        assert_eq!(said(EventKind::CampaignCompleted, "", "Spring"), "Agent Outreach finished the campaign Spring");
        assert_eq!(said(EventKind::ConversationTakenOver, "Mia", "Ada"), "Mia took the conversation over with Ada");
        assert_eq!(said(EventKind::UserSignedIn, "Mia", "mia@example.com"), "Mia signed in");
        assert_eq!(place("cmp_1"), Some("/campaigns/cmp_1".into()));
        assert_eq!(place("usr_1"), None);
    }
}
