//! What an agent may do besides speaking, the rules that hold for what it says, and how it sounds on the phone: parts of its draft.

use serde::{Deserialize, Serialize};

use crate::closed_list;
use crate::problem::Problems;
use crate::text;

closed_list! {
    /// The five tools of an agent (spec AGT-07). A model can only ever call those that its agent has switched on.
    pub enum Tool {
        /// Opens a ticket for the conversation, or gives the open one.
        CreateTicket = "create_ticket",
        /// What was said with this person before, over all channels.
        GetCustomerHistory = "get_customer_history",
        /// The five passages of the agent's knowledge that fit best.
        SearchKnowledgeBase = "search_knowledge_base",
        /// Answers the person; the send gate decides.
        SendResponse = "send_response",
        /// Hands the conversation to a human.
        EscalateToHuman = "escalate_to_human",
    }
}

closed_list! {
    /// Why a conversation went to a human (spec AGT-09 to AGT-12, INB-09).
    pub enum Escalation {
        /// Asked what it costs, for a discount or a quote.
        Pricing = "pricing",
        /// Wants money back.
        Refund = "refund",
        /// Lawyers, courts, complaints to authorities.
        Legal = "legal",
        /// Asked for a human.
        HumanRequest = "human_request",
        /// Wishes to hear no more. A plain STOP is obeyed before any agent; this is for other words.
        StopWish = "stop_wish",
        /// Wrote one of the words that this agent hands over.
        AgentRule = "agent_rule",
        /// Sounds angry or in despair: sentiment under 0.3.
        NegativeSentiment = "negative_sentiment",
        /// Two searches found nothing that fits.
        NoKbMatch = "no_kb_match",
        /// The model asked for it.
        AgentDecision = "agent_decision",
        /// The answer broke a rule of the agent and was not sent.
        UnsafeAnswer = "unsafe_answer",
        /// No model could answer.
        ModelFailure = "model_failure",
        /// The budget is used up.
        BudgetExhausted = "budget_exhausted",
        /// Written in a language that the guardrails do not know.
        UnknownLanguage = "unknown_language",
    }
}

impl Escalation {
    /// The subjects that go to a human whatever the agent could say about them.
    pub const SUBJECTS: [Self; 5] = [Self::Pricing, Self::Refund, Self::Legal, Self::HumanRequest, Self::StopWish];

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pricing => "Pricing",
            Self::Refund => "Refund",
            Self::Legal => "Legal",
            Self::HumanRequest => "Asked for a human",
            Self::StopWish => "Wish to hear no more",
            Self::AgentRule => "Agent's own rule",
            Self::NegativeSentiment => "Negative sentiment",
            Self::NoKbMatch => "Nothing found in the knowledge",
            Self::AgentDecision => "The agent asked for it",
            Self::UnsafeAnswer => "Unsafe answer held back",
            Self::ModelFailure => "No model could answer",
            Self::BudgetExhausted => "Budget used up",
            Self::UnknownLanguage => "Language not known",
        }
    }
}

/// What an agent may never say, beside the rules that always hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Guardrails {
    /// Words and phrases that keep an answer from being sent, in any case.
    #[serde(default)]
    pub never_say: Vec<String>,
    /// More words that hand the conversation to a human when the person writes them.
    #[serde(default)]
    pub escalate_on: Vec<String>,
    /// Whether an answer may name an amount of money that stands in no passage.
    #[serde(default)]
    pub may_name_prices: bool,
}

/// The longest part of a script for the phone, in characters.
pub const VOICE_SECTION: u32 = 600;

/// How the agent sounds and what it says on the phone (spec AGT-13: opening, value_prop, cta).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VoiceScript {
    /// The provider's name of the voice; empty for its first one.
    #[serde(default)]
    pub voice: String,
    /// How the call opens.
    #[serde(default)]
    pub opening: String,
    /// What is in it for the person.
    #[serde(default)]
    pub value_prop: String,
    /// What the person is asked to do.
    #[serde(default)]
    pub cta: String,
}

/// Every tool, in the order in which they run (spec AGT-08).
pub fn all_tools() -> Vec<Tool> {
    Tool::ALL.to_vec()
}

impl Guardrails {
    /// Everything that keeps these from being saved.
    pub fn check(&self, problems: &mut Problems) {
        for (field, list) in [("never_say", &self.never_say), ("escalate_on", &self.escalate_on)] {
            if list.len() > 100 {
                problems.add(format!("guardrails.{field}"), "At most 100 phrases.");
            }
            for (i, phrase) in list.iter().enumerate().take(100) {
                text::required(problems, &format!("guardrails.{field}.{i}"), phrase, 200);
            }
        }
    }
}

impl VoiceScript {
    /// Everything that keeps it from being saved.
    pub fn check(&self, problems: &mut Problems) {
        text::optional(problems, "voice.voice", &self.voice, 60);
        for (field, value) in [("opening", &self.opening), ("value_prop", &self.value_prop), ("cta", &self.cta)] {
            text::long(problems, &format!("voice.{field}"), value, VOICE_SECTION);
        }
    }
}
