//! The acceptance flow, step by step.

use chrono::Duration;
use domain::campaign::Counted::{self, Entered, InDoubt, NotSent, Replied, Running, Sent};
use domain::campaign::Progress;
use domain::filter::Filter;
use domain::flow::graph::call_port;
use domain::flow::starter::{one_sms, sms_whatsapp_voice};
use domain::flow::{Edge, FlowGraph, Node, NodeKind, Point};
use domain::message::{CallEnd, Channel, StatusReport};
use sqlx::PgPool;

use crate::world::World;

async fn three_steps(world: &World) -> FlowGraph {
    let sms = world.template(Channel::Sms, "Hi {{lead.first_name}}, {{agent.name}} here. Interested?").await;
    let whatsapp = world.approved("Hello {{lead.first_name}}, still interested?").await;
    let voice = world.template(Channel::Voice, "Hello {{lead.first_name}}. Press 1 to talk.").await;
    sms_whatsapp_voice(Some(sms), Some(whatsapp), Some(voice), Some(world.agent), 3_600)
}

#[sqlx::test(migrations = "../../migrations")]
async fn silence_leads_from_sms_over_whatsapp_to_a_call(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, _) = world.lead().await;
    let campaign = world.campaign(three_steps(&world).await, &[lead]).await;
    world.settle().await;
    assert_eq!(world.sent_to(lead).await, ["sms:accepted"]);
    assert_eq!(world.run_of(lead).await, "waiting_reply n3 -");
    world.pass(Duration::seconds(3_601)).await;
    assert_eq!(world.sent_to(lead).await, ["sms:accepted", "whatsapp:accepted"]);
    world.pass(Duration::seconds(3_601)).await;
    assert_eq!(world.sent_to(lead).await, ["sms:accepted", "whatsapp:accepted", "voice:accepted"]);
    assert_eq!(world.run_of(lead).await, "sending n7 -", "the call goes on");
    world.pass(Duration::minutes(15)).await;
    world.pass(Duration::seconds(3_601)).await;
    assert_eq!(world.run_of(lead).await, "done n10 completed");
    let campaign = engine::campaigns::get(&world.cx, campaign).await.unwrap();
    assert_eq!(campaign.status.as_str(), "completed");
    assert_eq!(world.posts().await, 3);

    let requests = world.network.received_requests().await.unwrap();
    let body = String::from_utf8(requests[1].body.clone()).unwrap();
    assert!(body.contains("ContentVariables=%7B%221%22%3A%22Ada%22%7D"), "{body}");
    assert!(
        body.contains("StatusCallback=http%3A%2F%2F127.0.0.1%3A3000%2Fapi%2Fwebhooks%2Freceive%3Fmessage%3Dmsg_"),
        "{body}"
    );
}

/// Finding who got nothing took one person after the other.
#[sqlx::test(migrations = "../../migrations")]
async fn every_figure_of_a_campaign_leads_to_the_people_it_counts(pool: PgPool) {
    let world = World::accepting(pool).await;
    let ((silent, _), (yes, yes_phone)) = (world.lead().await, world.lead().await);
    let campaign = world.campaign(three_steps(&world).await, &[silent, yes]).await;
    world.settle().await;
    world.hears(Channel::Sms, &yes_phone, "Yes please, tell me more").await;
    world.settle().await;
    let people = async |counted: Counted, step: Option<&str>| {
        let filter = Filter { counted: Some(counted), step: step.map(Into::into), ..Filter::default() };
        let mut tx = world.cx.read().await.unwrap();
        let page = db::runs::list(&mut tx, campaign, &filter).await.unwrap();
        assert_eq!(usize::try_from(page.total).unwrap(), page.items.len());
        page.items.iter().map(|run| run.lead_id).collect::<Vec<_>>()
    };
    let mut tx = world.cx.read().await.unwrap();
    let whole = db::campaigns::progress(&mut tx, campaign).await.unwrap();
    let nodes = db::campaigns::node_progress(&mut tx, campaign).await.unwrap();
    drop(tx);
    let shown = |p: &Progress| {
        [(Running, p.running), (Replied, p.replied), (Sent, p.sent), (NotSent, p.not_sent), (InDoubt, p.in_doubt)]
    };
    for (counted, figure) in shown(&whole) {
        assert_eq!(people(counted, None).await.len() as i64, figure, "{counted}");
    }
    for n in &nodes {
        let shown =
            [(Entered, n.entered), (Running, n.here), (Sent, n.sent), (NotSent, n.not_sent), (InDoubt, n.in_doubt)];
        for (counted, figure) in shown {
            assert_eq!(people(counted, Some(&n.node)).await.len() as i64, figure, "{counted} at {}", n.node);
        }
    }
    assert_eq!(people(Sent, Some("n2")).await, [yes, silent]);
    assert_eq!(people(Entered, Some("n4")).await, [yes]);
    assert_eq!(people(Entered, Some("n5")).await, [], "nobody got so far");
    assert_eq!(people(Running, Some("n3")).await, [silent]);
    assert_eq!(people(Replied, None).await, [yes]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_no_ends_it_and_a_yes_hands_over_to_the_agent(pool: PgPool) {
    let world = World::accepting(pool).await;
    let ((no, no_phone), (yes, yes_phone)) = (world.lead().await, world.lead().await);
    world.campaign(three_steps(&world).await, &[no, yes]).await;
    world.settle().await;
    world.hears(Channel::Sms, &no_phone, "No thanks, not interested").await;
    world.hears(Channel::Sms, &yes_phone, "Yes please, tell me more").await;
    world.settle().await;
    assert_eq!(world.run_of(no).await, "done n10 completed");
    assert_eq!(world.sent_to(no).await, ["sms:accepted"], "who declined is left alone");
    assert_eq!(world.run_of(yes).await, "done n10 completed");
    assert_eq!(world.sent_to(yes).await, ["sms:accepted", "sms:accepted"], "the agent answered");
    world.pass(Duration::hours(5)).await;
    assert_eq!(world.posts().await, 3, "nothing follows after an answer");
}

#[sqlx::test(migrations = "../../migrations")]
async fn stop_ends_every_run_and_blocks_what_was_queued(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, phone) = world.lead().await;
    world.campaign(three_steps(&world).await, &[lead]).await;
    world.settle().await;
    world.hears(Channel::Sms, &phone, "STOP").await;
    world.settle().await;
    assert_eq!(world.run_of(lead).await, "stopped n3 opted_out");
    world.pass(Duration::hours(5)).await;
    assert_eq!(world.sent_to(lead).await, ["sms:accepted"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_paused_campaign_holds_its_sends_until_it_is_resumed(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, _) = world.lead().await;
    let campaign = world.campaign(one_sms(Some(world.template(Channel::Sms, "Hi").await)), &[lead]).await;
    engine::campaigns::pause(&world.cx, campaign).await.unwrap();
    world.settle().await;
    assert_eq!(world.sent_to(lead).await, ["sms:held"]);
    assert_eq!(world.posts().await, 0);
    engine::campaigns::activate(&world.cx, campaign).await.unwrap();
    world.settle().await;
    assert_eq!(world.sent_to(lead).await, ["sms:accepted"]);
    assert_eq!(world.run_of(lead).await, "done n3 completed");
}

#[sqlx::test(migrations = "../../migrations")]
async fn without_consent_a_us_number_gets_nothing_and_the_verdict_says_why(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, _) = world.lead().await;
    sqlx::query("update leads set consent = false, consent_at = null").execute(&world.admin).await.unwrap();
    world.campaign(one_sms(Some(world.template(Channel::Sms, "Hi").await)), &[lead]).await;
    world.settle().await;
    assert_eq!(world.sent_to(lead).await, ["sms:blocked"]);
    assert_eq!(world.run_of(lead).await, "stopped n2 not_sent");
    let reasons: serde_json::Value =
        sqlx::query_scalar("select verdict -> 'reasons' from messages").fetch_one(&world.admin).await.unwrap();
    assert_eq!(reasons, serde_json::json!(["no_consent"]));
    assert_eq!(world.posts().await, 0);
}

#[sqlx::test(migrations = "../../migrations")]
async fn enrolling_twice_writes_to_nobody_twice(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, _) = world.lead().await;
    let campaign = world.campaign(one_sms(Some(world.template(Channel::Sms, "Hi").await)), &[lead]).await;
    world.settle().await;
    let audience = domain::campaign::Audience { lead_ids: Some(vec![lead]), ..Default::default() };
    let again = engine::campaigns::enrol(&world.cx, campaign, audience).await.unwrap();
    assert_eq!((again.created, again.skipped), (0, 1));
    world.settle().await;
    assert_eq!(world.posts().await, 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_text_that_did_not_arrive_is_not_waited_for(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, _) = world.lead().await;
    world.campaign(three_steps(&world).await, &[lead]).await;
    world.settle().await;
    assert_eq!(world.run_of(lead).await, "waiting_reply n3 -");
    let (id, sid): (uuid::Uuid, String) =
        sqlx::query_as("select id, provider_message_id from messages").fetch_one(&world.admin).await.unwrap();
    let report = StatusReport {
        message_id: sid,
        our_number: crate::world::OURS.into(),
        status: domain::message::Status::Failed,
        error_code: Some("30003".into()),
        duration_secs: None,
        call_end: None,
    };
    let system = world.engine.system(world.cx.workspace());
    let id = domain::id::MessageId::new(id);
    assert!(engine::inbox::delivery_status(&system, &report, Some(id), Channel::Sms).await.unwrap());
    world.settle().await;
    assert_eq!(world.sent_to(lead).await, ["sms:failed", "whatsapp:accepted"]);
    assert_eq!(world.run_of(lead).await, "waiting_reply n6 -");
}

/// An SMS to begin with would only be in the way: a call, and for each of its ends a wait of another length.
async fn one_call(world: &World) -> FlowGraph {
    let call = NodeKind::Send {
        channel: Channel::Voice,
        template_id: Some(world.template(Channel::Voice, "Hello {{lead.first_name}}. Press 1 to talk.").await),
    };
    let mut graph = one_sms(None);
    graph.nodes[1].kind = call;
    graph.edges.truncate(1);
    for (i, end) in CallEnd::ALL.iter().enumerate() {
        let id = format!("n{}", i + 4);
        let kind = NodeKind::WaitReply { timeout_secs: 3_600 };
        graph.nodes.push(Node { id: id.clone(), title: String::new(), at: Point::default(), kind });
        for port in ["timeout", "reply"] {
            graph.edges.push(Edge { from: id.clone(), port: port.into(), to: "n3".into() });
        }
        graph.edges.push(Edge { from: "n2".into(), port: call_port(*end).into(), to: id });
    }
    graph
}

fn report_of_call(word: &str, answered_by: Option<&str>) -> StatusReport {
    StatusReport {
        message_id: "CA1".into(),
        our_number: crate::world::OURS.into(),
        status: channels::parse::call_status(word).unwrap(),
        error_code: None,
        duration_secs: None,
        call_end: channels::parse::call_end(word, answered_by),
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_call_that_nobody_took_is_not_gone_on_with_as_if_somebody_had(pool: PgPool) {
    let world = World::accepting(pool).await;
    let graph = one_call(&world).await;
    let system = world.engine.system(world.cx.workspace());
    let cases = [
        ("completed", Some("human"), "n4", "answered"),
        ("no-answer", None, "n5", "no_answer"),
        ("busy", None, "n6", "busy"),
        ("completed", Some("machine_end_beep"), "n7", "voicemail"),
        ("canceled", None, "n8", "failed"),
    ];
    for (word, by, node, end) in cases {
        let (lead, _) = world.lead().await;
        let campaign = world.campaign(graph.clone(), &[lead]).await;
        world.settle().await;
        assert_eq!(world.run_of(lead).await, "sending n2 -", "made, not taken");
        let id: uuid::Uuid = sqlx::query_scalar("select id from messages where lead_id = $1")
            .bind(lead.uuid())
            .fetch_one(&world.admin)
            .await
            .unwrap();
        let named = Some(domain::id::MessageId::new(id));
        // Late, twice, out of order, and with another end after the first one.
        for (word, by) in [(word, by), ("ringing", None), (word, by), ("in-progress", by), ("busy", None)] {
            let mut report = report_of_call(word, by);
            report.message_id = format!("CA{id}");
            assert!(engine::inbox::delivery_status(&system, &report, named, Channel::Voice).await.unwrap());
            world.settle().await;
        }
        assert_eq!(world.run_of(lead).await, format!("waiting_reply {node} -"), "{word}");
        let mut tx = world.cx.read().await.unwrap();
        let ends = db::campaigns::call_ends(&mut tx, campaign).await.unwrap();
        assert_eq!(ends, [("n2".to_owned(), end.parse().unwrap(), 1)]);
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_call_that_is_over_before_its_making_was_written_down_leaves_by_its_end_too(pool: PgPool) {
    let world = World::accepting(pool).await;
    let graph = one_call(&world).await;
    let system = world.engine.system(world.cx.workspace());
    let (lead, _) = world.lead().await;
    world.campaign(graph, &[lead]).await;
    world.settle().await;
    // As it is while the provider is called: its report overtakes its answer.
    let id: uuid::Uuid = sqlx::query_scalar("update messages set status = 'sending' returning id")
        .fetch_one(&world.admin)
        .await
        .unwrap();
    let named = Some(domain::id::MessageId::new(id));
    let report = report_of_call("busy", None);
    assert!(engine::inbox::delivery_status(&system, &report, named, Channel::Voice).await.unwrap());
    world.settle().await;
    assert_eq!(world.run_of(lead).await, "waiting_reply n6 -", "engaged, and not `failed`");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_call_of_which_nobody_reports_the_end_is_waited_for_a_quarter_of_an_hour(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, _) = world.lead().await;
    world.campaign(one_call(&world).await, &[lead]).await;
    world.settle().await;
    assert_eq!(world.run_of(lead).await, "sending n2 -");
    world.pass(Duration::minutes(16)).await;
    assert_eq!(world.run_of(lead).await, "waiting_reply n4 -");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_webhook_step_that_fails_is_told_of_its_campaign(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (lead, _) = world.lead().await;
    let mut graph = one_sms(None);
    graph.nodes[1].kind = NodeKind::Webhook { url: "http://127.0.0.1:1/x".into() };
    let greeting = Some(world.template(Channel::Sms, "Hello").await);
    graph.nodes[2].kind = NodeKind::Send { channel: Channel::Sms, template_id: greeting };
    graph.nodes.push(Node { id: "n4".into(), title: String::new(), at: Point::default(), kind: NodeKind::End });
    graph.edges.push(Edge { from: "n3".into(), port: "next".into(), to: "n4".into() });
    let campaign = world.campaign(graph, &[lead]).await;
    for _ in 0..12 {
        world.pass(Duration::hours(6)).await;
    }
    assert_eq!(world.run_of(lead).await, "stopped n2 webhook_failed");
    let mut tx = world.cx.read().await.unwrap();
    let (failed, why) = db::webhooks::failed_steps(&mut tx, campaign).await.unwrap();
    assert_eq!(failed, 1);
    assert!(why.is_some_and(|why| !why.is_empty()));
}
