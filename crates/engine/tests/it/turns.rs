//! Turns of agents in real conversations: what is kept, what is sent once, what goes to a human, and what a replay says.

use chrono::Duration;
use domain::agent::{AgentDraft, AgentStatus, ModelChoice, Provider};
use domain::conversation::Conversation;
use domain::filter::{Filter, PageAt};
use domain::id::{ConversationId, MessageId, PassageId};
use domain::message::{Author, Channel, Message};
use domain::skill::{Escalation, Guardrails, Tool};
use domain::turn::{Outcome, Purpose, ReplayAsk, TurnRecord, Why};
use engine::inbox::take_over;
use serde_json::json;
use sqlx::PgPool;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::world::World;

pub const PHONE: &str = "+14155559999";

pub async fn only_conversation(world: &World) -> Conversation {
    let mut tx = world.cx.read().await.unwrap();
    let mut page = db::conversations::list(&mut tx, &Filter::default(), None).await.unwrap();
    assert_eq!(page.total, 1);
    page.items.remove(0)
}

/// What the agent wrote, oldest first.
pub async fn ours(world: &World, id: ConversationId) -> Vec<Message> {
    let mut tx = world.cx.read().await.unwrap();
    let page = db::messages::thread(&mut tx, id, PageAt::new(Some(1), Some(100))).await.unwrap();
    page.items.into_iter().filter(|m| m.author == Author::Agent).collect()
}

pub async fn why(world: &World, id: MessageId) -> Why {
    engine::why::of_message(&world.cx, id).await.unwrap()
}

/// Every turn that was kept, oldest first.
pub async fn kept(world: &World) -> Vec<TurnRecord> {
    let rows: Vec<serde_json::Value> =
        sqlx::query_scalar("select record from turns order by id").fetch_all(&world.admin).await.unwrap();
    rows.into_iter().map(|row| serde_json::from_value(row).unwrap()).collect()
}

pub async fn count(world: &World, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&world.admin).await.unwrap()
}

/// Something for the agent to know.
pub async fn knows(world: &World, text: &str) -> PassageId {
    let id = uuid::Uuid::now_v7();
    sqlx::query(
        "with d as (
             insert into documents (id, workspace_id, agent_id, kind, title, category, state, bytes, created_at, updated_at)
             values (gen_random_uuid(), $2, $3, 'file', 'Handbook', 'general', 'ready', 1, now(), now()) returning id
         )
         insert into passages (id, workspace_id, agent_id, document_id, position, heading, body, created_at)
         select $1, $2, $3, d.id, 0, '', $4, now() from d",
    )
    .bind(id)
    .bind(world.cx.workspace().uuid())
    .bind(world.agent.uuid())
    .bind(text)
    .execute(&world.admin)
    .await
    .unwrap();
    PassageId::new(id)
}

/// Changes what people hear.
pub async fn speaks(world: &World, change: impl FnOnce(&mut AgentDraft)) {
    let mut tx = world.cx.read().await.unwrap();
    let mut draft = db::agents::find(&mut tx, world.agent).await.unwrap().unwrap().draft;
    drop(tx);
    change(&mut draft);
    sqlx::query(
        "update agent_versions set draft = $2 where id = (select published_version_id from agents where id = $1)",
    )
    .bind(world.agent.uuid())
    .bind(serde_json::to_value(&draft).unwrap())
    .execute(&world.admin)
    .await
    .unwrap();
    assert_eq!(draft.status, AgentStatus::Live);
}

/// A model on a server of the test's own.
pub async fn elsewhere(admin: PgPool) -> (World, MockServer) {
    elsewhere_leasing(admin, 60).await
}

/// The same with another lease of jobs, in seconds.
pub async fn elsewhere_leasing(admin: PgPool, job_lease_secs: u32) -> (World, MockServer) {
    let server = MockServer::start().await;
    let settings = llm::Settings { compatible_base_url: Some(server.uri()), ..llm::Settings::default() };
    let world = World::leasing(admin, settings, job_lease_secs).await.taking_everything().await;
    speaks(&world, |draft| draft.models = vec![ModelChoice { provider: Provider::Compatible, model: "m".into() }])
        .await;
    (world, server)
}

/// A stream that says this.
pub fn saying(text: &str) -> ResponseTemplate {
    streamed(json!({ "content": text }), "stop")
}

/// A stream with one piece and an end.
pub fn streamed(delta: serde_json::Value, finish: &str) -> ResponseTemplate {
    let piece = json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": null }] });
    let end = json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": finish }],
        "usage": { "prompt_tokens": 10, "completion_tokens": 5 } });
    let body = format!("data: {piece}\n\ndata: {end}\n\ndata: [DONE]\n\n");
    ResponseTemplate::new(200).set_body_raw(body, "text/event-stream")
}

pub async fn answers(server: &MockServer, with: ResponseTemplate) {
    Mock::given(path("/chat/completions")).respond_with(with).mount(server).await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_turn_is_kept_whole_and_tells_why(pool: PgPool) {
    let world = World::accepting(pool).await;
    let passage = knows(&world, "The garden gate is open every day until sunset.").await;
    world.hears(Channel::Sms, PHONE, "Until when is the garden gate open?").await;
    world.pass(Duration::seconds(5)).await;
    let conversation = only_conversation(&world).await;
    let [message] = ours(&world, conversation.id).await.try_into().unwrap();
    let why = why(&world, message.id).await;
    assert!(why.by == "Mia" && why.sentence.contains("scripted-1"), "{}", why.sentence);
    let turn = *why.turn.unwrap();
    assert_eq!((turn.purpose, turn.version, turn.conversation_id), (Purpose::Reply, Some(1), Some(conversation.id)));
    let tools: Vec<(&str, bool)> = turn.tools.iter().map(|t| (t.name.as_str(), t.by_model)).collect();
    assert_eq!(tools, [("create_ticket", false), ("get_customer_history", false), ("search_knowledge_base", false)]);
    assert_eq!(turn.passages.iter().map(|p| p.id).collect::<Vec<_>>(), [passage]);
    assert!(turn.passages[0].score > 0 && turn.system.contains("until sunset") && turn.system.contains("TKT-0001"));
    assert!(turn.rulings.iter().all(|r| r.passed) && !turn.rulings.is_empty(), "{:?}", turn.rulings);
    assert!(matches!(&turn.outcome, Outcome::Sent { parts, .. } if parts.concat() == message.body));
    assert_eq!(turn.calls.len(), 1);
    let row = turn.calls[0].id.unwrap().uuid();
    let purpose: String = sqlx::query_scalar("select purpose from llm_requests where id = $1")
        .bind(row)
        .fetch_one(&world.admin)
        .await
        .unwrap();
    assert_eq!(purpose, "reply");
    assert!(!turn.trace.is_empty() && turn.trace.windows(2).all(|w| w[0].at_ms <= w[1].at_ms), "{:?}", turn.trace);
    assert_eq!(count(&world, "select count(*) from tickets").await, 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_must_go_to_a_human_goes_there_before_any_model_is_asked(pool: PgPool) {
    let world = World::accepting(pool).await;
    world.hears(Channel::Sms, PHONE, "I want a refund.").await;
    // The three messages are read together, so the last one does not hide the first.
    world.hears(Channel::Sms, PHONE, "Thanks").await;
    world.pass(Duration::seconds(5)).await;
    let conversation = only_conversation(&world).await;
    assert_eq!(conversation.escalation_reason, Some(Escalation::Refund));
    let [holding] = ours(&world, conversation.id).await.try_into().unwrap();
    let Outcome::Escalated { handover } = why(&world, holding.id).await.turn.unwrap().outcome else {
        panic!("not escalated")
    };
    assert_eq!((handover.reason, handover.holding), (Escalation::Refund, holding.body));
    assert_eq!(count(&world, "select count(*) from llm_requests where purpose = 'reply'").await, 0);

    // The AI is silent now, and the holding text is not said again.
    world.hears(Channel::Sms, PHONE, "Hello?").await;
    world.pass(Duration::seconds(60)).await;
    assert_eq!(world.posts().await, 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn whoever_takes_over_while_the_model_speaks_is_not_talked_over(pool: PgPool) {
    let (world, server) = elsewhere(pool).await;
    answers(&server, saying("We are open until six.").set_delay(std::time::Duration::from_millis(400))).await;
    world.hears(Channel::Sms, PHONE, "Hello").await;
    let id = only_conversation(&world).await.id;
    let taken = async {
        // Reading the message may ask the model first; the answer is what streams.
        let streams = |r: &wiremock::Request| String::from_utf8_lossy(&r.body).contains("\"stream\":true");
        while !server.received_requests().await.unwrap().iter().any(streams) {
            tokio::task::yield_now().await;
        }
        take_over(&world.cx, id).await.unwrap();
    };
    futures::join!(world.pass(Duration::seconds(5)), taken);
    assert!(ours(&world, id).await.is_empty());
    assert_eq!(world.posts().await, 0);
    let [turn] = kept(&world).await.try_into().unwrap();
    assert!(matches!(&turn.outcome, Outcome::Failed { reason, .. } if reason.contains("took the conversation over")));
    assert_eq!(turn.calls.len(), 1, "what it cost is not forgotten");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_long_answer_goes_out_in_parts_once_though_its_job_runs_twice(pool: PgPool) {
    let (world, server) = elsewhere(pool).await;
    let sentence = "We are open every day from nine in the morning until six in the evening. ";
    answers(&server, saying(&sentence.repeat(30))).await;
    world.hears(Channel::Whatsapp, PHONE, "Hello").await;
    // The job once more, as after a crash between the answer's commit and the job's end.
    let copy = "insert into jobs (id, workspace_id, kind, key, job, run_at, created_at)
                select gen_random_uuid(), workspace_id, kind, 'again', job, run_at, created_at from jobs where kind = 'reply'";
    sqlx::query(copy).execute(&world.admin).await.unwrap();
    world.pass(Duration::seconds(5)).await;
    world.pass(Duration::seconds(30)).await;
    let id = only_conversation(&world).await.id;
    let sent = ours(&world, id).await;
    assert!(sent.len() > 1 && sent.iter().all(|m| m.body.chars().count() <= 1_600), "{} parts", sent.len());
    assert_eq!(world.posts().await, sent.len());
    let keys: Vec<String> = sqlx::query_scalar("select send_key from messages where author = 'agent' order by id")
        .fetch_all(&world.admin)
        .await
        .unwrap();
    for (n, key) in keys.iter().enumerate() {
        assert_eq!(*key, if n == 0 { keys[0].clone() } else { format!("{}:{n}", keys[0]) });
    }
    let turns: Vec<_> = futures::future::join_all(sent.iter().map(|m| why(&world, m.id))).await;
    assert!(turns.iter().all(|w| w.turn.as_ref().unwrap().id == turns[0].turn.as_ref().unwrap().id));
    assert_eq!(kept(&world).await.len(), 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_replay_answers_from_the_record_and_sends_nothing(pool: PgPool) {
    let world = World::accepting(pool).await;
    knows(&world, "The garden gate is open every day until sunset.").await;
    world.hears(Channel::Sms, PHONE, "Until when is the garden gate open?").await;
    world.pass(Duration::seconds(5)).await;
    let id = only_conversation(&world).await.id;
    // What the agent knows changes; the record does not.
    sqlx::query("delete from passages").execute(&world.admin).await.unwrap();
    let (posts, turns) = (world.posts().await, kept(&world).await.len());

    let same = engine::replay::run(&world.cx, id, ReplayAsk::default()).await.unwrap();
    assert_eq!((same.turns.len(), same.differ), (1, 0), "{same:?}");

    let guardrails = Guardrails { never_say: vec!["sunset".into()], ..Guardrails::default() };
    let ask = ReplayAsk { guardrails: Some(guardrails), ..ReplayAsk::default() };
    let stricter = engine::replay::run(&world.cx, id, ask).await.unwrap();
    assert_eq!(stricter.differ, 1);
    let Outcome::Escalated { handover } = &stricter.turns[0].after.outcome else { panic!("{stricter:?}") };
    assert_eq!(handover.reason, Escalation::UnsafeAnswer);
    assert!(!stricter.turns[0].changes.is_empty());

    let ask = ReplayAsk {
        model: Some(ModelChoice { provider: Provider::Scripted, model: "scripted-fail".into() }),
        ..ReplayAsk::default()
    };
    let failing = engine::replay::run(&world.cx, id, ask).await.unwrap();
    assert!(matches!(failing.turns[0].after.outcome, Outcome::Failed { .. }));

    world.settle().await;
    assert_eq!((world.posts().await, kept(&world).await.len()), (posts, turns));
    assert_eq!(count(&world, "select count(*) from tickets").await, 1);
    assert!(count(&world, "select count(*) from llm_requests where purpose = 'replay'").await >= 3);
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_agent_that_may_not_send_drafts_for_a_human(pool: PgPool) {
    let world = World::accepting(pool).await;
    speaks(&world, |draft| draft.tools.retain(|tool| *tool != Tool::SendResponse)).await;
    world.hears(Channel::Sms, PHONE, "Hello").await;
    world.pass(Duration::seconds(5)).await;
    let conversation = only_conversation(&world).await;
    assert_eq!(conversation.escalation_reason, Some(Escalation::AgentDecision));
    let [turn] = kept(&world).await.try_into().unwrap();
    assert!(turn.said.starts_with("Hello"), "the draft is there to be used: {}", turn.said);
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_agent_under_a_budget_does_not_speak_with_a_model_without_a_price(pool: PgPool) {
    let server = MockServer::start().await;
    answers(&server, saying("From nine to six.")).await;
    let key = Some(llm::Secret::new("sk-test"));
    let settings = llm::Settings { openai_base_url: server.uri(), openai_api_key: key, ..llm::Settings::default() };
    let world = World::with_models(pool, settings).await.taking_everything().await;
    let model = |name: &str| ModelChoice { provider: Provider::OpenAi, model: name.into() };
    let limited = |draft: &mut AgentDraft, models: &[&str]| {
        draft.daily_budget_micros = Some(domain::money::Micros(5_000_000));
        draft.models = models.iter().map(|name| model(name)).collect();
    };
    let asked = async || {
        let all = server.received_requests().await.unwrap();
        let name = |r: &wiremock::Request| r.body_json::<serde_json::Value>().unwrap()["model"].to_string();
        all.iter().map(name).collect::<Vec<_>>()
    };
    speaks(&world, |draft| limited(draft, &["o1-pro", "gpt-4.1-mini"])).await;
    world.hears(Channel::Sms, PHONE, "When are you open?").await;
    world.pass(Duration::seconds(5)).await;
    assert!(
        !asked().await.is_empty() && asked().await.iter().all(|name| name == "\"gpt-4.1-mini\""),
        "{:?}",
        asked().await
    );
    let turn = kept(&world).await.remove(0);
    assert!(
        turn.trace.iter().any(|step| !step.ok && step.title.contains("`openai/o1-pro` has no known price")),
        "{:?}",
        turn.trace
    );
    // Nothing else is there to speak: a human does, and is told why.
    speaks(&world, |draft| limited(draft, &["o1-pro"])).await;
    let before = asked().await.len();
    world.hears(Channel::Sms, PHONE, "And on Sundays?").await;
    world.pass(Duration::minutes(10)).await;
    assert_eq!(asked().await.len(), before, "no provider was asked");
    assert!(only_conversation(&world).await.escalation_reason.is_some());
    // Nothing of it is in the books, either.
    assert_eq!(count(&world, "select count(*) from llm_requests where model = 'o1-pro'").await, 0);
}
