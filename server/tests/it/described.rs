//! The API against its own description, by a tool that nobody here wrote (docs/TESTING.md).

use domain::access::Role;
use domain::api_key::{ApiKeyDraft, KeyScope};
use domain::filter::Filter;
use domain::message::{Channel, Inbound};
use engine::{access, api_keys, inbox, tickets};
use judges::Judge;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::held::{House, OURS};

/// A token for an operator of this role.
async fn token(house: &House, role: Role) -> String {
    let email = format!("{}@example.com", role.as_str());
    sqlx::query(
        "with made as (insert into users (id, email, password_hash, created_at, updated_at)
             values (gen_random_uuid(), $1, 'x', now(), now()) returning id)
         insert into memberships (id, workspace_id, user_id, role, created_at)
         select gen_random_uuid(), workspaces.id, made.id, $2, now() from made, workspaces",
    )
    .bind(&email)
    .bind(role.as_str())
    .execute(&house.admin)
    .await
    .unwrap();
    let identity = access::by_email(&house.engine, &email).await.unwrap().unwrap();
    access::token(&house.engine, &identity).unwrap().0
}

/// Somebody writes to us, and a ticket is opened about it.
async fn conversation(house: &House) {
    let inbound = Inbound {
        provider: "twilio".into(),
        event: "message".into(),
        channel: Channel::Sms,
        from: "+14155550199".into(),
        to: OURS.into(),
        body: "Are you open on Sunday?".into(),
        media: vec![],
        message_id: "SM1".into(),
        received_at: house.cx.now(),
        raw: json!({}),
    };
    inbox::receive(&house.engine.system(house.cx.workspace()), &inbound).await.unwrap();
    let mut tx = house.cx.read().await.unwrap();
    let all = db::conversations::list(&mut tx, &Filter::default(), None).await.unwrap();
    drop(tx);
    tickets::open_for(&house.cx, &all.items[0], "Sunday").await.unwrap();
}

#[sqlx::test(migrations = "../migrations")]
async fn the_api_judged_by_schemathesis(pool: PgPool) {
    let house = House::open(pool).await;
    conversation(&house).await;
    // From who may least to who may most: what the first ones break, the last one would not find any more.
    let mut callers = vec![json!({ "name": "nobody", "token": null })];
    for role in [Role::Viewer, Role::Member, Role::Admin] {
        callers.push(json!({ "name": role.as_str(), "token": token(&house, role).await }));
    }
    let draft = ApiKeyDraft { name: "program".into(), scopes: vec![KeyScope::Api, KeyScope::Gateway, KeyScope::Mcp] };
    let key = api_keys::create(&house.cx, draft).await.unwrap().secret;
    callers.push(json!({ "name": "key", "token": key }));
    let owner =
        access::token(&house.engine, &access::by_email(&house.engine, "op@example.com").await.unwrap().unwrap());
    callers.push(json!({ "name": "owner", "token": owner.unwrap().0 }));
    let asked = json!({
        "description": server::api::router().1,
        "url": house.url,
        "callers": callers,
        "seed": 7,
        "cases": judges::cases(4, 100),
        "edges": judges::cases(0, 1),
    });
    // The judge waits for the server, which runs on this thread.
    let answer = tokio::task::spawn_blocking(move || judges::python("api.py", &asked)).await.unwrap();
    let Some(answer) = answer else { return };
    let mut judge = Judge::new(format!("the API by schemathesis {}", answer["version"].as_str().unwrap()));
    let made = answer["made"].as_array().unwrap();
    assert!(made.len() >= 12, "it found few things to ask about: {made:?}");
    for different in answer["differed"].as_array().unwrap() {
        let text = |name: &str| different[name].as_str().unwrap().to_owned();
        judge.differs(&text("input"), &text("ours"), &text("theirs"), decision(different));
    }
    judge.agreed(usize::try_from(answer["cases"].as_u64().unwrap()).unwrap());
    judge.finish();
}

/// The decision behind a difference.
fn decision(_different: &Value) -> Option<&'static str> {
    None
}
