//! What campaigns and agents once left without an answer, or never sent: each test is a way in which something was lost.

use chrono::Duration;
use domain::campaign::{Audience, CampaignDraft};
use domain::flow::graph::{Edge, FlowGraph, GRAPH_VERSION, Node, NodeKind, Point};
use domain::flow::starter::one_sms;
use domain::id::{CampaignId, LeadId};
use domain::message::Channel;
use engine::inbox::{return_to_ai, take_over};
use sqlx::PgPool;
use wiremock::matchers::method;
use wiremock::{Mock, ResponseTemplate};

use crate::world::{Accepts, World};

/// A drawing of steps in a row, named n1, n2, …; `edges` are those that are not `next` to the one behind.
fn row(kinds: Vec<NodeKind>, edges: &[(&str, &str, &str)]) -> FlowGraph {
    let name = |i: usize| format!("n{}", i + 1);
    let ports = |kind: &NodeKind| matches!(kind, NodeKind::WaitReply { .. } | NodeKind::End);
    let next = kinds.iter().enumerate().filter(|(_, kind)| !ports(kind)).map(|(i, _)| (name(i), "next", name(i + 1)));
    let more = edges.iter().map(|(from, port, to)| ((*from).to_owned(), *port, (*to).to_owned()));
    FlowGraph {
        version: GRAPH_VERSION,
        edges: next.chain(more).map(|(from, port, to)| Edge { from, port: port.into(), to }).collect(),
        nodes: kinds
            .into_iter()
            .enumerate()
            .map(|(i, kind)| Node { id: name(i), title: String::new(), at: Point { x: 0, y: 0 }, kind })
            .collect(),
    }
}

async fn sms(world: &World, body: &str) -> NodeKind {
    NodeKind::Send { channel: Channel::Sms, template_id: Some(world.template(Channel::Sms, body).await) }
}

/// The texts that the network took, in the order in which they left; each left once.
async fn texts(world: &World) -> Vec<String> {
    let taken =
        "select body from messages where direction = 'outbound' and status = 'accepted' order by sending_at, id";
    let texts: Vec<String> = sqlx::query_scalar(taken).fetch_all(&world.admin).await.unwrap();
    assert_eq!(world.posts().await, texts.len());
    texts
}

async fn draft_campaign(world: &World, graph: FlowGraph, leads: &[LeadId]) -> CampaignId {
    let draft = CampaignDraft { name: "Later".into(), agent_id: Some(world.agent) };
    let id = engine::campaigns::create(&world.cx, draft, Some(graph)).await.unwrap().id;
    let audience = Audience { lead_ids: Some(leads.to_vec()), ..Default::default() };
    engine::campaigns::enrol(&world.cx, id, audience).await.unwrap();
    id
}

async fn conversation(world: &World, lead: LeadId) -> domain::id::ConversationId {
    let id: uuid::Uuid = sqlx::query_scalar("select id from conversations where lead_id = $1")
        .bind(lead.uuid())
        .fetch_one(&world.admin)
        .await
        .unwrap();
    id.into()
}

/// Lets an hour pass and takes the steps of runs that wait; whatever else is due by then waits on.
pub async fn step_only(world: &World) {
    world.clock.advance(Duration::hours(1));
    let due = "update jobs set run_at = now() + case kind when 'step' then '0 s' else '1 day' end::interval";
    sqlx::query(due).execute(&world.admin).await.unwrap();
    engine::worker::drain(&world.engine).await.unwrap();
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_wait_cut_short_by_an_answer_does_not_swallow_the_next_longer_wait(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, phone) = world.lead().await;
    let kinds = vec![
        NodeKind::Start,
        sms(&world, "Interested?").await,
        NodeKind::WaitReply { timeout_secs: 3_600 },
        NodeKind::Delay { secs: 86_400 },
        sms(&world, "As promised, a day later.").await,
        NodeKind::End,
    ];
    let graph = row(kinds, &[("n3", "reply", "n4"), ("n3", "timeout", "n6")]);
    world.campaign(graph, &[lead]).await;
    world.settle().await;
    world.pass(Duration::minutes(10)).await;
    world.hears(Channel::Sms, &phone, "Yes please").await;
    world.settle().await;
    // The end of the first wait comes and goes.
    world.pass(Duration::hours(2)).await;
    assert_eq!(world.run_of(lead).await, "waiting_time n4 -");
    world.pass(Duration::hours(23)).await;
    assert_eq!(world.run_of(lead).await, "done n6 completed");
    assert_eq!(texts(&world).await, ["Interested?", "As promised, a day later."]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_timer_that_comes_early_by_another_clock_comes_again(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, _) = world.lead().await;
    let kinds = vec![NodeKind::Start, NodeKind::Delay { secs: 3_600 }, sms(&world, "Hello").await, NodeKind::End];
    world.campaign(row(kinds, &[]), &[lead]).await;
    world.settle().await;
    // The database's clock is ahead of ours: the job is due, and its time has not come.
    sqlx::query("update jobs set run_at = now()").execute(&world.admin).await.unwrap();
    engine::worker::drain(&world.engine).await.unwrap();
    assert_eq!(world.posts().await, 0);
    world.pass(Duration::hours(1)).await;
    assert_eq!(texts(&world).await, ["Hello"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_person_in_a_campaign_that_has_not_begun_is_answered(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, phone) = world.lead().await;
    let graph = one_sms(Some(world.template(Channel::Sms, "Our spring offer").await));
    let campaign = draft_campaign(&world, graph, &[lead]).await;
    world.hears(Channel::Sms, &phone, "Are you open on Sundays?").await;
    world.pass(Duration::seconds(5)).await;
    assert_eq!(world.posts().await, 1, "the agent answers; the campaign has asked nothing");
    world.clock.advance(Duration::hours(1));
    engine::campaigns::activate(&world.cx, campaign).await.unwrap();
    world.settle().await;
    assert_eq!(texts(&world).await[1], "Our spring offer");
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_is_said_while_a_message_is_held_is_answered_and_is_no_answer_to_it(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, phone) = world.lead().await;
    let kinds = vec![
        NodeKind::Start,
        sms(&world, "Shall we call you?").await,
        NodeKind::WaitReply { timeout_secs: 3_600 },
        sms(&world, "We call you today.").await,
        NodeKind::End,
    ];
    let graph = row(kinds, &[("n3", "reply", "n4"), ("n3", "timeout", "n5")]);
    let campaign = world.campaign(graph, &[lead]).await;
    engine::campaigns::pause(&world.cx, campaign).await.unwrap();
    world.settle().await;
    world.hears(Channel::Sms, &phone, "Yes, are you open today?").await;
    world.pass(Duration::seconds(5)).await;
    assert_eq!(world.posts().await, 1, "the agent answers");
    world.clock.advance(Duration::hours(1));
    engine::campaigns::activate(&world.cx, campaign).await.unwrap();
    world.settle().await;
    assert_eq!(world.run_of(lead).await, "waiting_reply n3 -", "the question was asked after that");
    assert_eq!(texts(&world).await[1..], ["Shall we call you?"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_answer_to_the_last_message_of_a_campaign_reaches_the_agent_however_quick_it_is(pool: PgPool) {
    let world = World::new(pool).await;
    let (lead, phone) = world.lead().await;
    // The provider takes it, and its answer is lost: the run stands at the message until it is looked up.
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(503)).up_to_n_times(1).mount(&world.network).await;
    Mock::given(method("POST")).respond_with(Accepts).mount(&world.network).await;
    let none = ResponseTemplate::new(200).set_body_json(serde_json::json!({ "messages": [] }));
    Mock::given(method("GET")).respond_with(none).mount(&world.network).await;
    world.campaign(one_sms(Some(world.template(Channel::Sms, "Come and see us").await)), &[lead]).await;
    world.settle().await;
    assert_eq!(world.sent_to(lead).await, ["sms:sending"]);
    world.hears(Channel::Sms, &phone, "When are you open?").await;
    world.pass(Duration::seconds(30)).await;
    world.pass(Duration::seconds(30)).await;
    assert_eq!(world.run_of(lead).await, "done n3 completed");
    assert_eq!(world.sent_to(lead).await, ["sms:in_doubt", "sms:accepted"], "the agent answered");
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_answer_at_the_very_end_of_a_wait_reaches_the_agent(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, phone) = world.lead().await;
    let kinds = vec![
        NodeKind::Start,
        sms(&world, "Interested?").await,
        NodeKind::WaitReply { timeout_secs: 3_600 },
        NodeKind::End,
    ];
    world.campaign(row(kinds, &[("n3", "reply", "n4"), ("n3", "timeout", "n4")]), &[lead]).await;
    world.settle().await;
    world.clock.advance(Duration::hours(1));
    world.hears(Channel::Sms, &phone, "Yes, tell me more").await;
    // The timer's job is older, so it goes first.
    sqlx::query("update jobs set run_at = now() - interval '1 h' where key like 'wake:%'")
        .execute(&world.admin)
        .await
        .unwrap();
    let wake = db::jobs::claim(&world.engine.parts().db, 1, 1, 0).await.unwrap();
    assert_eq!(wake[0].job.key().unwrap().split(':').next(), Some("wake"));
    sqlx::query("update jobs set run_at = now() + interval '1 h' where key is null")
        .execute(&world.admin)
        .await
        .unwrap();
    sqlx::query("update jobs set run_at = now() where key like 'wake:%'").execute(&world.admin).await.unwrap();
    engine::worker::drain(&world.engine).await.unwrap();
    assert_eq!(world.run_of(lead).await, "done n4 completed");
    world.pass(Duration::hours(2)).await;
    world.pass(Duration::seconds(5)).await;
    assert_eq!(world.sent_to(lead).await, ["sms:accepted", "sms:accepted"], "nobody else would answer it");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_campaign_message_in_between_does_not_leave_a_question_without_an_answer(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, phone) = world.lead().await;
    let kinds =
        vec![NodeKind::Start, NodeKind::Delay { secs: 3_600 }, sms(&world, "Our spring offer").await, NodeKind::End];
    world.campaign(row(kinds, &[]), &[lead]).await;
    world.settle().await;
    world.hears(Channel::Sms, &phone, "Are you open on Sundays?").await;
    // The campaign's next message is written before the agent's turn begins.
    step_only(&world).await;
    assert_eq!(world.sent_to(lead).await, ["sms:queued"]);
    world.pass(Duration::days(1)).await;
    assert_eq!(world.sent_to(lead).await, ["sms:accepted", "sms:accepted"]);
    let asked: String =
        sqlx::query_scalar("select record ->> 'input' from turns").fetch_one(&world.admin).await.unwrap();
    assert_eq!(asked, "Are you open on Sundays?");
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_answer_that_was_void_or_failed_is_given_anew_when_the_conversation_comes_back(pool: PgPool) {
    let world = World::new(pool).await;
    let refused = serde_json::json!({ "code": 30007, "message": "Message filtered", "status": 400 });
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(400).set_body_json(refused))
        .up_to_n_times(1)
        .mount(&world.network)
        .await;
    Mock::given(method("POST")).respond_with(Accepts).mount(&world.network).await;
    let (lead, phone) = world.lead().await;
    world.hears(Channel::Sms, &phone, "Hello").await;
    world.pass(Duration::seconds(5)).await;
    assert_eq!(world.sent_to(lead).await, ["sms:failed"]);
    let id = conversation(&world, lead).await;
    take_over(&world.cx, id).await.unwrap();
    return_to_ai(&world.cx, id).await.unwrap();
    world.pass(Duration::seconds(5)).await;
    assert_eq!(world.sent_to(lead).await, ["sms:failed", "sms:accepted"]);
}
