//! A campaign's drawing: saving it, what is wrong with it, freezing it, and drawings to begin with.

use db::Tx;
use domain::access::Right;
use domain::agent::AgentStatus;
use domain::campaign::{Campaign, Flow};
use domain::event::EventKind;
use domain::flow::check::{FlowProblem, Known};
use domain::flow::graph::FlowGraph;
use domain::flow::starter::{self as drawings, Starter};
use domain::id::{AgentId, CampaignId, FlowVersionId, TemplateId};
use domain::message::Channel;
use domain::problem::Problems;
use domain::template::TemplateState;

use crate::{Cx, Error, Result, events};

/// How long a starter waits for an answer, in seconds.
const WAIT_SECS: u32 = 86_400;
/// The same where made-up people answer at once and somebody is watching.
const WAIT_SECS_EMULATOR: u32 = 60;

/// Saves a drawing. `revision` is the one that was edited; when somebody saved in between, nothing is overwritten.
pub async fn save_flow(cx: &Cx, id: CampaignId, revision: i32, graph: FlowGraph) -> Result<Flow> {
    cx.may(Right::Write)?;
    graph.shape().into_result()?;
    let mut tx = cx.write().await?;
    let campaign = db::campaigns::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let Some(flow) = db::flows::save(&mut tx, campaign.flow_id, revision, &graph, cx.now()).await? else {
        return Err(Error::Conflict(
            "Somebody else saved this flow in the meantime. Load it again and repeat your changes.".into(),
        ));
    };
    events::record(cx, &mut tx, EventKind::CampaignSaved, id, &campaign.name).await?;
    tx.commit().await?;
    Ok(flow)
}

/// Everything wrong with a campaign as it is drawn now, its agent included.
pub async fn check(cx: &Cx, id: CampaignId) -> Result<Vec<FlowProblem>> {
    let mut tx = cx.read().await?;
    let campaign = db::campaigns::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let flow = db::flows::find(&mut tx, campaign.flow_id).await?.ok_or(Error::NotFound)?;
    check_in(&mut tx, &campaign, &flow.graph).await
}

async fn check_in(tx: &mut Tx, campaign: &Campaign, graph: &FlowGraph) -> Result<Vec<FlowProblem>> {
    let known = Known { templates: db::templates::known(tx).await?, agents: db::agents::known(tx).await? };
    let mut problems = graph.check(&known);
    let mut about_agent = |code: &str, message: String, blocking| {
        problems.push(FlowProblem { node: None, code: code.into(), message, blocking });
    };
    match campaign.agent_id {
        None => about_agent(
            "no_campaign_agent",
            "No agent speaks for this campaign: people who answer get the workspace's first live reply agent.".into(),
            false,
        ),
        Some(id) => match known.agents.iter().find(|a| a.id == id) {
            None => about_agent(
                "campaign_agent_gone",
                "The campaign's agent no longer exists. Choose another.".into(),
                true,
            ),
            Some(a) if a.status != AgentStatus::Live => about_agent(
                "campaign_agent_not_live",
                format!("“{}” speaks for this campaign but is {}: set it live first.", a.name, a.status),
                true,
            ),
            Some(_) => {}
        },
    }
    Ok(problems)
}

/// Freezes the drawing unless it has not changed since it was frozen last.
pub(super) async fn freeze(cx: &Cx, tx: &mut Tx, campaign: &Campaign) -> Result<FlowVersionId> {
    let flow = db::flows::find(tx, campaign.flow_id).await?.ok_or(Error::NotFound)?;
    freeze_graph(cx, tx, campaign, &flow.graph).await
}

/// The same, but only for a drawing that may start.
pub(super) async fn freeze_checked(cx: &Cx, tx: &mut Tx, campaign: &Campaign) -> Result<FlowVersionId> {
    let flow = db::flows::find(tx, campaign.flow_id).await?.ok_or(Error::NotFound)?;
    let mut blocking = Problems::none();
    for problem in check_in(tx, campaign, &flow.graph).await?.into_iter().filter(|p| p.blocking) {
        let field = match &problem.node {
            Some(node) => format!("nodes.{node}"),
            None if problem.code.starts_with("campaign_agent") => "agent_id".to_owned(),
            None => "flow".to_owned(),
        };
        blocking.add(field, problem.message);
    }
    blocking.into_result()?;
    freeze_graph(cx, tx, campaign, &flow.graph).await
}

async fn freeze_graph(cx: &Cx, tx: &mut Tx, campaign: &Campaign, graph: &FlowGraph) -> Result<FlowVersionId> {
    if let Some((version, frozen)) = db::flows::latest_version(tx, campaign.flow_id).await?
        && frozen == *graph
    {
        return Ok(version);
    }
    let version = cx.new_id();
    db::flows::insert_version(tx, version, campaign.flow_id, graph, cx.user(), cx.now()).await?;
    Ok(version)
}

/// Draws a starter with the first templates that fit.
pub async fn starter(cx: &Cx, which: Starter, agent: Option<AgentId>) -> Result<FlowGraph> {
    if which == Starter::Blank {
        return Ok(FlowGraph::blank());
    }
    let mut tx = cx.read().await?;
    let templates = db::templates::known(&mut tx).await?;
    let first = |channel: Channel| -> Option<TemplateId> {
        let mut fitting = templates.iter().filter(|t| t.channel == channel);
        match channel {
            Channel::Whatsapp => fitting.find(|t| t.state == TemplateState::Approved),
            Channel::Sms | Channel::Voice => fitting.next(),
        }
        .map(|t| t.id)
    };
    let agent = match agent {
        Some(agent) => Some(agent),
        None => db::agents::default_reply(&mut tx).await?,
    };
    let wait = if cx.parts().settings.emulator { WAIT_SECS_EMULATOR } else { WAIT_SECS };
    let (sms, whatsapp, voice) = (first(Channel::Sms), first(Channel::Whatsapp), first(Channel::Voice));
    Ok(match which {
        Starter::ThreeSteps => drawings::sms_whatsapp_voice(sms, whatsapp, voice, agent, wait),
        Starter::OneSms | Starter::Blank => drawings::one_sms(sms),
    })
}
