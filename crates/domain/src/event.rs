//! The closed list of things that happened. One row each, written in the transaction of the change; the activity feed, live pages,
//! webhooks and the audit read it.

use serde::{Deserialize, Serialize};

use crate::closed_list;

closed_list! {
    /// What happened.
    pub enum EventKind {
        /// Somebody signed in.
        UserSignedIn = "user.signed_in",
        /// An agent was made, saved or deleted.
        AgentSaved = "agent.saved",
        /// An agent was deleted.
        AgentDeleted = "agent.deleted",
        /// A lead was made.
        LeadCreated = "lead.created",
        /// A lead was changed.
        LeadUpdated = "lead.updated",
        /// A lead was deleted.
        LeadDeleted = "lead.deleted",
        /// A lead asked us to stop.
        LeadOptedOut = "lead.opted_out",
        /// A lead allowed us to write again.
        LeadOptedIn = "lead.opted_in",
        /// An import moved on or finished.
        LeadsImported = "leads.imported",
        /// A template was made, saved or changed its state.
        TemplateSaved = "template.saved",
        /// A template was deleted.
        TemplateDeleted = "template.deleted",
        /// A campaign was made or changed.
        CampaignSaved = "campaign.saved",
        /// A campaign was started or resumed.
        CampaignStarted = "campaign.started",
        /// A campaign was paused.
        CampaignPaused = "campaign.paused",
        /// Every run of a campaign ended.
        CampaignCompleted = "campaign.completed",
        /// A campaign was deleted.
        CampaignDeleted = "campaign.deleted",
        /// Leads were taken into a campaign.
        CampaignEnrolled = "campaign.enrolled",
        /// Runs of a campaign moved.
        CampaignProgress = "campaign.progress",
        /// A message came in.
        MessageReceived = "message.received",
        /// A message was written, sent, or its state changed.
        MessageUpdated = "message.updated",
        /// A human took a conversation over.
        ConversationTakenOver = "conversation.taken_over",
        /// A conversation went back to the AI.
        ConversationReturned = "conversation.returned",
        /// A conversation was closed or opened again.
        ConversationStatus = "conversation.status",
        /// An agent could not answer.
        ReplyFailed = "reply.failed",
        /// A webhook step failed for good.
        WebhookFailed = "webhook.failed",
    }
}

impl EventKind {
    /// The live topic that pages listen to: the word before the dot.
    pub fn topic(self) -> &'static str {
        self.as_str().split('.').next().unwrap_or_default()
    }

    /// For the activity feed.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::UserSignedIn => "signed in",
            Self::AgentSaved => "saved the agent",
            Self::AgentDeleted => "deleted the agent",
            Self::LeadCreated => "added the lead",
            Self::LeadUpdated => "changed the lead",
            Self::LeadDeleted => "deleted the lead",
            Self::LeadOptedOut => "opted out",
            Self::LeadOptedIn => "opted in again",
            Self::LeadsImported => "imported leads",
            Self::TemplateSaved => "saved the template",
            Self::TemplateDeleted => "deleted the template",
            Self::CampaignSaved => "saved the campaign",
            Self::CampaignStarted => "started the campaign",
            Self::CampaignPaused => "paused the campaign",
            Self::CampaignCompleted => "finished the campaign",
            Self::CampaignDeleted => "deleted the campaign",
            Self::CampaignEnrolled => "took leads into the campaign",
            Self::CampaignProgress => "moved the campaign on",
            Self::MessageReceived => "wrote to us",
            Self::MessageUpdated => "message moved on",
            Self::ConversationTakenOver => "took the conversation over",
            Self::ConversationReturned => "gave the conversation back to the AI",
            Self::ConversationStatus => "closed or reopened the conversation",
            Self::ReplyFailed => "could not be answered by the agent",
            Self::WebhookFailed => "could not be reached by a webhook step",
        }
    }
}

/// One line of the activity feed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Activity {
    /// Its id.
    pub id: crate::id::EventId,
    /// What happened.
    pub kind: EventKind,
    /// What it happened to: a prefixed id.
    pub subject: String,
    /// What to call that; empty when it has no name.
    pub title: String,
    /// Who did it, or empty for the system.
    pub actor: String,
    /// When.
    pub at: chrono::DateTime<chrono::Utc>,
}

/// What a live page is told: something of this topic changed. It asks again for what it shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LiveNote {
    /// See [`EventKind::topic`].
    pub topic: String,
    /// The prefixed id of what changed.
    pub subject: String,
}
