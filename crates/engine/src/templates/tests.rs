//! Templates against a real database and a provider that answers over loopback.

use domain::filter::Filter;
use serde_json::json;
use sqlx::PgPool;
use wiremock::matchers::{body_partial_json, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::intake::{desk, desk_with_provider};

fn draft(channel: Channel, body: &str) -> TemplateDraft {
    TemplateDraft { name: "hello".into(), channel, language: "en_US".into(), body: body.into() }
}

async fn provider(status: &str, reason: &str) -> MockServer {
    let server = MockServer::start().await;
    let content = json!({ "types": { "twilio/text": { "body": "Hi {{1}}, hello" } }, "variables": { "1": "Ada" } });
    let made = ResponseTemplate::new(201).set_body_json(json!({ "sid": "HX1" }));
    Mock::given(method("POST"))
        .and(path("/v1/Content"))
        .and(body_partial_json(content))
        .respond_with(made)
        .mount(&server)
        .await;
    let taken = ResponseTemplate::new(201).set_body_json(json!({ "status": "received" }));
    Mock::given(method("POST"))
        .and(path("/v1/Content/HX1/ApprovalRequests/whatsapp"))
        .respond_with(taken)
        .mount(&server)
        .await;
    let answer = json!({ "whatsapp": { "status": status, "rejection_reason": reason } });
    let answer = ResponseTemplate::new(200).set_body_json(answer);
    Mock::given(method("GET")).and(path("/v1/Content/HX1/ApprovalRequests")).respond_with(answer).mount(&server).await;
    server
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_template_is_handed_in_approved_and_a_draft_again_when_it_changes(pool: PgPool) {
    let server = provider("approved", "").await;
    let desk = desk_with_provider(&pool, &server.uri()).await;
    let made = create(&desk.cx, draft(Channel::Whatsapp, "Hi {{lead.first_name}}, hello")).await.unwrap();
    let handed_in = submit(&desk.cx, made.id).await.unwrap();
    assert_eq!((handed_in.state, handed_in.provider_ref.as_deref()), (TemplateState::Submitted, Some("HX1")));
    assert!(matches!(submit(&desk.cx, made.id).await, Err(Error::Conflict(_))));
    check_state(&desk.cx, made.id).await.unwrap();
    let approved = get(&desk.cx, made.id).await.unwrap();
    assert_eq!(approved.state, TemplateState::Approved);

    assert_eq!(save(&desk.cx, made.id, approved.draft.clone()).await.unwrap().state, TemplateState::Approved);
    let changed = save(&desk.cx, made.id, draft(Channel::Whatsapp, "Hi all")).await.unwrap();
    assert_eq!((changed.state, changed.provider_ref), (TemplateState::Draft, None));
    check_state(&desk.cx, made.id).await.unwrap();
    assert_eq!(get(&desk.cx, made.id).await.unwrap().state, TemplateState::Draft);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_rejection_says_why_and_waiting_asks_again(pool: PgPool) {
    let server = provider("rejected", "too salesy").await;
    let desk = desk_with_provider(&pool, &server.uri()).await;
    let made = create(&desk.cx, draft(Channel::Whatsapp, "Hi {{lead.first_name}}, hello")).await.unwrap();
    submit(&desk.cx, made.id).await.unwrap();
    check_state(&desk.cx, made.id).await.unwrap();
    let rejected = get(&desk.cx, made.id).await.unwrap();
    assert_eq!((rejected.state, rejected.reason.as_deref()), (TemplateState::Rejected, Some("too salesy")));

    server.reset().await;
    let _pending = provider("pending", "").await;
    let desk = desk_with_provider(&pool, &_pending.uri()).await;
    let made = create(&desk.cx, draft(Channel::Whatsapp, "Hi {{lead.first_name}}, hello")).await.unwrap();
    submit(&desk.cx, made.id).await.unwrap();
    sqlx::query("delete from jobs").execute(&pool).await.unwrap();
    check_state(&desk.cx, made.id).await.unwrap();
    assert_eq!(get(&desk.cx, made.id).await.unwrap().state, TemplateState::Submitted);
    let jobs: i64 =
        sqlx::query_scalar("select count(*) from jobs where kind = 'template_state'").fetch_one(&pool).await.unwrap();
    assert_eq!(jobs, 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_cannot_be_handed_in_is_refused_and_stays_a_draft(pool: PgPool) {
    let desk = desk(&pool).await;
    let sms = create(&desk.cx, draft(Channel::Sms, "Hi")).await.unwrap();
    assert!(matches!(submit(&desk.cx, sms.id).await, Err(Error::Invalid(_))));
    let whatsapp = create(&desk.cx, draft(Channel::Whatsapp, "Hi")).await.expect("a name is unique per channel");
    assert!(matches!(submit(&desk.cx, whatsapp.id).await, Err(Error::Refused(_))), "the provider is nowhere");
    assert_eq!(get(&desk.cx, whatsapp.id).await.unwrap().state, TemplateState::Draft);
    assert!(matches!(create(&desk.cx, draft(Channel::Sms, "Hi")).await, Err(Error::Invalid(_))), "the name is taken");
    assert!(matches!(create(&desk.cx, draft(Channel::Sms, " ")).await, Err(Error::Invalid(_))));
    assert!(matches!(get(&desk.elsewhere().await, sms.id).await, Err(Error::NotFound)));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_template_of_a_running_campaign_stays(pool: PgPool) {
    let desk = desk(&pool).await;
    let made = create(&desk.cx, draft(Channel::Sms, "Hi")).await.unwrap();
    let (id, workspace) = (uuid::Uuid::now_v7(), desk.cx.workspace().uuid());
    let graph = json!({ "nodes": [{ "send": { "template_id": made.id } }] });
    for statement in [
        "insert into flows (id, workspace_id, revision, graph, created_at, updated_at) values ($1, $2, 1, $3, now(), now())",
        "insert into flow_versions (id, workspace_id, flow_id, version, graph, created_at) values ($1, $2, $1, 1, $3, now())",
        "insert into campaigns (id, workspace_id, name, status, flow_id, flow_version_id, created_at, updated_at)
         values ($1, $2, 'Spring', coalesce($3::jsonb ->> 'x', 'active'), $1, $1, now(), now())",
    ] {
        sqlx::query(statement).bind(id).bind(workspace).bind(&graph).execute(&pool).await.unwrap();
    }
    match delete(&desk.cx, made.id).await {
        Err(Error::Conflict(why)) => assert!(why.contains("Spring"), "{why}"),
        other => panic!("{other:?}"),
    }
    sqlx::query("update campaigns set status = 'completed'").execute(&pool).await.unwrap();
    delete(&desk.cx, made.id).await.unwrap();
    assert!(matches!(get(&desk.cx, made.id).await, Err(Error::NotFound)));
}

#[sqlx::test(migrations = "../../migrations")]
async fn starters_are_added_once(pool: PgPool) {
    let desk = desk(&pool).await;
    assert_eq!(add_starters(&desk.cx).await.unwrap(), 7);
    assert_eq!(add_starters(&desk.cx).await.unwrap(), 0);
    let mut tx = desk.cx.read().await.unwrap();
    let filter = Filter { channel: Some("whatsapp".into()), ..Filter::default() };
    assert_eq!(db::templates::list(&mut tx, &filter).await.unwrap().total, 3);
    assert_eq!(db::templates::known(&mut tx).await.unwrap().len(), 7);
}
