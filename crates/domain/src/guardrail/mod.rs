//! The rules that hold for an agent whatever its model wants: what in a message goes to a human at once, and what of an answer may be sent.
//!
//! Pure and without a clock: the same functions run in a turn, in the Test Console, in suites and in replay. Not here: how a channel
//! wants its text (`format`), or asking a model.

mod answer;
mod claims;
mod decide;
mod injection;
#[cfg(feature = "reader")]
pub mod reader;
mod triggers;

use serde::{Deserialize, Serialize};

use crate::closed_list;
use crate::format::Form;
use crate::keyword::{self, Keyword};
use crate::sentiment;
use crate::skill::{Escalation, Guardrails};
use crate::words::{Language, Text};

pub use claims::{Claim, claim};
pub use decide::{decide, fail, holding, review};

closed_list! {
    /// How soon somebody should look.
    pub enum Priority {
        /// In its turn.
        Normal = "normal",
        /// Before the others.
        High = "high",
        /// Now.
        Urgent = "urgent",
    }
}

impl Priority {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::High => "High",
            Self::Urgent => "Urgent",
        }
    }
}

/// Why a message goes to a human, with the words that say so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Forced {
    /// The reason code.
    pub reason: Escalation,
    /// The words of the message that made it so, as they were read.
    pub evidence: String,
}

/// What the rules read in a message, before any model is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = GuardrailInbound))]
pub struct Inbound {
    /// When set, no model is asked: a holding text is sent and a human takes over. The gravest of `found`, else a sentiment under 30.
    pub forced: Option<Forced>,
    /// Every forced class that the message touches, the gravest first.
    pub found: Vec<Forced>,
    /// How the person sounds: 0 in despair or furious, 50 neither way, 100 delighted.
    pub sentiment: u8,
    /// The language it seems to be written in; the holding text uses it.
    pub language: Language,
    /// Whether it carried characters that a reader does not see.
    pub hidden: bool,
    /// The words that try to give the model orders, if any do. They change nothing; they are shown.
    pub injection: Option<String>,
}

impl Inbound {
    /// How soon somebody should look: a sentiment of 30 to 50 or an escalation is high, a legal matter or rage is urgent.
    pub fn priority(&self) -> Priority {
        match &self.forced {
            Some(forced) if forced.reason == Escalation::Legal || self.sentiment < 15 => Priority::Urgent,
            Some(_) => Priority::High,
            None if self.sentiment < sentiment::NEUTRAL => Priority::High,
            None => Priority::Normal,
        }
    }
}

/// What the model wants to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "proposal", rename_all = "snake_case")]
pub enum Proposal {
    /// Say this.
    Reply {
        /// The words.
        text: String,
    },
    /// Hand the conversation to a human.
    Escalate {
        /// The subject that the model read in the message: it is the second reader, behind the rules and what was learned.
        subject: Option<Escalation>,
        /// Why, as the model put it.
        note: String,
    },
}

/// What the deciding function has to know beside the message and the proposal.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// How often the knowledge was searched in this turn.
    pub searches: u32,
    /// How many of those searches found nothing.
    pub empty_searches: u32,
    /// The text of every passage that was found, joined; prices in an answer must stand in it.
    pub passages: &'a str,
    /// What the agent was told (its system text): an answer may not recite it.
    pub system: &'a str,
    /// Whether a webhook of the agent did its work in this turn: only then may an answer say that something was done.
    pub acted: bool,
    /// The agent's own rules.
    pub guardrails: &'a Guardrails,
    /// The form it gets, which says where it goes. In a test without a channel it is neither shortened nor parted.
    pub form: &'a Form,
}

closed_list! {
    /// One thing that is looked at before an answer is sent.
    pub enum Rule as GuardrailRule {
        /// The message touches no forced class.
        ForcedEscalation = "forced_escalation",
        /// The person does not sound angry or in despair.
        Sentiment = "sentiment",
        /// The knowledge had something, or was not searched twice in vain.
        Knowledge = "knowledge",
        /// The model wants to answer by itself.
        ModelAnswers = "model_answers",
        /// There is something to say.
        NotEmpty = "not_empty",
        /// No phrase of the agent's own list.
        NeverSay = "never_say",
        /// No amount of money that stands in no passage.
        Prices = "prices",
        /// No guarantee, promise or legal commitment.
        Promises = "promises",
        /// No deed that was not done: a hand-over, a call back, a booking, silence.
        Undone = "undone",
        /// Nothing of what the agent was told.
        LeakedPrompt = "leaked_prompt",
        /// It fits its channel, or was made to fit.
        Length = "length",
        /// The message tried to give the model orders. Shown; never a reason by itself.
        Injection = "injection",
    }
}

impl Rule {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::ForcedEscalation => "Subjects for a human",
            Self::Sentiment => "Sentiment",
            Self::Knowledge => "Knowledge found",
            Self::ModelAnswers => "Model answers by itself",
            Self::NotEmpty => "Not empty",
            Self::NeverSay => "Words never to say",
            Self::Prices => "Prices from passages only",
            Self::Promises => "No promises",
            Self::Undone => "Says only what is done",
            Self::LeakedPrompt => "Instructions kept private",
            Self::Length => "Fits the channel",
            Self::Injection => "Orders in the message",
        }
    }
}

/// What one rule said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = GuardrailVerdict))]
pub struct Verdict {
    /// Which rule.
    pub rule: Rule,
    /// Whether it holds.
    pub passed: bool,
    /// What was found, for people; empty when there is nothing to say.
    pub note: String,
}

/// What happens now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = GuardrailOutcome))]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// The answer is sent.
    Send {
        /// In these messages, in this order; at least one.
        parts: Vec<String>,
        /// How soon somebody should look at the conversation.
        priority: Priority,
    },
    /// A human takes over.
    Escalate {
        /// The reason code.
        reason: Escalation,
        /// What made it so, for people.
        evidence: String,
        /// What is sent meanwhile: short, true, in the channel's form and the person's language.
        holding: String,
        /// How soon somebody should look.
        priority: Priority,
    },
}

/// What was decided, and what every rule said on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = GuardrailDecision))]
pub struct Decision {
    /// What happens now.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Each rule that was asked, in order.
    pub verdicts: Vec<Verdict>,
}

/// What stands behind a plain STOP. In a conversation it never reaches an agent; the Test Console and "Try a sentence" show it.
const PLAIN_STOP: &str = "a plain STOP: the person is opted out at once, and no agent is asked";

/// The browser half has no weights and shows no holding texts: it asks the server.
#[cfg(not(feature = "reader"))]
mod reader {
    use super::{Forced, Language, Text};

    pub(super) fn read(_: &Text) -> Option<Forced> {
        None
    }

    pub(super) fn language(_: &str, _: &Text) -> Option<Language> {
        None
    }
}

/// Reads a message: forced classes, the agent's own words, sentiment, hidden text, orders to the model.
pub fn inbound(text: &str, guardrails: &Guardrails) -> Inbound {
    let words = Text::read(text);
    let mut found = triggers::find(&words);
    found.extend(triggers::own(&words, &guardrails.escalate_on));
    let sentiment = sentiment::score(&words);
    // Whoever is furious goes to a human as such.
    if found.is_empty() && sentiment >= sentiment::ANGRY {
        found.extend(reader::read(&words));
    }
    if keyword::keyword(text) == Some(Keyword::Stop) {
        found.retain(|forced| forced.reason != Escalation::StopWish);
        found.insert(0, Forced { reason: Escalation::StopWish, evidence: PLAIN_STOP.to_owned() });
    }
    let forced = found.first().cloned().or_else(|| {
        (sentiment < sentiment::ANGRY).then(|| Forced {
            reason: Escalation::NegativeSentiment,
            evidence: format!("sentiment {sentiment} of 100"),
        })
    });
    let language = reader::language(text, &words).unwrap_or_else(|| words.language());
    Inbound { forced, found, sentiment, language, hidden: words.had_hidden(), injection: injection::find(&words) }
}
