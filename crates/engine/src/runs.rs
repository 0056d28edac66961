//! A campaign's runs: asks `domain::flow::step` what happens next and makes it so, in one transaction.

use std::collections::BTreeMap;

use db::Tx;
use db::messages::NewMessage;
use domain::conversation::Owner;
use domain::event::EventKind;
use domain::flow::step::{Effect, Input, passes_over, step};
use domain::id::{CampaignId, JobId, LeadId, RunId};
use domain::job::Job;
use domain::message::{Author, Channel, Direction, Status};
use domain::template;

use crate::worker::Next;
use crate::{Cx, Result, events, send};

/// Moves a run on. The job is finished in the same transaction, so a step happens once. A step that ends the run may be taken twice,
/// which changes nothing: its job stays until the campaign was looked at, so that a crash in between leaves none open for ever.
pub(crate) async fn advance(cx: &Cx, run_id: RunId, input: &Input, job: JobId) -> Result<Next> {
    let mut tx = cx.write().await?;
    let Some(run) = db::runs::lock(&mut tx, run_id).await? else { return Ok(Next::Done) };
    // The one timer of a run: a wait that was cut short leaves it early for the next wait, and the queue goes by another clock.
    if let (Input::Wake, Some(at)) = (input, run.state.wake_at.filter(|at| *at > cx.now())) {
        return Ok(Next::At(at));
    }
    let (state, effects) = step(&run.graph, &run.state, input, cx.now());
    if state != run.state {
        db::runs::save(&mut tx, run_id, &state, cx.now()).await?;
    }
    for effect in &effects {
        carry_out(cx, &mut tx, &run, state.reply.as_ref().map(|r| r.body.as_str()), effect).await?;
    }
    if passes_over(&run.graph, &run.state, input, &effects) {
        leave_to_agent(cx, &mut tx, run.lead_id).await?;
    }
    if !effects.is_empty() {
        events::note(&mut tx, EventKind::CampaignProgress, run.campaign_id);
    }
    if state.status.is_final() {
        tx.commit().await?;
        complete_if_over(cx, run.campaign_id).await?;
        return Ok(Next::Done);
    }
    db::jobs::finish(&mut tx, job).await?;
    tx.commit().await?;
    Ok(Next::Finished)
}

async fn carry_out(cx: &Cx, tx: &mut Tx, run: &db::runs::Run, reply: Option<&str>, effect: &Effect) -> Result<()> {
    let now = cx.now();
    match effect {
        Effect::Entered { node, visit } => {
            db::runs::insert_visit(tx, run.id, run.campaign_id, node, *visit, now).await?;
        }
        Effect::Send { node, visit, channel, template_id } => {
            let agent = db::campaigns::agent_of(tx, run.campaign_id).await?;
            let id = cx.new_id();
            let conversation =
                db::conversations::open_locked(tx, id, run.lead_id, *channel, agent, Some(run.campaign_id), now)
                    .await?;
            let body = db::templates::find(tx, *template_id).await?.map(|t| t.draft.body).unwrap_or_default();
            let values = values(tx, run.lead_id, Some(run.campaign_id), reply).await?;
            let message = NewMessage {
                id: cx.new_id(),
                conversation_id: conversation.id,
                lead_id: run.lead_id,
                direction: Direction::Outbound,
                channel: *channel,
                author: Author::Campaign,
                user_id: None,
                agent_id: None,
                agent_version_id: None,
                campaign_id: Some(run.campaign_id),
                step: Some((run.id, node.clone(), *visit)),
                template_id: Some(*template_id),
                variables: variables(*channel, &body, &values),
                body: template::fill(&body, &values),
                media: vec![],
                status: Status::Queued,
                provider_message_id: None,
                numbers: None,
                send_key: Some(format!("run:{}:{node}:{visit}", run.id)),
                owner_epoch: conversation.owner_epoch,
            };
            send::queue(cx, tx, &message).await?;
        }
        Effect::WakeAt { at } => {
            let job = Job::Step { run_id: run.id, input: Input::Wake };
            db::jobs::enqueue(tx, cx.new_id(), &job, *at, now).await?;
        }
        Effect::Webhook { node, visit, url } => {
            let job = Job::Webhook { run_id: run.id, node: node.clone(), visit: *visit, url: url.clone() };
            db::jobs::enqueue(tx, cx.new_id(), &job, now, now).await?;
        }
        Effect::HandTo { agent_id, answer_now } => {
            if let Some(conversation) = db::conversations::latest_of_lead(tx, run.lead_id).await? {
                db::conversations::set_agent(tx, conversation, *agent_id, now).await?;
                // What the drawing answered by itself needs no second answer.
                if *answer_now && db::messages::unanswered(tx, conversation).await?.is_some() {
                    let job = Job::Reply { conversation_id: conversation };
                    db::jobs::enqueue(tx, cx.new_id(), &job, now, now).await?;
                }
            }
        }
        Effect::End { .. } => {}
    }
    Ok(())
}

/// The drawing passed over what the person said, so the agent answers it, as it does where no campaign listens.
async fn leave_to_agent(cx: &Cx, tx: &mut Tx, lead: LeadId) -> Result<()> {
    let Some(id) = db::conversations::latest_of_lead(tx, lead).await? else { return Ok(()) };
    let Some(held) = db::conversations::lock(tx, id).await? else { return Ok(()) };
    let by_machine =
        db::readings::analysis(tx, id).await?.is_some_and(|read| read.intent.is_automatic() && read.is_certain());
    if held.channel != Channel::Voice && held.owner == Owner::Ai && !by_machine {
        let job = Job::Reply { conversation_id: id };
        db::jobs::enqueue(tx, cx.new_id(), &job, cx.now() + crate::inbox::GATHER, cx.now()).await?;
    }
    Ok(())
}

/// When the last run has ended, the campaign has.
pub(crate) async fn complete_if_over(cx: &Cx, campaign: CampaignId) -> Result<()> {
    let mut tx = cx.write().await?;
    if !db::runs::any_unfinished(&mut tx, campaign).await?
        && let Some(name) = db::campaigns::complete_if_active(&mut tx, campaign, cx.now()).await?
    {
        events::record(cx, &mut tx, EventKind::CampaignCompleted, campaign, &name).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Tells runs something.
pub(crate) async fn tell(cx: &Cx, tx: &mut Tx, runs: &[RunId], input: &Input) -> Result<()> {
    for run_id in runs {
        let job = Job::Step { run_id: *run_id, input: input.clone() };
        db::jobs::enqueue(tx, cx.new_id(), &job, cx.now(), cx.now()).await?;
    }
    Ok(())
}

/// What placeholders stand for in a message to this lead.
pub(crate) async fn values(
    tx: &mut Tx,
    lead: LeadId,
    campaign: Option<CampaignId>,
    reply: Option<&str>,
) -> Result<BTreeMap<String, String>> {
    let Some(row) = db::gate::fill_values(tx, lead, campaign).await? else { return Ok(BTreeMap::new()) };
    let first_name = domain::name::first_name(&row.name);
    let pairs = [
        ("lead.name", row.name),
        ("lead.first_name", first_name),
        ("lead.phone", row.phone.unwrap_or_default()),
        ("lead.email", row.email.unwrap_or_default()),
        ("lead.company", row.company),
        ("lead.location", row.location),
        ("lead.source", row.source),
        ("agent.name", row.agent.unwrap_or_default()),
        ("campaign.name", row.campaign.unwrap_or_default()),
        ("workspace.name", row.workspace),
        ("reply", reply.unwrap_or_default().to_owned()),
    ];
    Ok(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
}

/// The values of a WhatsApp template's numbered variables, in order; nothing for other channels.
pub(crate) fn variables(channel: Channel, body: &str, values: &BTreeMap<String, String>) -> Vec<String> {
    match channel {
        Channel::Whatsapp => {
            template::placeholders(body).iter().map(|name| template::fill(&format!("{{{{{name}}}}}"), values)).collect()
        }
        Channel::Sms | Channel::Voice => vec![],
    }
}
