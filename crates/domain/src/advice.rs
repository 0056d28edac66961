//! What is not wrong with an agent's draft but should be known before people hear from it. Shown beside the fields as they are typed;
//! an error keeps the draft from being published, a warning does not. What keeps it from being saved is [`AgentDraft::check`].

use serde::{Deserialize, Serialize};

use crate::agent::{AgentDraft, AgentKind, Provider, unknown_placeholders};
use crate::closed_list;
use crate::problem::Problems;
use crate::skill::Tool;

closed_list! {
    /// How grave it is.
    pub enum Level as AdviceLevel {
        /// It cannot be published like this.
        Error = "error",
        /// It can, but look at it.
        Warning = "warning",
    }
}

closed_list! {
    /// The sections of an agent's drawer, in order.
    pub enum Section {
        /// Name, purpose, tone, state.
        General = "general",
        /// What it is told.
        Prompt = "prompt",
        /// Which models speak.
        Model = "model",
        /// What it reads.
        Knowledge = "knowledge",
        /// What it may call.
        Webhooks = "webhooks",
        /// How it sounds on the phone.
        Voice = "voice",
        /// What it may never say.
        Guardrails = "guardrails",
        /// Whether it still does what it did.
        Tests = "tests",
        /// What it was.
        History = "history",
    }
}

impl Section {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::General => "General",
            Self::Prompt => "Prompt",
            Self::Model => "Model",
            Self::Knowledge => "Knowledge",
            Self::Webhooks => "Webhooks",
            Self::Voice => "Voice",
            Self::Guardrails => "Guardrails",
            Self::Tests => "Tests",
            Self::History => "History",
        }
    }
}

/// One thing to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Advice {
    /// How grave it is.
    pub level: Level,
    /// Where to do something about it.
    pub section: Section,
    /// The field, as in problems.
    pub field: String,
    /// What it is and what to do, as a sentence.
    pub message: String,
}

impl AgentDraft {
    /// What should be known about this draft. `tests`: how many tests the agent has.
    pub fn advice(&self, tests: i64) -> Vec<Advice> {
        let mut all = Vec::new();
        let mut say = |level, section, field: &str, message: String| {
            all.push(Advice { level, section, field: field.to_owned(), message });
        };
        for tool in self.mentioned_tools() {
            if !self.tools.contains(&tool) {
                let message = format!(
                    "The prompt mentions `{tool}`, but this tool is off. Switch it on under General, or take it out of the prompt."
                );
                say(Level::Error, Section::Prompt, "prompt", message);
            }
        }
        if self.kind == AgentKind::Voice {
            let missing: Vec<&str> = [
                ("opening", &self.voice.opening),
                ("value proposition", &self.voice.value_prop),
                ("call to action", &self.voice.cta),
            ]
            .into_iter()
            .filter_map(|(name, text)| text.trim().is_empty().then_some(name))
            .collect();
            if !missing.is_empty() {
                let message = format!("An agent that speaks on the phone needs its script: {} missing.", are(&missing));
                say(Level::Error, Section::Voice, "voice.opening", message);
            }
        }
        if self.prompt.trim().is_empty() {
            let message = "Without a prompt the agent knows nothing about its task.".to_owned();
            say(Level::Error, Section::Prompt, "prompt", message);
        }
        let unknown = unknown_placeholders(&self.prompt);
        if !unknown.is_empty() {
            let names = unknown.iter().map(|n| format!("{{{{{n}}}}}")).collect::<Vec<_>>().join(", ");
            say(Level::Warning, Section::Prompt, "prompt", format!("Nothing fills {names}: it will read as nothing."));
        }
        let others = |provider| self.models.iter().filter(|m| m.provider != provider).count();
        match self.models.as_slice() {
            [_] => {
                let message = "There is no fallback: when this model fails, people wait.".to_owned();
                say(Level::Warning, Section::Model, "models", message);
            }
            [first, ..] if first.provider != Provider::Scripted && others(first.provider) == 0 => {
                let message =
                    format!("Every model is {}'s: when it is down, nobody answers.", provider_name(first.provider));
                say(Level::Warning, Section::Model, "models", message);
            }
            _ => {}
        }
        if tests == 0 {
            let message = "There is no test: a change that breaks something will be seen by people first.".to_owned();
            say(Level::Warning, Section::Tests, "tests", message);
        }
        all
    }

    /// What keeps this draft from being published, beside [`AgentDraft::check`].
    pub fn publish_problems(&self) -> Problems {
        let mut problems = self.check();
        for advice in self.advice(1).into_iter().filter(|advice| advice.level == Level::Error) {
            problems.add(advice.field, advice.message);
        }
        problems
    }

    /// The tools whose names stand in the prompt.
    fn mentioned_tools(&self) -> Vec<Tool> {
        Tool::ALL.iter().copied().filter(|tool| mentions(&self.prompt, tool.as_str())).collect()
    }
}

/// Whether a name stands in a text as a word of its own.
fn mentions(text: &str, name: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(inside) && !after.is_some_and(inside)
    })
}

fn are(names: &[&str]) -> String {
    match names {
        [one] => format!("the {one} is"),
        [rest @ .., last] => format!("the {} and the {last} are", rest.join(", the ")),
        [] => String::new(),
    }
}

fn provider_name(provider: Provider) -> &'static str {
    match provider.as_str() {
        "openai" => "OpenAI",
        "anthropic" => "Anthropic",
        "gemini" => "Google",
        _ => "one provider",
    }
}

/// About how many tokens a text is: four characters each, but never fewer than its words. Models count differently; say so.
pub fn estimated_tokens(text: &str) -> u32 {
    let words = text.split_whitespace().count();
    let quarter = text.chars().count().div_ceil(4);
    u32::try_from(words.max(quarter)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::ModelChoice;
    use crate::skill::VoiceScript;

    fn good() -> AgentDraft {
        let model = |provider, model: &str| ModelChoice { provider, model: model.into() };
        AgentDraft {
            name: "Mia".into(),
            prompt: "Be kind.".into(),
            models: vec![model(Provider::OpenAi, "a"), model(Provider::Anthropic, "b")],
            ..AgentDraft::default()
        }
    }

    fn told(draft: &AgentDraft, tests: i64) -> Vec<(Level, Section)> {
        draft.advice(tests).into_iter().map(|a| (a.level, a.section)).collect()
    }

    #[test]
    fn each_lack_is_told_where_it_can_be_mended() {
        use Level::{Error, Warning};
        assert_eq!(told(&good(), 1), []);
        assert_eq!(told(&good(), 0), [(Warning, Section::Tests)]);
        let one = AgentDraft { models: good().models[..1].to_vec(), ..good() };
        assert_eq!(told(&one, 1), [(Warning, Section::Model)]);
        let same = AgentDraft { models: vec![good().models[0].clone(); 2], ..good() };
        assert_eq!(told(&same, 1), [(Warning, Section::Model)]);
        let off = AgentDraft { prompt: "Use create_ticket first.".into(), tools: vec![Tool::SendResponse], ..good() };
        assert_eq!(told(&off, 1), [(Error, Section::Prompt)]);
        let on = AgentDraft { prompt: "Never recreate_ticket or create_tickets.".into(), tools: vec![], ..good() };
        assert_eq!(told(&on, 1), []);
        let unknown = AgentDraft { prompt: "Hi {{lead.shoe}}".into(), ..good() };
        assert_eq!(told(&unknown, 1), [(Warning, Section::Prompt)]);
        let mute = AgentDraft { kind: AgentKind::Voice, ..good() };
        assert_eq!(told(&mute, 1), [(Error, Section::Voice)]);
        let script = VoiceScript { opening: "a".into(), value_prop: "b".into(), cta: "c".into(), ..Default::default() };
        assert_eq!(told(&AgentDraft { voice: script, ..mute.clone() }, 1), []);
        assert!(mute.advice(1)[0].message.contains("the opening, the value proposition and the call to action are"));
        assert!(mute.publish_problems().of("voice.opening").is_some());
        assert!(unknown.publish_problems().is_empty(), "a warning does not keep it from being published");
    }

    #[test]
    fn tokens_are_never_fewer_than_words() {
        for (text, tokens) in [("", 0), ("a b c", 3), ("abcdefgh", 2), ("Hello there, how are you?", 7)] {
            assert_eq!(estimated_tokens(text), tokens, "{text}");
        }
    }
}
