//! All server functions of the Agent Library.

use domain::agent::{Agent, AgentDraft, AgentRow, ModelChoice, Provider};
use domain::filter::{Filter, Page};
use domain::id::AgentId;
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

/// What the drawer needs to edit one agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EditorData {
    /// The agent as it was last saved; none for a new one.
    pub agent: Option<Agent>,
    /// What can be picked.
    pub models: Vec<ModelOption>,
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

/// One page of the library.
#[server(prefix = "/fn", input = Json)]
pub async fn list_agents(filter: Filter) -> Result<Page<AgentRow>, AppError> {
    let cx = cx().await?;
    let mut tx = cx.read().await?;
    Ok(db::agents::list(&mut tx, &filter, cx.now()).await?)
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
    Ok(EditorData { agent, models: options(&cx) })
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

/// Deletes an agent.
#[server(prefix = "/fn", input = Json)]
pub async fn delete_agent(id: AgentId) -> Result<(), AppError> {
    let cx = cx().await?;
    Ok(engine::agents::delete(&cx, id).await?)
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
