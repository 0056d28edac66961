//! Campaigns against a real database, as the product's own role.
#![allow(clippy::unwrap_used, reason = "a test that unwraps fails with the line")]

use domain::access::Role;
use domain::agent::{AgentDraft, AgentStatus};
use domain::campaign::{Audience, Progress};
use domain::filter::Filter;
use domain::flow::graph::{Edge, NodeKind, Point};
use domain::flow::starter::one_sms;
use domain::flow::step::RunStatus;
use domain::id::{LeadId, TemplateId};
use domain::lead::LeadDraft;
use domain::message::Channel;
use domain::problem::Problems;
use domain::template::TemplateDraft;
use sqlx::PgPool;

use super::*;
use crate::intake::{Desk, desk};
use crate::{leads, templates};

fn named(name: &str) -> CampaignDraft {
    CampaignDraft { name: name.into(), agent_id: None }
}

fn problems(error: Error) -> Problems {
    match error {
        Error::Invalid(problems) => problems,
        other => panic!("expected field problems, got {other}"),
    }
}

async fn template(desk: &Desk) -> TemplateId {
    let draft = TemplateDraft {
        name: "hello".into(),
        channel: Channel::Sms,
        language: "en_US".into(),
        body: "Hello {{lead.name}}".into(),
    };
    templates::create(&desk.cx, draft).await.unwrap().id
}

async fn lead(desk: &Desk, phone: Option<&str>, email: Option<&str>) -> LeadId {
    let draft = LeadDraft {
        name: "Ada".into(),
        phone: phone.map(str::to_owned),
        email: email.map(str::to_owned),
        consent: true,
        ..LeadDraft::default()
    };
    leads::create(&desk.cx, draft).await.unwrap().id
}

async fn jobs(desk: &Desk) -> i64 {
    let mut tx = desk.cx.read().await.unwrap();
    db::jobs::depth(&mut tx).await.unwrap().0
}

async fn figures(desk: &Desk, id: CampaignId) -> Progress {
    let mut tx = desk.cx.read().await.unwrap();
    db::campaigns::progress(&mut tx, id).await.unwrap()
}

fn all() -> Audience {
    Audience { all: true, ..Audience::default() }
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_drawing_that_is_not_finished_does_not_start(pool: PgPool) {
    let desk = desk(&pool).await;
    let campaign = create(&desk.cx, named("Spring"), Some(one_sms(None))).await.unwrap();
    let refused = problems(activate(&desk.cx, campaign.id).await.unwrap_err());
    assert_eq!(refused.of("nodes.n2"), Some("Choose the SMS template that is sent."), "{refused:?}");
    assert_eq!(get(&desk.cx, campaign.id).await.unwrap().status, CampaignStatus::Draft);

    let agent = AgentDraft { name: "Mia".into(), status: AgentStatus::Draft, ..AgentDraft::default() };
    let agent = crate::agents::create(&desk.cx, agent).await.unwrap();
    let graph = one_sms(Some(template(&desk).await));
    let flow = save_flow(&desk.cx, campaign.id, 1, graph.clone()).await.unwrap();
    assert_eq!(flow.revision, 2);
    save(&desk.cx, campaign.id, CampaignDraft { agent_id: Some(agent.id), ..named("Spring") }).await.unwrap();
    let refused = problems(activate(&desk.cx, campaign.id).await.unwrap_err());
    assert!(refused.of("agent_id").is_some(), "{refused:?}");

    save(&desk.cx, campaign.id, named(" Spring ")).await.unwrap();
    lead(&desk, Some("+14155550101"), None).await;
    enrol(&desk.cx, campaign.id, all()).await.unwrap();
    let started = activate(&desk.cx, campaign.id).await.unwrap();
    assert_eq!((started.status, started.name.as_str()), (CampaignStatus::Active, "Spring"));
    assert_eq!(started.started_at, Some(desk.cx.now()));
    assert!(matches!(activate(&desk.cx, campaign.id).await, Err(Error::Conflict(_))));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_campaign_with_nobody_to_write_to_does_not_start(pool: PgPool) {
    let desk = desk(&pool).await;
    let campaign = create(&desk.cx, named("Spring"), Some(one_sms(Some(template(&desk).await)))).await.unwrap();
    let refused = |error| match error {
        Error::Conflict(why) => why,
        other => panic!("{other:?}"),
    };
    assert!(refused(activate(&desk.cx, campaign.id).await.unwrap_err()).starts_with("Nobody is in this campaign yet."));
    assert_eq!(get(&desk.cx, campaign.id).await.unwrap().status, CampaignStatus::Draft);

    lead(&desk, Some("+14155550101"), None).await;
    enrol(&desk.cx, campaign.id, all()).await.unwrap();
    activate(&desk.cx, campaign.id).await.unwrap();
    complete(&desk.cx, campaign.id).await.unwrap();
    assert!(refused(activate(&desk.cx, campaign.id).await.unwrap_err()).contains("come to its end"));
    assert_eq!(get(&desk.cx, campaign.id).await.unwrap().status, CampaignStatus::Completed);
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_older_drawing_and_an_impossible_one_are_refused(pool: PgPool) {
    let desk = desk(&pool).await;
    let campaign = create(&desk.cx, named("Spring"), None).await.unwrap();
    save_flow(&desk.cx, campaign.id, 1, one_sms(None)).await.unwrap();
    assert!(matches!(save_flow(&desk.cx, campaign.id, 1, FlowGraph::blank()).await, Err(Error::Conflict(_))));

    let mut newer = FlowGraph::blank();
    newer.version = 99;
    assert!(problems(save_flow(&desk.cx, campaign.id, 2, newer).await.unwrap_err()).of("graph.version").is_some());
    let mut nul = FlowGraph::blank();
    nul.nodes[0].title = "a\0b".into();
    assert!(problems(save_flow(&desk.cx, campaign.id, 2, nul).await.unwrap_err()).of("graph").is_some());
    let mut twice = one_sms(None);
    twice.edges.push(Edge { to: "n3".into(), ..twice.edges[0].clone() });
    assert!(problems(save_flow(&desk.cx, campaign.id, 2, twice).await.unwrap_err()).of("nodes.n1").is_some());
    let mut huge = FlowGraph::blank();
    for n in 2..=502 {
        let mut node = huge.nodes[0].clone();
        (node.id, node.at, node.kind) = (format!("n{n}"), Point::default(), NodeKind::End);
        huge.nodes.push(node);
    }
    assert!(problems(save_flow(&desk.cx, campaign.id, 2, huge).await.unwrap_err()).of("graph.nodes").is_some());
    let foreign = desk.elsewhere().await;
    assert!(matches!(save_flow(&foreign, campaign.id, 2, FlowGraph::blank()).await, Err(Error::NotFound)));
    assert!(matches!(activate(&foreign, campaign.id).await, Err(Error::NotFound)));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_lead_is_enrolled_once_and_only_who_can_be_reached(pool: PgPool) {
    let desk = desk(&pool).await;
    let ada = lead(&desk, Some("+14155550101"), None).await;
    lead(&desk, None, Some("a@b.co")).await;
    let stopped = lead(&desk, Some("+14155550102"), None).await;
    let stopped = leads::get(&desk.cx, stopped).await.unwrap();
    let mut tx = desk.cx.write().await.unwrap();
    leads::opt_out(&desk.cx, &mut tx, &stopped, "operator").await.unwrap();
    tx.commit().await.unwrap();
    let campaign = create(&desk.cx, named("Spring"), Some(one_sms(Some(template(&desk).await)))).await.unwrap();

    assert!(problems(enrol(&desk.cx, campaign.id, Audience::default()).await.unwrap_err()).of("audience").is_some());
    let mut tx = desk.cx.read().await.unwrap();
    let counts = db::audience::counts(&mut tx, campaign.id, &all()).await.unwrap();
    assert_eq!((counts.total, counts.fits, counts.opted_out, counts.no_phone, counts.enrolled), (3, 1, 1, 1, 0));
    drop(tx);

    let first = enrol(&desk.cx, campaign.id, all()).await.unwrap();
    assert_eq!((first.created, first.skipped, first.total, first.problems.len()), (1, 2, 3, 2));
    let stranger = desk.cx.new_id();
    let again = Audience { lead_ids: Some(vec![ada, ada, stranger]), ..Audience::default() };
    let again = enrol(&desk.cx, campaign.id, again).await.unwrap();
    assert_eq!((again.created, again.skipped, again.total), (0, 3, 3));
    assert_eq!(figures(&desk, campaign.id).await.enrolled, 1);
    assert_eq!(jobs(&desk).await, 0, "a draft sends nothing");
    activate(&desk.cx, campaign.id).await.unwrap();
    assert_eq!(jobs(&desk).await, 1);

    let late = lead(&desk, Some("+14155550103"), None).await;
    let search = Audience { q: Some("555-0103".into()), ..Audience::default() };
    assert_eq!(enrol(&desk.cx, campaign.id, search).await.unwrap().created, 1);
    assert_eq!(jobs(&desk).await, 2, "an active campaign begins with {late} at once");
}

#[sqlx::test(migrations = "../../migrations")]
async fn runs_that_have_not_begun_follow_the_drawing_that_starts(pool: PgPool) {
    let desk = desk(&pool).await;
    lead(&desk, Some("+14155550101"), None).await;
    let campaign = create(&desk.cx, named("Spring"), Some(one_sms(None))).await.unwrap();
    enrol(&desk.cx, campaign.id, all()).await.unwrap();
    let graph = one_sms(Some(template(&desk).await));
    save_flow(&desk.cx, campaign.id, 1, graph.clone()).await.unwrap();
    activate(&desk.cx, campaign.id).await.unwrap();

    let mut tx = desk.cx.write().await.unwrap();
    let run = db::runs::ready_of_campaign(&mut tx, campaign.id).await.unwrap()[0];
    assert_eq!(db::runs::lock(&mut tx, run).await.unwrap().unwrap().graph, graph);
    let (version, _) = db::flows::latest_version(&mut tx, campaign.flow_id).await.unwrap().unwrap();
    drop(tx);
    pause(&desk.cx, campaign.id).await.unwrap();
    let resumed = activate(&desk.cx, campaign.id).await.unwrap();
    assert_eq!(resumed.flow_version_id, Some(version), "a drawing that did not change is not frozen again");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_campaign_is_paused_resumed_completed_and_starts_again(pool: PgPool) {
    let desk = desk(&pool).await;
    lead(&desk, Some("+14155550101"), None).await;
    let campaign = create(&desk.cx, named("Spring"), Some(one_sms(Some(template(&desk).await)))).await.unwrap();
    assert!(matches!(pause(&desk.cx, campaign.id).await, Err(Error::Conflict(_))));
    let mut tx = desk.cx.write().await.unwrap();
    let number = (uuid::Uuid::now_v7(), Channel::Sms, "+14155550199".to_owned());
    db::conversations::set_numbers(&mut tx, &[number], desk.cx.now()).await.unwrap();
    tx.commit().await.unwrap();
    enrol(&desk.cx, campaign.id, all()).await.unwrap();
    activate(&desk.cx, campaign.id).await.unwrap();

    // The first step is taken while the campaign is held: the message waits with it.
    pause(&desk.cx, campaign.id).await.unwrap();
    assert!(matches!(pause(&desk.cx, campaign.id).await, Err(Error::Conflict(_))));
    let mut tx = desk.cx.write().await.unwrap();
    let run = db::runs::ready_of_campaign(&mut tx, campaign.id).await.unwrap()[0];
    drop(tx);
    crate::runs::advance(&desk.cx, run, &Input::Go, desk.cx.new_id()).await.unwrap();
    let mut tx = desk.cx.read().await.unwrap();
    let message = db::campaigns::unsent(&mut tx, campaign.id).await.unwrap()[0];
    drop(tx);
    crate::send::carry_out(&desk.cx, message).await.unwrap();
    let mut tx = desk.cx.read().await.unwrap();
    assert_eq!(db::messages::held_of_campaign(&mut tx, campaign.id).await.unwrap(), [message]);
    drop(tx);
    let before = jobs(&desk).await;
    sqlx::query("delete from jobs").execute(&pool).await.unwrap();
    activate(&desk.cx, campaign.id).await.unwrap();
    assert_eq!((before > 0, jobs(&desk).await), (true, 1), "resuming asks for the held message again");

    sqlx::query("update runs set status = 'done', state = state || '{\"status\": \"done\"}'")
        .execute(&pool)
        .await
        .unwrap();
    let mut tx = desk.cx.write().await.unwrap();
    let name = db::campaigns::complete_if_active(&mut tx, campaign.id, desk.cx.now()).await.unwrap();
    assert_eq!(name.as_deref(), Some("Spring"));
    assert_eq!(db::campaigns::complete_if_active(&mut tx, campaign.id, desk.cx.now()).await.unwrap(), None);
    tx.commit().await.unwrap();

    assert_eq!(enrol(&desk.cx, campaign.id, all()).await.unwrap().created, 0);
    assert_eq!(get(&desk.cx, campaign.id).await.unwrap().status, CampaignStatus::Completed, "nobody is new");
    lead(&desk, Some("+14155550102"), None).await;
    assert_eq!(enrol(&desk.cx, campaign.id, all()).await.unwrap().created, 1);
    assert_eq!(get(&desk.cx, campaign.id).await.unwrap().status, CampaignStatus::Active);
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_active_campaign_with_people_under_way_does_not_complete(pool: PgPool) {
    let desk = desk(&pool).await;
    lead(&desk, Some("+14155550101"), None).await;
    let campaign = create(&desk.cx, named("Spring"), Some(one_sms(Some(template(&desk).await)))).await.unwrap();
    enrol(&desk.cx, campaign.id, all()).await.unwrap();
    activate(&desk.cx, campaign.id).await.unwrap();
    let mut tx = desk.cx.write().await.unwrap();
    assert_eq!(db::campaigns::complete_if_active(&mut tx, campaign.id, desk.cx.now()).await.unwrap(), None);
}

#[sqlx::test(migrations = "../../migrations")]
async fn deleting_stops_everybody_and_needs_the_right(pool: PgPool) {
    let desk = desk(&pool).await;
    lead(&desk, Some("+14155550101"), None).await;
    let campaign = create(&desk.cx, named("Spring"), Some(one_sms(Some(template(&desk).await)))).await.unwrap();
    enrol(&desk.cx, campaign.id, all()).await.unwrap();
    let member = desk.acting(Role::Member);
    assert!(matches!(delete(&member, campaign.id).await, Err(Error::Forbidden(_))));
    assert!(matches!(activate(&desk.acting(Role::Viewer), campaign.id).await, Err(Error::Forbidden(_))));
    delete(&desk.cx, campaign.id).await.unwrap();
    assert!(matches!(get(&desk.cx, campaign.id).await, Err(Error::NotFound)));
    assert!(matches!(enrol(&desk.cx, campaign.id, all()).await, Err(Error::NotFound)));
    let mut tx = desk.cx.read().await.unwrap();
    let runs = db::runs::list(&mut tx, campaign.id, &Filter::default()).await.unwrap().items;
    assert_eq!(runs[0].outcome.as_deref(), Some("campaign_deleted"));
    drop(tx);
    let mut tx = desk.cx.write().await.unwrap();
    let run = db::runs::lock(&mut tx, runs[0].id).await.unwrap().unwrap();
    assert!(run.state.status.is_final(), "the state that workers read says so too");
}

#[sqlx::test(migrations = "../../migrations")]
async fn launching_needs_somebody(pool: PgPool) {
    let desk = desk(&pool).await;
    let campaign = create(&desk.cx, named("Spring"), Some(one_sms(Some(template(&desk).await)))).await.unwrap();
    assert!(matches!(launch(&desk.cx, campaign.id, None).await, Err(Error::Conflict(_))));
    assert!(matches!(launch(&desk.cx, campaign.id, Some(all())).await, Err(Error::Conflict(_))));
    lead(&desk, Some("+14155550101"), None).await;
    assert_eq!(launch(&desk.cx, campaign.id, Some(all())).await.unwrap().created, 1);
    assert_eq!(get(&desk.cx, campaign.id).await.unwrap().status, CampaignStatus::Active);
    assert_eq!(jobs(&desk).await, 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn deleting_a_lead_ends_its_runs_and_forgets_their_timers(pool: PgPool) {
    let desk = desk(&pool).await;
    let gone = lead(&desk, Some("+14155550101"), None).await;
    let stays = lead(&desk, Some("+14155550102"), None).await;
    let campaign = create(&desk.cx, named("Spring"), Some(one_sms(Some(template(&desk).await)))).await.unwrap();
    enrol(&desk.cx, campaign.id, all()).await.unwrap();
    activate(&desk.cx, campaign.id).await.unwrap();
    let mut tx = desk.cx.write().await.unwrap();
    let runs = db::runs::list(&mut tx, campaign.id, &Filter::default()).await.unwrap().items;
    let run = runs.iter().find(|r| r.lead_id == gone).unwrap().id;
    let timer = Job::Step { run_id: run, input: Input::Wake };
    let later = desk.cx.now() + chrono::Duration::days(1);
    db::jobs::enqueue(&mut tx, desk.cx.new_id(), &timer, later, desk.cx.now()).await.unwrap();
    tx.commit().await.unwrap();
    crate::runs::advance(&desk.cx, run, &Input::Go, desk.cx.new_id()).await.unwrap();
    // Its message was held, and the job that asked the gate is done.
    sqlx::query("update messages set status = 'held'").execute(&pool).await.unwrap();
    sqlx::query("delete from jobs where kind = 'send'").execute(&pool).await.unwrap();
    assert_eq!(jobs(&desk).await, 3, "two begin, one has a timer");

    leads::delete(&desk.cx, gone).await.unwrap();
    let kinds: Vec<(String, String)> =
        sqlx::query_as("select kind, job::text from jobs order by kind").fetch_all(&pool).await.unwrap();
    assert_eq!(kinds.iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(), ["send", "step"], "{kinds:?}");
    assert!(!kinds[1].1.contains(&run.to_string()), "the other lead's step stays");
    let mut tx = desk.cx.write().await.unwrap();
    let state = db::runs::lock(&mut tx, run).await.unwrap().unwrap().state;
    assert_eq!((state.status, state.outcome.as_deref()), (RunStatus::Stopped, Some("lead_deleted")));
    assert_eq!(state.wake_at, None);
    drop(tx);
    assert_eq!(get(&desk.cx, campaign.id).await.unwrap().status, CampaignStatus::Active, "somebody is under way");
    leads::delete(&desk.cx, stays).await.unwrap();
    assert_eq!(get(&desk.cx, campaign.id).await.unwrap().status, CampaignStatus::Completed, "nobody is left");
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_operator_completes_what_runs_or_is_held(pool: PgPool) {
    let desk = desk(&pool).await;
    lead(&desk, Some("+14155550101"), None).await;
    let campaign = create(&desk.cx, named("Spring"), Some(one_sms(Some(template(&desk).await)))).await.unwrap();
    enrol(&desk.cx, campaign.id, all()).await.unwrap();
    assert!(matches!(complete(&desk.cx, campaign.id).await, Err(Error::Conflict(_))), "a draft was never started");
    assert_eq!(figures(&desk, campaign.id).await.stopped, 0, "and keeps its people");
    activate(&desk.cx, campaign.id).await.unwrap();
    assert!(matches!(complete(&desk.acting(Role::Viewer), campaign.id).await, Err(Error::Forbidden(_))));
    assert!(matches!(complete(&desk.elsewhere().await, campaign.id).await, Err(Error::NotFound)));

    let completed = complete(&desk.cx, campaign.id).await.unwrap();
    assert_eq!(completed.status, CampaignStatus::Completed);
    let stands = figures(&desk, campaign.id).await;
    assert_eq!((stands.running, stands.stopped), (0, 1));
    assert!(matches!(complete(&desk.cx, campaign.id).await, Err(Error::Conflict(_))));

    lead(&desk, Some("+14155550102"), None).await;
    enrol(&desk.cx, campaign.id, all()).await.unwrap();
    pause(&desk.cx, campaign.id).await.unwrap();
    assert_eq!(complete(&desk.cx, campaign.id).await.unwrap().status, CampaignStatus::Completed);
}
