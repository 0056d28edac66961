//! All server functions of the Agent Library.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::action::{Action, ActionDraft, CallReport};
use domain::agent::{Agent, AgentDraft, AgentStatus, ModelChoice, Provider};
use domain::diff::FieldChange;
use domain::filter::{Filter, Page};
use domain::guardrail::Inbound;
use domain::id::{ActionId, AgentId};
use domain::library::{AgentRow, Publication};
use domain::money::Micros;
use domain::skill::{Guardrails, VoiceScript};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

use super::starters::Starter;
#[cfg(feature = "ssr")]
use crate::backend::cx;
use crate::error::AppError;

/// One line of the model picker: a model that this server can ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelOption {
    /// What to store when it is picked.
    pub choice: ModelChoice,
    /// For people.
    pub label: String,
    /// Micro-dollars per million tokens read and written, where known.
    pub price: Option<(i64, i64)>,
    /// Whether it is being skipped because it kept failing.
    pub resting: bool,
}

/// Somebody whom a prompt can be previewed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewLead {
    /// What to call them.
    pub label: String,
    /// What the placeholders stand for.
    pub values: BTreeMap<String, String>,
}

/// What the agent's last 100 conversations took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Talked {
    /// How many there were.
    pub conversations: i64,
    /// Tokens sent.
    pub tokens_prompt: i64,
    /// Tokens answered.
    pub tokens_completion: i64,
    /// What they cost.
    pub cost: Micros,
}

/// What the drawer needs to edit one agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EditorData {
    /// The agent as it was last saved; none for a new one.
    pub agent: Option<Agent>,
    /// What people hear now; none before it was published.
    pub published: Option<AgentDraft>,
    /// How many tests it has.
    pub tests: i64,
    /// What can be picked.
    pub models: Vec<ModelOption>,
    /// What its last conversations took.
    pub talked: Talked,
    /// Who the prompt can be previewed with, a made-up person first.
    pub leads: Vec<PreviewLead>,
    /// The model that reads scripts aloud, if one is set up.
    pub speaker: Option<String>,
    /// Names of templates, each with the channels that have one of that name.
    pub templates: Vec<(String, String)>,
}

/// One version in the history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryRow {
    /// Its number.
    pub version: i32,
    /// Who saved it; empty for the system.
    pub author: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Whether people hear it now.
    pub is_published: bool,
    /// Each time it was published, the last one first.
    pub publications: Vec<Publication>,
    /// What changed since the version before it; none for the oldest one shown.
    pub changes: Option<Vec<FieldChange>>,
    /// How the newest version differs from it.
    pub until_now: Vec<FieldChange>,
}

/// The models a new agent begins with: the first on offer, and one of another real provider to fall back to.
pub fn first_models(options: &[ModelOption]) -> Vec<ModelChoice> {
    let Some(first) = options.first() else { return AgentDraft::default().models };
    let other =
        options.iter().find(|o| o.choice.provider != first.choice.provider && o.choice.provider != Provider::Scripted);
    std::iter::once(first).chain(other).map(|o| o.choice.clone()).collect()
}

#[cfg(feature = "ssr")]
fn options(cx: &engine::Cx) -> Vec<ModelOption> {
    let entries = cx.parts().models.available().into_iter();
    entries
        .map(|entry| ModelOption {
            choice: entry.choice,
            label: entry.label,
            price: entry.price.map(|p| (p.input_per_million, p.output_per_million)),
            resting: entry.resting.is_some(),
        })
        .collect()
}

#[cfg(feature = "ssr")]
fn of_talked(talked: db::agents::Talked) -> Talked {
    Talked {
        conversations: talked.conversations,
        tokens_prompt: talked.tokens_prompt,
        tokens_completion: talked.tokens_completion,
        cost: talked.cost_micros,
    }
}

/// Names of templates, each with its channels.
#[cfg(feature = "ssr")]
async fn templates(tx: &mut db::Tx) -> Result<Vec<(String, String)>, AppError> {
    let mut named = BTreeMap::<String, Vec<&str>>::new();
    for template in db::templates::known(tx).await? {
        named.entry(template.name).or_default().push(template.channel.label());
    }
    Ok(named.into_iter().map(|(name, channels)| (name, channels.join(", "))).collect())
}

/// A made-up person and the newest leads.
#[cfg(feature = "ssr")]
async fn preview_leads(tx: &mut db::Tx) -> Result<Vec<PreviewLead>, AppError> {
    let workspace = db::users::workspace_name(tx).await?;
    let newest = db::leads::list(tx, &Filter { page_size: Some(30), ..Filter::default() }).await?.items;
    let sample: BTreeMap<String, String> =
        domain::template::SAMPLES.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let person = |name: &str| {
        let mut values = sample.clone();
        values.insert("workspace.name".into(), workspace.clone());
        values.insert("lead.name".into(), name.to_owned());
        values.insert("lead.first_name".into(), domain::name::first_name(name));
        values
    };
    let first = PreviewLead { label: "Ada Larsen (made up)".into(), values: person("Ada Larsen") };
    let leads = newest.into_iter().map(|lead| PreviewLead { values: person(&lead.name), label: lead.name });
    Ok(std::iter::once(first).chain(leads).collect())
}

/// One page of the library.
#[server(prefix = "/fn", input = Json)]
pub async fn list_agents(filter: Filter) -> Result<Page<AgentRow>, AppError> {
    let cx = cx().await?;
    let mut tx = cx.read().await?;
    let page = db::agents::list(&mut tx, &filter, cx.now()).await?;
    Ok(match page.last_instead() {
        Some(last) => db::agents::list(&mut tx, &Filter { page: Some(last), ..filter }, cx.now()).await?,
        None => page,
    })
}

/// The models that agents of this workspace speak through, each once, by name.
#[server(prefix = "/fn", input = Json)]
pub async fn agent_models() -> Result<Vec<String>, AppError> {
    let cx = cx().await?;
    let mut tx = cx.read().await?;
    Ok(db::agents::models(&mut tx).await?)
}

/// What the drawer needs: `new`, or the id of an agent.
#[server(prefix = "/fn", input = Json)]
pub async fn edit_agent(key: String) -> Result<EditorData, AppError> {
    let cx = cx().await?;
    let agent = match key.as_str() {
        "new" => None,
        id => {
            let id: AgentId = id.parse().map_err(|_| engine::Error::NotFound)?;
            let mut tx = cx.read().await?;
            Some(db::agents::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?)
        }
    };
    let mut tx = cx.read().await?;
    let (published, talked) = match &agent {
        None => (None, Talked::default()),
        Some(agent) => {
            let published = db::agents::published(&mut tx, agent.id).await?.map(|a| a.draft);
            let talked = db::agents::talked(&mut tx, agent.id).await?;
            (published, of_talked(talked))
        }
    };
    let tests = match &agent {
        None => 0,
        Some(agent) => db::suites::count_tests(&mut tx, agent.id).await?,
    };
    let leads = preview_leads(&mut tx).await?;
    let speaker = engine::speech::speaker(&cx).map(|choice| choice.to_string());
    let templates = templates(&mut tx).await?;
    Ok(EditorData { agent, published, tests, models: options(&cx), talked, leads, speaker, templates })
}

/// Makes an agent, or saves one as its next version. `based_on` is the version that was edited.
#[server(prefix = "/fn", input = Json)]
pub async fn save_agent(id: Option<AgentId>, draft: AgentDraft, based_on: Option<i32>) -> Result<Agent, AppError> {
    let cx = cx().await?;
    Ok(match id {
        None => engine::agents::create(&cx, draft).await?,
        Some(id) => engine::agents::save(&cx, id, draft, based_on).await?,
    })
}

/// Makes one of the three starter agents.
#[server(prefix = "/fn", input = Json)]
pub async fn make_starter(starter: Starter) -> Result<Agent, AppError> {
    let cx = cx().await?;
    let draft = AgentDraft { models: first_models(&options(&cx)), ..starter.draft() };
    Ok(engine::agents::create(&cx, draft).await?)
}

/// Copies an agent under a free name.
#[server(prefix = "/fn", input = Json)]
pub async fn duplicate_agent(id: AgentId) -> Result<Agent, AppError> {
    let cx = cx().await?;
    Ok(engine::agents::duplicate(&cx, id).await?)
}

/// How many open conversations an agent answers, and how many campaigns that have not ended speak through it.
#[server(prefix = "/fn", input = Json)]
pub async fn agent_dependents(id: AgentId) -> Result<(i64, i64), AppError> {
    let cx = cx().await?;
    Ok(engine::agents::dependents(&cx, id).await?)
}

/// Deletes an agent.
#[server(prefix = "/fn", input = Json)]
pub async fn delete_agent(id: AgentId) -> Result<(), AppError> {
    let cx = cx().await?;
    Ok(engine::agents::delete(&cx, id).await?)
}

/// Makes the newest version the one that people hear. `overrule`: why, although its tests are not green.
#[server(prefix = "/fn", input = Json)]
pub async fn publish_agent(id: AgentId, note: String, overrule: Option<String>) -> Result<Agent, AppError> {
    let cx = cx().await?;
    Ok(engine::agents::publish(&cx, id, &note, overrule).await?)
}

/// Lets an agent speak or silences it, at once.
#[server(prefix = "/fn", input = Json)]
pub async fn set_agent_status(id: AgentId, status: AgentStatus) -> Result<Agent, AppError> {
    let cx = cx().await?;
    Ok(engine::agents::set_status(&cx, id, status).await?)
}

/// Brings an old version back as the newest draft.
#[server(prefix = "/fn", input = Json)]
pub async fn restore_version(id: AgentId, version: i32) -> Result<Agent, AppError> {
    let cx = cx().await?;
    Ok(engine::agents::restore(&cx, id, version).await?)
}

/// The newest 30 versions of an agent, each with what changed.
#[server(prefix = "/fn", input = Json)]
pub async fn agent_history(id: AgentId) -> Result<Vec<HistoryRow>, AppError> {
    let cx = cx().await?;
    let mut tx = cx.read().await?;
    let all = db::agents::versions(&mut tx, id, 30).await?;
    Ok(super::history::rows(&all))
}

/// The webhooks of an agent.
#[server(prefix = "/fn", input = Json)]
pub async fn list_actions(agent: AgentId) -> Result<Vec<Action>, AppError> {
    let cx = cx().await?;
    Ok(engine::actions::list(&cx, agent).await?)
}

/// Makes or changes a webhook. A secret that is `None` stays as it is, an empty one is taken away.
#[server(prefix = "/fn", input = Json)]
pub async fn save_action(
    agent: AgentId,
    id: Option<ActionId>,
    draft: ActionDraft,
    token: Option<String>,
    secret: Option<String>,
) -> Result<Action, AppError> {
    let cx = cx().await?;
    Ok(engine::actions::save(&cx, agent, id, draft, engine::actions::NewSecrets { token, secret }).await?)
}

/// Deletes a webhook.
#[server(prefix = "/fn", input = Json)]
pub async fn delete_action(id: ActionId) -> Result<(), AppError> {
    let cx = cx().await?;
    Ok(engine::actions::delete(&cx, id).await?)
}

/// Calls a webhook with made-up values.
#[server(prefix = "/fn", input = Json)]
pub async fn test_action(id: ActionId) -> Result<CallReport, AppError> {
    let cx = cx().await?;
    Ok(engine::actions::test(&cx, id).await?)
}

/// Reads a phone script aloud: an address that can be played.
#[server(prefix = "/fn", input = Json)]
pub async fn speech_sample(id: AgentId, script: VoiceScript) -> Result<String, AppError> {
    let cx = cx().await?;
    Ok(engine::speech::sample(&cx, id, Some(script)).await?.data_url())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_agent_falls_back_to_another_real_provider() {
        let option = |provider, model: &str| ModelOption {
            choice: ModelChoice { provider, model: model.into() },
            label: model.into(),
            price: None,
            resting: false,
        };
        let (a, b) = (option(Provider::OpenAi, "a"), option(Provider::OpenAi, "b"));
        let (c, s) = (option(Provider::Anthropic, "c"), option(Provider::Scripted, "s"));
        let names = |options: &[ModelOption]| first_models(options).into_iter().map(|m| m.model).collect::<Vec<_>>();
        assert_eq!(names(&[a.clone(), b, c, s.clone()]), ["a", "c"]);
        assert_eq!(names(&[a, s.clone()]), ["a"]);
        assert_eq!(names(&[s]), ["s"]);
        assert_eq!(names(&[]), ["scripted-1"]);
    }
}

/// What the rules of a conversation make of a sentence, with an agent's own guardrails.
#[server(prefix = "/fn", input = Json)]
pub async fn try_sentence(text: String, guardrails: Guardrails) -> Result<Inbound, AppError> {
    cx().await?;
    let mut problems = domain::problem::Problems::none();
    let text = domain::text::long(&mut problems, "text", &text, 5_000);
    guardrails.check(&mut problems);
    problems.into_result().map_err(engine::Error::from)?;
    Ok(domain::guardrail::inbound(&text, &guardrails))
}
