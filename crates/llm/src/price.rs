//! The models we know: what they cost, and how to keep them from thinking before a short reply.
//!
//! Prices are micro-dollars per million tokens, standard tier, without discounts for cached input, so a cost is never too low.
//! OpenAI: developers.openai.com/api/docs/pricing as of 2026-11-05 (read through stored copies of reports on that page).
//! Anthropic: the model pages on platform.claude.com/docs as of 2026-10-24. Gemini: stored copies of ai.google.dev/gemini-api/docs/pricing
//! as of 2026-10-07; where a price is promised only until the end of 2026, the one after it stands here. Check before a bill depends on them.

use domain::agent::{ModelChoice, Provider};
use domain::money::Micros;

use crate::Usage;

/// What one known model costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// Per million tokens read.
    pub input_per_million: i64,
    /// Per million tokens written.
    pub output_per_million: i64,
}

/// The most that one call may cost, as far as that is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Worst {
    /// Of everything that has a price.
    pub amount: Micros,
    /// What will be billed at a price that nobody here knows: no budget can hold that.
    pub unpriced: Option<String>,
}

impl From<Micros> for Worst {
    fn from(amount: Micros) -> Self {
        Self { amount, unpriced: None }
    }
}

impl Worst {
    /// The same, of a call with something in it that is billed beside the tokens.
    pub fn with_unpriced(self, what: Option<String>) -> Self {
        Self { unpriced: self.unpriced.or(what), ..self }
    }
}

/// One line of the model picker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueEntry {
    /// What to store when it is picked.
    pub choice: ModelChoice,
    /// For people.
    pub label: String,
    /// What it costs, where we know.
    pub price: Option<Price>,
    /// For how long it is being skipped because it kept failing.
    pub resting: Option<std::time::Duration>,
}

/// How to ask a model for an answer without thinking first. Thinking counts against `max_tokens`: a text message would get none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thinking {
    /// It does not think unless told to, or we do not know it.
    Unasked,
    /// `thinking: {"type": …}`, with this word (Anthropic).
    Type(&'static str),
    /// `reasoning_effort`, with this word (OpenAI).
    Effort(&'static str),
    /// `thinkingLevel`, with this word (Gemini 3).
    Level(&'static str),
    /// `thinkingBudget`, with this number (Gemini 2.5).
    Budget(u32),
}

/// What a model does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Answers.
    Chat,
    /// Turns texts into vectors.
    Embed,
    /// Reads texts aloud. Its price counts characters.
    Speak,
}

/// One known model.
#[derive(Debug)]
pub(crate) struct Card {
    pub kind: Kind,
    pub provider: Provider,
    pub model: &'static str,
    pub label: &'static str,
    pub price: Price,
    /// Above that many tokens read, the whole request costs this instead.
    pub long: Option<(u32, Price)>,
    pub thinking: Thinking,
}

const fn dollars_and_cents(input_cents: i64, output_cents: i64) -> Price {
    Price { input_per_million: input_cents * 10_000, output_per_million: output_cents * 10_000 }
}

const fn card(provider: Provider, model: &'static str, label: &'static str, input: i64, output: i64) -> Card {
    let price = dollars_and_cents(input, output);
    Card { kind: Kind::Chat, provider, model, label, price, long: None, thinking: Thinking::Unasked }
}

/// Every known model, in the order of the picker. Amounts in cents per million tokens.
pub(crate) static CARDS: &[Card] = &[
    Card {
        long: Some((272_000, dollars_and_cents(20, 75))),
        thinking: Thinking::Effort("none"),
        ..card(Provider::OpenAi, "gpt-6-luna", "GPT-6 Luna", 10, 50)
    },
    Card {
        long: Some((272_000, dollars_and_cents(400, 1500))),
        thinking: Thinking::Effort("none"),
        ..card(Provider::OpenAi, "gpt-6-sol", "GPT-6 Sol", 200, 1000)
    },
    card(Provider::OpenAi, "gpt-4.1-mini", "GPT-4.1 mini", 40, 160),
    card(Provider::OpenAi, "gpt-4.1", "GPT-4.1", 200, 800),
    card(Provider::OpenAi, "gpt-4o-mini", "GPT-4o mini", 15, 60),
    Card {
        long: Some((100_000, dollars_and_cents(50, 250))),
        thinking: Thinking::Type("disabled"),
        ..card(Provider::Anthropic, "claude-haiku-5-5", "Claude Haiku 5.5", 10, 50)
    },
    Card {
        thinking: Thinking::Type("between_tools"),
        ..card(Provider::Anthropic, "claude-sonnet-5-5", "Claude Sonnet 5.5", 200, 1000)
    },
    card(Provider::Anthropic, "claude-haiku-4-5", "Claude Haiku 4.5", 100, 500),
    Card {
        thinking: Thinking::Level("minimal"),
        ..card(Provider::Gemini, "gemini-3.8-flash", "Gemini 3.8 Flash", 150, 750)
    },
    Card { thinking: Thinking::Budget(0), ..card(Provider::Gemini, "gemini-2.5-flash", "Gemini 2.5 Flash", 30, 250) },
    Card {
        thinking: Thinking::Budget(0),
        ..card(Provider::Gemini, "gemini-2.5-flash-lite", "Gemini 2.5 Flash-Lite", 10, 40)
    },
    Card {
        long: Some((200_000, dollars_and_cents(250, 1500))),
        // The least it takes.
        thinking: Thinking::Budget(128),
        ..card(Provider::Gemini, "gemini-2.5-pro", "Gemini 2.5 Pro", 125, 1000)
    },
    card(Provider::Scripted, "scripted-1", "Scripted model (no AI, no cost)", 0, 0),
    card(Provider::Scripted, "scripted-fail", "Scripted model that always fails", 0, 0),
    Card { kind: Kind::Embed, ..card(Provider::OpenAi, "text-embedding-3-small", "Text Embedding 3 small", 2, 0) },
    Card { kind: Kind::Embed, ..card(Provider::OpenAi, "text-embedding-3-large", "Text Embedding 3 large", 13, 0) },
    Card { kind: Kind::Embed, ..card(Provider::Gemini, "gemini-embedding-001", "Gemini Embedding", 15, 0) },
    Card { kind: Kind::Embed, ..card(Provider::Scripted, "scripted-embed", "Word counts (no AI, no cost)", 0, 0) },
    Card { kind: Kind::Speak, ..card(Provider::OpenAi, "tts-1", "TTS 1", 1500, 0) },
    Card { kind: Kind::Speak, ..card(Provider::OpenAi, "tts-1-hd", "TTS 1 HD", 3000, 0) },
];

/// The known model behind a name, a dated version of it included (`gpt-4.1-mini-2025-04-14`).
pub(crate) fn find(choice: &ModelChoice) -> Option<&'static Card> {
    CARDS.iter().find(|card| {
        card.provider == choice.provider
            && choice.model.strip_prefix(card.model).is_some_and(|rest| rest.is_empty() || is_date(rest))
    })
}

fn is_date(rest: &str) -> bool {
    rest.starts_with('-')
        && rest.chars().filter(char::is_ascii_digit).count() == 8
        && rest.chars().all(|c| c == '-' || c.is_ascii_digit())
}

/// Whether somebody sends a bill for this provider's answers. Our own script costs nothing, and a compatible host is taken as one's own.
const fn is_billed(provider: Provider) -> bool {
    match provider {
        Provider::OpenAi | Provider::Anthropic | Provider::Gemini => true,
        Provider::Compatible | Provider::Scripted => false,
    }
}

/// Whether what a model costs is known: it has a price, or nobody sends a bill.
pub fn is_priced(choice: &ModelChoice) -> bool {
    !is_billed(choice.provider) || find(choice).is_some()
}

/// The most that a question to these models may cost: each of them may go on answering after it was left for the next one, or be asked
/// beside it, so it is the sum. What to hold before a call is made comes from here only.
pub fn worst(choices: &[ModelChoice], usage: Usage) -> Worst {
    Worst {
        amount: choices.iter().filter_map(|choice| cost(choice, usage)).fold(Micros(0), |sum, cost| sum + cost),
        unpriced: choices.iter().find(|choice| !is_priced(choice)).map(|choice| format!("`{choice}`")),
    }
}

/// How many tokens a text of so many bytes probably is, where nobody says: four bytes a token.
pub fn tokens(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(4)).unwrap_or(u32::MAX)
}

/// What a call cost. Nothing for a model that the table does not know.
pub fn cost(choice: &ModelChoice, usage: Usage) -> Option<Micros> {
    let card = find(choice)?;
    let price = match card.long {
        Some((limit, long)) if usage.prompt_tokens > limit => long,
        _ => card.price,
    };
    Some(
        Micros::for_tokens(usage.prompt_tokens, price.input_per_million)
            + Micros::for_tokens(usage.completion_tokens, price.output_per_million),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost_of(provider: Provider, model: &str, prompt_tokens: u32, completion_tokens: u32) -> Option<i64> {
        let choice = ModelChoice { provider, model: model.into() };
        cost(&choice, Usage { prompt_tokens, completion_tokens }).map(|micros| micros.0)
    }

    #[test]
    fn costs_are_whole_micro_dollars_and_unknown_models_have_none() {
        for (provider, model, prompt, completion, expected) in [
            (Provider::OpenAi, "gpt-4.1-mini", 1_000, 100, Some(400 + 160)),
            (Provider::OpenAi, "gpt-4.1-mini-2025-04-14", 1_000, 100, Some(560)),
            (Provider::OpenAi, "gpt-4.1-nano", 1_000, 100, None),
            (Provider::OpenAi, "gpt-4o-mini", 1, 1, Some(2)),
            (Provider::Anthropic, "claude-haiku-4-5-20251001", 1_000, 1_000, Some(6_000)),
            (Provider::Anthropic, "claude-haiku-5-5", 100_000, 0, Some(10_000)),
            (Provider::Anthropic, "claude-haiku-5-5", 100_001, 0, Some(50_001)),
            (Provider::Gemini, "gemini-2.5-pro", 200_001, 0, Some(500_003)),
            (Provider::Compatible, "gpt-4.1-mini", 1_000, 100, None),
            (Provider::Scripted, "scripted-1", 1_000, 100, Some(0)),
        ] {
            assert_eq!(cost_of(provider, model, prompt, completion), expected, "{provider}/{model}");
        }
    }

    #[test]
    fn a_chain_may_cost_what_each_of_its_models_may_cost() {
        let choice = |model: &str| ModelChoice { provider: Provider::OpenAi, model: model.into() };
        let usage = Usage { prompt_tokens: 1_000, completion_tokens: 100 };
        let (small, large) = (choice("gpt-4.1-mini"), choice("gpt-4.1"));
        for (chain, amount) in [
            (vec![], 0),
            (vec![small.clone()], 560),
            (vec![large.clone()], 2_800),
            (vec![small.clone(), large.clone()], 3_360),
            (vec![large.clone(), small.clone(), large], 6_160),
        ] {
            assert_eq!(worst(&chain, usage), Micros(amount).into(), "{chain:?}");
        }
    }

    #[test]
    fn a_model_that_is_billed_without_a_known_price_is_not_taken_for_free() {
        let choice = |provider, model: &str| ModelChoice { provider, model: model.into() };
        let usage = Usage { prompt_tokens: 1_000, completion_tokens: 100 };
        let known = choice(Provider::OpenAi, "gpt-4.1-mini");
        for (provider, model) in [
            (Provider::OpenAi, "o1-pro"),
            (Provider::OpenAi, "gpt-4.1-nano"),
            (Provider::OpenAi, "GPT-4.1"),
            (Provider::OpenAi, "ft:gpt-4.1-mini:acme::x"),
            (Provider::Anthropic, "claude-opus-9"),
            (Provider::Gemini, "gemini-9-ultra"),
        ] {
            let odd = choice(provider, model);
            assert!(!is_priced(&odd), "{odd}");
            let worst = worst(&[known.clone(), odd.clone()], usage);
            assert_eq!((worst.amount, worst.unpriced), (Micros(560), Some(format!("`{odd}`"))));
        }
        for free in [choice(Provider::Compatible, "anything"), choice(Provider::Scripted, "scripted-9")] {
            assert_eq!(worst(&[free], usage), Worst::default());
        }
    }
}
