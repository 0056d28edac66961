//! Gathers what the campaign pages show: the drawing's steps in the order a person meets them, and the figures around them.
//! Server half only; changes nothing.

use std::collections::{HashSet, VecDeque};

use db::Tx;
use domain::campaign::{Campaign, CampaignStatus};
use domain::filter::{Filter, Page};
use domain::flow::check::{FlowProblem, Known};
use domain::flow::graph::{FlowGraph, Node, NodeKind, show_secs};

use super::api::{CampaignData, Person, Readiness};
use super::steps::{Step, name_of};
use super::why::Wait;
use crate::error::AppError;

async fn known(tx: &mut Tx) -> Result<Known, AppError> {
    Ok(Known { templates: db::templates::known(tx).await?, agents: db::agents::known(tx).await? })
}

/// The drawing that people walk through: the frozen one once it runs, else the draft; and whether the two differ.
async fn drawing(tx: &mut Tx, campaign: &Campaign) -> Result<(FlowGraph, bool), AppError> {
    let draft = db::flows::find(tx, campaign.flow_id).await?.ok_or(engine::Error::NotFound)?.graph;
    match db::flows::latest_version(tx, campaign.flow_id).await? {
        Some((_, frozen)) if campaign.status != CampaignStatus::Draft => {
            let edited = frozen != draft;
            Ok((frozen, edited))
        }
        _ => Ok((draft, false)),
    }
}

/// Everything of a campaign's page besides its people.
pub async fn campaign(tx: &mut Tx, campaign: Campaign) -> Result<CampaignData, AppError> {
    let known = known(tx).await?;
    let (graph, edited) = drawing(tx, &campaign).await?;
    let waits = db::campaigns::waits(tx, campaign.id).await?;
    Ok(CampaignData {
        agent: campaign.agent_id.and_then(|id| known.agents.iter().find(|a| a.id == id).cloned()),
        progress: db::campaigns::progress(tx, campaign.id).await?,
        steps: steps_of(&graph, &known),
        nodes: db::campaigns::node_progress(tx, campaign.id).await?,
        calls: db::campaigns::call_ends(tx, campaign.id).await?,
        waits: waits.into_iter().map(|(status, runs, next_at)| Wait { status, runs, next_at }).collect(),
        refusals: db::campaigns::refusals(tx, campaign.id).await?,
        webhooks_failed: db::webhooks::failed_steps(tx, campaign.id).await?,
        edited,
        advice: db::advice::last(tx, campaign.id).await?,
        campaign,
    })
}

/// One page of people, with the names of their steps and their conversations.
pub async fn people(tx: &mut Tx, campaign: &Campaign, filter: &Filter) -> Result<Page<Person>, AppError> {
    let (graph, _) = drawing(tx, campaign).await?;
    let steps = steps_of(&graph, &known(tx).await?);
    let page = db::runs::list(tx, campaign.id, filter).await?;
    let leads: Vec<_> = page.items.iter().map(|run| run.lead_id).collect();
    let conversations = db::campaigns::conversations_of(tx, &leads).await?;
    Ok(page.map(|run| Person {
        step: name_of(&steps, &run.node),
        conversation: conversations.iter().find(|(lead, _)| *lead == run.lead_id).map(|(_, id)| *id),
        run,
    }))
}

/// What the launch checklist looks at.
pub async fn readiness(tx: &mut Tx, campaign: &Campaign, problems: Vec<FlowProblem>) -> Result<Readiness, AppError> {
    let known = known(tx).await?;
    let draft = db::flows::find(tx, campaign.flow_id).await?.ok_or(engine::Error::NotFound)?;
    let waiting = db::campaigns::progress(tx, campaign.id).await?.running;
    Ok(Readiness {
        problems,
        steps: steps_of(&draft.graph, &known),
        agent: campaign.agent_id.and_then(|id| known.agents.iter().find(|a| a.id == id).cloned()),
        waiting,
    })
}

/// The steps of a drawing, from the start along its ways; those that no way leads to come last.
fn steps_of(graph: &FlowGraph, known: &Known) -> Vec<Step> {
    let mut seen: HashSet<&str> = HashSet::new();
    let mut ordered: Vec<&Node> = Vec::with_capacity(graph.nodes.len());
    let mut next: VecDeque<&Node> = graph.start().into_iter().collect();
    while let Some(node) = next.pop_front() {
        if !seen.insert(&node.id) {
            continue;
        }
        ordered.push(node);
        next.extend(node.kind.exits().iter().filter_map(|exit| graph.target(&node.id, &exit.port)));
    }
    ordered.extend(graph.nodes.iter().filter(|n| !seen.contains(n.id.as_str())));
    // Ends read as ends.
    ordered.sort_by_key(|n| n.kind == NodeKind::End);
    ordered.into_iter().map(|node| step_of(node, known)).collect()
}

fn step_of(node: &Node, known: &Known) -> Step {
    let (channel, detail) = match &node.kind {
        NodeKind::Send { channel, template_id } => {
            let name = template_id.and_then(|id| known.templates.iter().find(|t| t.id == id)).map(|t| t.name.clone());
            (Some(*channel), name.unwrap_or_default())
        }
        NodeKind::WaitReply { timeout_secs } => (None, format!("up to {}", show_secs(*timeout_secs))),
        NodeKind::Delay { secs } => (None, show_secs(*secs)),
        NodeKind::Agent { agent_id } => {
            let name = agent_id.and_then(|id| known.agents.iter().find(|a| a.id == id)).map(|a| a.name.clone());
            (None, name.unwrap_or_default())
        }
        NodeKind::Webhook { url } => (None, url.chars().take(60).collect()),
        NodeKind::Start | NodeKind::Branch { .. } | NodeKind::End => (None, String::new()),
    };
    let name = if node.title.trim().is_empty() { node.kind.label().to_owned() } else { node.title.clone() };
    Step { node: node.id.clone(), name, detail, channel, kind: Some(node.kind.word()) }
}

#[cfg(test)]
mod tests {
    use domain::flow::graph::KindWord;
    use domain::flow::starter::sms_whatsapp_voice;

    use super::*;

    #[test]
    fn steps_follow_the_ways_and_end_with_the_end() {
        let graph = sms_whatsapp_voice(None, None, None, None, 3_600);
        let steps = steps_of(&graph, &Known::default());
        assert_eq!(steps.len(), graph.nodes.len());
        assert_eq!((steps[0].kind, steps[9].kind), (Some(KindWord::Start), Some(KindWord::End)));
        let at = |node: &str| steps.iter().position(|s| s.node == node);
        assert!(at("n2") < at("n5") && at("n5") < at("n7"), "SMS, WhatsApp, voice");
        assert_eq!(name_of(&steps, "n3"), "Wait for reply (up to 1 h)");
        assert_eq!(name_of(&steps, ""), "Not begun");
        assert!(name_of(&steps, "n99").contains("removed"));
    }
}
