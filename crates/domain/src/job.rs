//! The closed list of work that may be queued. Jobs may run twice; each says why that is safe.

use serde::{Deserialize, Serialize};

use crate::flow::step::Input;
use crate::id::{ConversationId, DocumentId, ImportId, MessageId, RunId, SuiteRunId, TemplateId};
use crate::message::Inbound;
use crate::work::JobKind;

/// One piece of work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum Job {
    /// Moves a run on. Safe twice: `step` ignores inputs that no longer matter, and sends are keyed by (run, node, visit).
    Step {
        /// The run.
        run_id: RunId,
        /// What happened to it.
        input: Input,
    },
    /// Sends a message. Safe twice: a message leaves `queued` once, and one found in `sending` is looked up, never sent again.
    Send {
        /// The message.
        message_id: MessageId,
    },
    /// Answers what a lead wrote. Safe twice: the answer is keyed by the newest inbound message.
    Reply {
        /// The conversation.
        conversation_id: ConversationId,
    },
    /// Asks a model what a reply means, where the rules were not sure. Safe twice: the newest reading stands.
    Analyse {
        /// The conversation.
        conversation_id: ConversationId,
    },
    /// Reads a CSV import. Safe twice: it goes on after the last row whose batch was committed.
    Import {
        /// The import.
        import_id: ImportId,
    },
    /// Calls a webhook for a run. May reach the other system twice after a crash; the delivery id is the same both times.
    Webhook {
        /// The run.
        run_id: RunId,
        /// The node.
        node: String,
        /// The visit.
        visit: u32,
        /// Where.
        url: String,
    },
    /// Asks the provider whether a template was approved. Safe twice: it only reads there.
    TemplateState {
        /// The template.
        template_id: TemplateId,
    },
    /// Reads an uploaded document into passages. Safe twice: the passages are replaced as a whole.
    ParseDocument {
        /// The document.
        document_id: DocumentId,
    },
    /// Fetches a page and reads it into passages. Safe twice: the passages are replaced as a whole.
    CrawlDocument {
        /// The document.
        document_id: DocumentId,
    },
    /// Runs an agent's tests. Safe twice: it goes on with the tests that have no result yet, and a result is written once.
    Suite {
        /// The run.
        suite_run_id: SuiteRunId,
    },
    /// Takes in what a person wrote, where that failed when it came. Safe twice: a provider's id is taken in once.
    Receive {
        /// What they wrote.
        inbound: Box<Inbound>,
    },
}

impl Job {
    /// Its kind.
    pub fn kind(&self) -> JobKind {
        match self {
            Self::Step { .. } => JobKind::Step,
            Self::Send { .. } => JobKind::Send,
            Self::Reply { .. } => JobKind::Reply,
            Self::Analyse { .. } => JobKind::Analyse,
            Self::Import { .. } => JobKind::Import,
            Self::Webhook { .. } => JobKind::Webhook,
            Self::TemplateState { .. } => JobKind::TemplateState,
            Self::ParseDocument { .. } => JobKind::ParseDocument,
            Self::CrawlDocument { .. } => JobKind::CrawlDocument,
            Self::Suite { .. } => JobKind::Suite,
            Self::Receive { .. } => JobKind::Receive,
        }
    }

    /// The word for logs and for the `kind` of its row.
    pub fn word(&self) -> &'static str {
        self.kind().as_str()
    }

    /// At most one job of a key waits at a time; `None` for any number.
    pub fn key(&self) -> Option<String> {
        match self {
            Self::Reply { conversation_id } => Some(format!("reply:{conversation_id}")),
            Self::Send { message_id } => Some(format!("send:{message_id}")),
            Self::Analyse { conversation_id } => Some(format!("analyse:{conversation_id}")),
            Self::Import { import_id } => Some(format!("import:{import_id}")),
            Self::TemplateState { template_id } => Some(format!("template:{template_id}")),
            Self::ParseDocument { document_id } => Some(format!("parse:{document_id}")),
            Self::CrawlDocument { document_id } => Some(format!("crawl:{document_id}")),
            Self::Suite { suite_run_id } => Some(format!("suite:{suite_run_id}")),
            Self::Receive { inbound } => Some(format!("receive:{}:{}", inbound.channel, inbound.message_id)),
            Self::Step { run_id, input: Input::Wake } => Some(format!("wake:{run_id}")),
            Self::Webhook { run_id, node, visit, .. } => Some(format!("webhook:{run_id}:{node}:{visit}")),
            Self::Step { .. } => None,
        }
    }

    /// How long to wait before each further try, in seconds (spec PLT-18, WHK-02). When they are used up, the job is dead: its row
    /// stays, and readiness counts it.
    pub fn retry_waits(&self) -> &'static [u32] {
        match self {
            Self::Webhook { .. } => &[2, 8],
            Self::Reply { .. } => &[30, 120],
            Self::Analyse { .. } => &[60],
            Self::Suite { .. } => &[5, 30, 120],
            Self::Send { .. } => &[2, 5, 15, 60, 300, 900],
            Self::TemplateState { .. } => &[60, 300, 900, 3_600],
            Self::ParseDocument { .. } => &[5, 30],
            Self::CrawlDocument { .. } => &[5, 30],
            Self::Step { .. } | Self::Import { .. } => &[1, 5, 30, 120, 600],
            // Nobody else has it any more: a provider does not post twice.
            Self::Receive { .. } => &[5, 30, 120, 600, 3_600],
        }
    }
}
