//! An AI agent: what it is told, which models it speaks through, and what may be wrong with that.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::closed_list;
use crate::id::{AgentId, AgentVersionId};
use crate::money::Micros;
use crate::problem::Problems;
use crate::skill::{Guardrails, Tool, VoiceScript, all_tools};
use crate::text;

closed_list! {
    /// Who runs a model.
    pub enum Provider {
        /// OpenAI.
        OpenAi = "openai",
        /// Anthropic.
        Anthropic = "anthropic",
        /// Google's Gemini.
        Gemini = "gemini",
        /// Any host that speaks OpenAI's chat completions.
        Compatible = "compatible",
        /// Answers from a script, for demos and tests. Says so on screen.
        Scripted = "scripted",
    }
}

/// One model of one provider.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelChoice {
    /// Who runs it.
    pub provider: Provider,
    /// Its name as the provider writes it.
    pub model: String,
}

impl std::fmt::Display for ModelChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.provider, self.model)
    }
}

closed_list! {
    /// What the agent is for.
    pub enum AgentKind {
        /// Answers people who write to us.
        Reply = "reply",
        /// Writes first.
        Outreach = "outreach",
        /// Speaks on the phone.
        Voice = "voice",
    }
}

closed_list! {
    /// How the agent sounds.
    pub enum Tone {
        /// Matter-of-fact and polite.
        Professional = "professional",
        /// Warm and informal.
        Friendly = "friendly",
        /// Short and to the point.
        Direct = "direct",
    }
}

closed_list! {
    /// Whether the agent may speak.
    pub enum AgentStatus {
        /// Being made; never speaks to people.
        Draft = "draft",
        /// Speaks.
        Live = "live",
        /// Made silent by an operator.
        Paused = "paused",
    }
}

/// What an operator edits. Saved as a new version each time; people hear the version that was published. The state (`status`) holds at
/// once and is part of no version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgentDraft {
    /// Its name, unique in the workspace.
    pub name: String,
    /// What it is for.
    #[serde(default = "default_kind")]
    pub kind: AgentKind,
    /// How it sounds.
    #[serde(default = "default_tone")]
    pub tone: Tone,
    /// What it is told before every turn.
    #[serde(default)]
    pub prompt: String,
    /// The models to try, in order: the first one that answers is used. At least one.
    #[serde(default = "default_models")]
    pub models: Vec<ModelChoice>,
    /// The longest answer, in tokens.
    #[serde(default = "default_max_tokens")]
    pub max_tokens: u32,
    /// How long one model may take, in milliseconds.
    #[serde(default = "default_timeout_ms")]
    pub timeout_ms: u32,
    /// Whether it may speak.
    #[serde(default = "default_status")]
    pub status: AgentStatus,
    /// What it may do besides speaking.
    #[serde(default = "all_tools")]
    pub tools: Vec<Tool>,
    /// The categories of knowledge it reads; empty for all.
    #[serde(default)]
    pub knowledge: Vec<String>,
    /// What it may never say.
    #[serde(default)]
    pub guardrails: Guardrails,
    /// What it says on the phone.
    #[serde(default)]
    pub voice: VoiceScript,
    /// The model that speaks when a budget runs low.
    #[serde(default)]
    pub cheaper_model: Option<ModelChoice>,
    /// The name of the template that is sent, on whatever channel has one of that name, when no model can be paid any more.
    #[serde(default)]
    pub budget_template: Option<String>,
    /// The most it may spend a day; none for no limit of its own.
    #[serde(default)]
    pub daily_budget_micros: Option<Micros>,
}

fn default_kind() -> AgentKind {
    AgentKind::Reply
}
fn default_tone() -> Tone {
    Tone::Friendly
}
fn default_models() -> Vec<ModelChoice> {
    vec![ModelChoice { provider: Provider::Scripted, model: "scripted-1".into() }]
}
fn default_max_tokens() -> u32 {
    300
}
fn default_timeout_ms() -> u32 {
    20_000
}
fn default_status() -> AgentStatus {
    AgentStatus::Draft
}

impl Default for AgentDraft {
    fn default() -> Self {
        Self {
            name: String::new(),
            kind: default_kind(),
            tone: default_tone(),
            prompt: String::new(),
            models: default_models(),
            max_tokens: default_max_tokens(),
            timeout_ms: default_timeout_ms(),
            status: default_status(),
            tools: all_tools(),
            knowledge: vec![],
            guardrails: Guardrails::default(),
            voice: VoiceScript::default(),
            cheaper_model: None,
            budget_template: None,
            daily_budget_micros: None,
        }
    }
}

impl AgentDraft {
    /// Everything that keeps this draft from being saved.
    pub fn check(&self) -> Problems {
        let mut problems = Problems::none();
        text::required(&mut problems, "name", &self.name, 80);
        text::long(&mut problems, "prompt", &self.prompt, 20_000);
        if self.models.is_empty() {
            problems.add("models", "Choose at least one model.");
        }
        if self.models.len() > 5 {
            problems.add("models", "At most five models: the first and four to fall back to.");
        }
        for (i, choice) in self.models.iter().enumerate() {
            text::required(&mut problems, &format!("models.{i}.model"), &choice.model, 100);
        }
        if !(1..=8_000).contains(&self.max_tokens) {
            problems.add("max_tokens", "The longest answer must be between 1 and 8,000 tokens.");
        }
        if !(1_000..=120_000).contains(&self.timeout_ms) {
            problems.add("timeout_ms", "The time limit must be between 1 and 120 seconds.");
        }
        if self.status == AgentStatus::Live && self.prompt.trim().is_empty() {
            problems.add("prompt", "A live agent needs a prompt: say who it is and what it should do.");
        }
        if let Some(cheaper) = &self.cheaper_model {
            text::required(&mut problems, "cheaper_model.model", &cheaper.model, 100);
        }
        if let Some(template) = &self.budget_template {
            text::required(&mut problems, "budget_template", template, 60);
        }
        if self.daily_budget_micros.is_some_and(|budget| budget.0 < 0) {
            problems.add("daily_budget_micros", "A budget cannot be less than nothing.");
        }
        if self.knowledge.len() > 50 {
            problems.add("knowledge", "At most 50 categories.");
        }
        self.guardrails.check(&mut problems);
        self.voice.check(&mut problems);
        problems
    }

    /// The draft with its name trimmed, as it is stored.
    pub fn tidied(mut self) -> Self {
        self.name = self.name.trim().to_owned();
        for choice in &mut self.models {
            choice.model = choice.model.trim().to_owned();
        }
        self
    }
}

/// The placeholders that a prompt may use; they are filled before each turn.
pub const PROMPT_PLACEHOLDERS: &[&str] =
    &["lead.name", "lead.first_name", "agent.name", "campaign.name", "workspace.name"];

/// The placeholders of a prompt that nothing fills, each once. Advice, not a problem: they read as nothing.
pub fn unknown_placeholders(prompt: &str) -> Vec<String> {
    crate::template::placeholders(prompt)
        .into_iter()
        .filter(|name| !PROMPT_PLACEHOLDERS.contains(&name.as_str()))
        .collect()
}

/// An agent as it is kept, with one version of its draft: the newest, unless a function says otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Agent {
    /// Its id.
    pub id: AgentId,
    /// The version that the draft below is.
    pub version_id: AgentVersionId,
    /// That version's number, from 1.
    pub version: i32,
    /// The number of the version that people hear; none before it was first published.
    #[serde(default)]
    pub published_version: Option<i32>,
    /// What was last saved.
    #[serde(flatten)]
    pub draft: AgentDraft,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last saved.
    pub updated_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_needs_a_name_a_model_and_a_prompt_once_live() {
        let fields = |draft: &AgentDraft| draft.check().0.into_iter().map(|p| p.field).collect::<Vec<_>>();
        let good = AgentDraft { name: "Mia".into(), ..AgentDraft::default() };
        assert!(fields(&good).is_empty());
        assert_eq!(fields(&AgentDraft { name: "  ".into(), ..good.clone() }), ["name"]);
        assert_eq!(fields(&AgentDraft { name: "a\0b".into(), ..good.clone() }), ["name"]);
        assert_eq!(fields(&AgentDraft { models: vec![], ..good.clone() }), ["models"]);
        assert_eq!(fields(&AgentDraft { status: AgentStatus::Live, ..good.clone() }), ["prompt"]);
        assert_eq!(fields(&AgentDraft { max_tokens: 0, timeout_ms: 0, ..good }), ["max_tokens", "timeout_ms"]);
    }

    #[test]
    fn a_name_is_enough_in_json() {
        let draft: AgentDraft = serde_json::from_str(r#"{"name":"Mia"}"#).expect("defaults fill the rest");
        assert_eq!(draft.models[0].provider, Provider::Scripted);
    }
}
