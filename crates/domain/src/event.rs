//! The closed list of things that happened. One row each, written in the transaction of the change; the activity feed and the lines
//! between a thread's messages read them, live pages hear of them. Which columns of a row changed is in `audit_log`, kept by triggers.

use serde::{Deserialize, Serialize};

use crate::closed_list;

closed_list! {
    /// What happened.
    pub enum EventKind {
        /// Somebody signed in.
        UserSignedIn = "user.signed_in",
        /// Somebody tried an account with a wrong password.
        UserSignInRefused = "user.sign_in_refused",
        /// Somebody signed out.
        UserSignedOut = "user.signed_out",
        /// An agent was made, saved or deleted.
        AgentSaved = "agent.saved",
        /// A version of an agent became the one that people hear.
        AgentPublished = "agent.published",
        /// A webhook of an agent was made, changed or deleted.
        AgentActionSaved = "agent.action_saved",
        /// A webhook of an agent failed after its last try.
        AgentActionFailed = "agent.action_failed",
        /// An agent was deleted.
        AgentDeleted = "agent.deleted",
        /// A lead was made.
        LeadCreated = "lead.created",
        /// A lead was changed.
        LeadUpdated = "lead.updated",
        /// A lead was deleted.
        LeadDeleted = "lead.deleted",
        /// Everything about a lead was erased.
        LeadErased = "lead.erased",
        /// A lead asked us to stop.
        LeadOptedOut = "lead.opted_out",
        /// A lead asked not to be called again.
        LeadStoppedCalls = "lead.stopped_calls",
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
        /// A conversation needs a human.
        ConversationEscalated = "conversation.escalated",
        /// How a conversation stands changed: read, understood, ticketed. For live pages only.
        ConversationStatus = "conversation.status",
        /// A conversation was closed.
        ConversationClosed = "conversation.closed",
        /// A closed conversation was opened again.
        ConversationReopened = "conversation.reopened",
        /// A ticket was opened.
        TicketOpened = "ticket.opened",
        /// A ticket was changed.
        TicketChanged = "ticket.changed",
        /// An agent could not answer.
        ReplyFailed = "reply.failed",
        /// A webhook step failed for good.
        WebhookFailed = "webhook.failed",
        /// A test of an agent was made or changed.
        SuiteTestSaved = "suite.test_saved",
        /// A test of an agent was deleted.
        SuiteTestDeleted = "suite.test_deleted",
        /// An agent's tests were started.
        SuiteStarted = "suite.started",
        /// A test of a running suite came out.
        SuiteProgress = "suite.progress",
        /// Every test of an agent passed.
        SuitePassed = "suite.passed",
        /// Not every test of an agent passed.
        SuiteFailed = "suite.failed",
        /// A running suite was stopped.
        SuiteStopped = "suite.stopped",
        /// A version was published although its tests are not green.
        SuiteOverruled = "suite.overruled",
        /// A document was added to an agent's knowledge.
        KnowledgeAdded = "knowledge.added",
        /// A document was read and can be found.
        KnowledgeReady = "knowledge.ready",
        /// A document could not be read.
        KnowledgeFailed = "knowledge.failed",
        /// A document was deleted.
        KnowledgeDeleted = "knowledge.deleted",
        /// A key for programs was made.
        ApiKeyCreated = "api_key.created",
        /// A key for programs was revoked.
        ApiKeyRevoked = "api_key.revoked",
        /// A budget was made or changed.
        BudgetSaved = "budget.saved",
        /// A budget was deleted.
        BudgetDeleted = "budget.deleted",
        /// Four fifths of a day's budget are spent.
        BudgetLow = "budget.low",
        /// A day's budget refused a call.
        BudgetUsedUp = "budget.used_up",
        /// Spending of a day is several times what is usual.
        BudgetSpike = "budget.spike",
        /// What answers look like over a channel was changed.
        ChannelSaved = "channel.saved",
        /// A piece of work that had failed for good is tried again.
        JobRetried = "job.retried",
        /// A piece of work that had failed for good was given up.
        JobDropped = "job.dropped",
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
            Self::UserSignInRefused => "was refused with a wrong password",
            Self::UserSignedOut => "signed out",
            Self::AgentSaved => "saved the agent",
            Self::AgentPublished => "published the agent",
            Self::AgentActionSaved => "changed a webhook of the agent",
            Self::AgentActionFailed => "could not reach its webhook",
            Self::AgentDeleted => "deleted the agent",
            Self::LeadCreated => "added the lead",
            Self::LeadUpdated => "changed the lead",
            Self::LeadDeleted => "deleted the lead",
            Self::LeadErased => "erased a person",
            Self::LeadOptedOut => "opted out",
            Self::LeadStoppedCalls => "asked not to be called again",
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
            Self::ConversationEscalated => "needs a human",
            Self::TicketOpened => "has a new ticket",
            Self::TicketChanged => "changed the ticket",
            Self::ConversationStatus => "closed or reopened the conversation",
            Self::ConversationClosed => "closed the conversation",
            Self::ConversationReopened => "reopened the conversation",
            Self::ReplyFailed => "could not be answered by the agent",
            Self::WebhookFailed => "could not be reached by a webhook step",
            Self::SuiteTestSaved => "saved the test",
            Self::SuiteTestDeleted => "deleted the test",
            Self::SuiteStarted => "started the tests of",
            Self::SuiteProgress => "ran a test of",
            Self::SuitePassed => "passed all its tests",
            Self::SuiteFailed => "failed its tests",
            Self::SuiteStopped => "stopped the tests of",
            Self::SuiteOverruled => "overruled the tests of",
            Self::KnowledgeAdded => "added to the knowledge",
            Self::KnowledgeReady => "finished reading",
            Self::KnowledgeFailed => "could not read",
            Self::KnowledgeDeleted => "deleted from the knowledge",
            Self::ApiKeyCreated => "made the API key",
            Self::ApiKeyRevoked => "revoked the API key",
            Self::BudgetSaved => "saved the budget of",
            Self::BudgetDeleted => "deleted the budget of",
            Self::BudgetLow => "has spent 80 % of today's budget",
            Self::BudgetUsedUp => "has used today's budget up",
            Self::BudgetSpike => "spends three times as much as usual today",
            Self::ChannelSaved => "changed what answers look like over",
            Self::JobRetried => "restarted the job",
            Self::JobDropped => "gave up the job",
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
