//! Webhooks of agents against a real database and a server on loopback.

use domain::access::Role;
use domain::action::{ActionDraft, Argument, ArgumentKind, Mapped};
use domain::agent::AgentDraft;
use domain::id::AgentId;
use serde_json::json;
use sqlx::PgPool;
use wiremock::matchers::{header, header_exists, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{About, NewSecrets, call, delete, list, save, test};
use crate::intake::{Desk, desk, desk_in_private};
use crate::{Cx, Error, agents};

const TOKEN: &str = "tok-very-secret";

fn draft(url: &str) -> ActionDraft {
    ActionDraft {
        name: "book_viewing".into(),
        description: "Books a viewing.".into(),
        url: format!("{url}/book/{{{{args.day}}}}"),
        body: r#"{"day": "{{args.day}}", "agent": "{{agent.name}}"}"#.into(),
        arguments: vec![Argument {
            name: "day".into(),
            kind: ArgumentKind::Text,
            description: "Which day".into(),
            required: true,
        }],
        response: vec![Mapped { name: "slot".into(), path: "slot.at".into() }],
        ..ActionDraft::default()
    }
}

fn secrets() -> NewSecrets {
    NewSecrets { token: Some(TOKEN.into()), secret: Some("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into()) }
}

async fn mia(cx: &Cx) -> AgentId {
    agents::create(cx, AgentDraft { name: "Mia".into(), ..AgentDraft::default() }).await.unwrap().id
}

async fn logged(pool: &PgPool) -> Vec<(Option<i32>, Option<String>)> {
    sqlx::query_as("select status, error from webhook_logs where provider = 'action' order by id")
        .fetch_all(pool)
        .await
        .unwrap()
}

#[sqlx::test(migrations = "../../migrations")]
async fn secrets_are_sealed_and_never_shown_again(pool: PgPool) {
    let Desk { cx, .. } = desk(&pool).await;
    let agent = mia(&cx).await;
    let made = save(&cx, agent, None, draft("https://example.com"), secrets()).await.unwrap();
    assert!(made.has_token && made.has_secret);
    let (token, json): (Vec<u8>, serde_json::Value) =
        sqlx::query_as("select token_sealed, to_jsonb(agent_actions) from agent_actions")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert!(!token.windows(TOKEN.len()).any(|w| w == TOKEN.as_bytes()));
    assert!(!json.to_string().contains(TOKEN));
    assert!(!serde_json::to_string(&list(&cx, agent).await.unwrap()).unwrap().contains("secret_sealed"));
    // Nothing said keeps it, an empty text takes it away.
    let kept = save(&cx, agent, Some(made.id), draft("https://example.com"), NewSecrets::default()).await.unwrap();
    assert!(kept.has_token && kept.has_secret);
    let gone = NewSecrets { token: Some(String::new()), secret: None };
    let changed = save(&cx, agent, Some(made.id), draft("https://example.com"), gone).await.unwrap();
    assert!(!changed.has_token && changed.has_secret);
    let copy = agents::duplicate(&cx, agent).await.unwrap();
    let copied = list(&cx, copy.id).await.unwrap();
    assert_eq!((copied.len(), copied[0].has_secret), (1, false), "a copy has no secrets");
    delete(&cx, made.id).await.unwrap();
    assert!(list(&cx, agent).await.unwrap().is_empty());
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_call_is_signed_filled_read_and_logged(pool: PgPool) {
    let server = MockServer::start().await;
    let answer = json!({ "slot": { "at": "10:00" }, "echo": TOKEN });
    Mock::given(method("POST"))
        .and(path("/book/Mon%2Fday"))
        .and(header("authorization", format!("Bearer {TOKEN}").as_str()))
        .and(header_exists("webhook-id"))
        .and(header_exists("webhook-timestamp"))
        .and(header_exists("webhook-signature"))
        .and(header_exists("x-agency-os-signature"))
        .respond_with(ResponseTemplate::new(200).set_body_json(answer))
        .expect(2)
        .mount(&server)
        .await;
    let Desk { cx, .. } = desk_in_private(&pool).await;
    let agent = mia(&cx).await;
    let action = save(&cx, agent, None, draft(&server.uri()), secrets()).await.unwrap();
    let called = call(&cx, agent, action.id, &json!({ "day": "Mon/day" }), &About::default()).await.unwrap();
    assert!(called.ok && !called.is_repeat, "{called:?}");
    assert_eq!(called.told, json!({ "slot": "10:00" }));
    assert!(!format!("{called:?}").contains(TOKEN), "an echoed secret is masked");
    assert_eq!(logged(&pool).await, [(Some(200), None)]);
    for bad in [json!({}), json!({ "day": 1 })] {
        assert!(matches!(call(&cx, agent, action.id, &bad, &About::default()).await, Err(Error::Invalid(_))));
    }
    let other = agents::duplicate(&cx, agent).await.unwrap();
    assert!(matches!(
        call(&cx, other.id, action.id, &json!({ "day": "x" }), &About::default()).await,
        Err(Error::NotFound)
    ));
    let sent = &server.received_requests().await.unwrap()[0];
    let get = |name: &str| sent.headers.get(name).unwrap().to_str().unwrap().to_owned();
    let body = String::from_utf8(sent.body.clone()).unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&body).unwrap(), json!({ "day": "Mon/day", "agent": "Mia" }));
    let secret = channels::Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let signature =
        channels::standard::sign(&get("webhook-id"), get("webhook-timestamp").parse().unwrap(), &body, &secret);
    assert_eq!(get("webhook-signature"), signature);
    call(&cx, agent, action.id, &json!({ "day": "Mon/day" }), &About::default()).await.unwrap();
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_failing_address_is_tried_three_times_then_told(pool: PgPool) {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(503)).expect(3).mount(&server).await;
    let Desk { cx, .. } = desk_in_private(&pool).await;
    let agent = mia(&cx).await;
    let action = save(&cx, agent, None, draft(&server.uri()), NewSecrets::default()).await.unwrap();
    let report = test(&cx, action.id).await.unwrap();
    assert_eq!((report.ok, report.tries.len()), (false, 3));
    assert!(report.shown["error"].as_str().unwrap().contains("503"));
    assert_eq!(logged(&pool).await.len(), 3);
    let ids: Vec<_> =
        server.received_requests().await.unwrap().iter().map(|r| r.headers.get("webhook-id").cloned()).collect();
    assert!(ids.windows(2).all(|w| w[0] == w[1]), "every try has the same id");
    let mut tx = cx.read().await.unwrap();
    let told = db::events::recent(&mut tx, 10).await.unwrap();
    assert!(told.iter().any(|e| e.kind.as_str() == "agent.action_failed" && e.title == "Mia: book_viewing"));
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_is_asked_after_a_passing_failure_succeeds(pool: PgPool) {
    let server = MockServer::start().await;
    let fails = Mock::given(method("POST")).respond_with(ResponseTemplate::new(500));
    fails.up_to_n_times(1).mount(&server).await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(201).set_body_string("done")).mount(&server).await;
    let Desk { cx, .. } = desk_in_private(&pool).await;
    let agent = mia(&cx).await;
    let action = save(&cx, agent, None, draft(&server.uri()), NewSecrets::default()).await.unwrap();
    let report = test(&cx, action.id).await.unwrap();
    assert_eq!((report.ok, report.tries.len()), (true, 2));
    let redirect = MockServer::start().await;
    let elsewhere = ResponseTemplate::new(302).insert_header("location", server.uri().as_str());
    Mock::given(method("POST")).respond_with(elsewhere).mount(&redirect).await;
    let action = save(&cx, agent, Some(action.id), draft(&redirect.uri()), NewSecrets::default()).await.unwrap();
    let report = test(&cx, action.id).await.unwrap();
    assert!(!report.ok && report.tries[0].error.as_deref().unwrap().contains("redirects"));
    assert_eq!(report.tries.len(), 1, "it would be answered in the same way again");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_page_for_people_and_an_answer_without_end_are_no_answers(pool: PgPool) {
    let Desk { cx, .. } = desk_in_private(&pool).await;
    let agent = mia(&cx).await;
    let page = ResponseTemplate::new(200).set_body_raw(" <!DOCTYPE html><p>Sign in first", "text/html");
    let long = ResponseTemplate::new(200).set_body_string("x".repeat(300 * 1024));
    let mut known = None;
    for (answer, part) in [(page, "web page"), (long, "longer than")] {
        let server = MockServer::start().await;
        Mock::given(method("POST")).respond_with(answer).expect(1).mount(&server).await;
        let action = save(&cx, agent, known, draft(&server.uri()), NewSecrets::default()).await.unwrap();
        known = Some(action.id);
        let report = test(&cx, action.id).await.unwrap();
        assert!(!report.ok && report.shown["error"].as_str().unwrap().contains(part), "{report:?}");
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn private_addresses_names_and_roles_are_refused(pool: PgPool) {
    let desk = desk(&pool).await;
    let cx = &desk.cx;
    let agent = mia(cx).await;
    for url in ["http://127.0.0.1:9", "http://localhost", "http://[::1]", "http://10.0.0.8", "http://169.254.169.254"] {
        let Err(Error::Invalid(problems)) = save(cx, agent, None, draft(url), NewSecrets::default()).await else {
            panic!("{url} is private");
        };
        assert!(problems.of("url").is_some(), "{url}");
    }
    let made = save(cx, agent, None, draft("https://example.com"), secrets()).await.unwrap();
    let Err(Error::Invalid(problems)) = save(cx, agent, None, draft("https://example.com"), secrets()).await else {
        panic!("the name is taken");
    };
    assert!(problems.of("name").is_some());
    let broken = NewSecrets { token: Some("two\nlines".into()), secret: None };
    assert!(matches!(
        save(cx, agent, Some(made.id), draft("https://example.com"), broken).await,
        Err(Error::Invalid(_))
    ));
    let member = desk.acting(Role::Member);
    assert!(matches!(delete(&member, made.id).await, Err(Error::Forbidden(_))), "its secrets would be gone for good");
    let viewer = desk.acting(Role::Viewer);
    assert!(matches!(delete(&viewer, made.id).await, Err(Error::Forbidden(_))));
    assert!(matches!(test(&viewer, made.id).await, Err(Error::Forbidden(_))));
    let stranger = desk.elsewhere().await;
    assert!(list(&stranger, agent).await.unwrap().is_empty());
    assert!(matches!(delete(&stranger, made.id).await, Err(Error::NotFound)));
    assert!(matches!(test(&stranger, made.id).await, Err(Error::NotFound)));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_secret_does_not_follow_the_address_to_another_host(pool: PgPool) {
    let Desk { cx, .. } = desk(&pool).await;
    let agent = mia(&cx).await;
    let made = save(&cx, agent, None, draft("https://calendar.example"), secrets()).await.unwrap();
    let same = draft("https://Calendar.example:443/other");
    let kept = save(&cx, agent, Some(made.id), same, NewSecrets::default()).await.unwrap();
    assert!(kept.has_token && kept.has_secret, "the same host, written otherwise");
    for other in [
        "https://evil.example",
        "http://calendar.example",
        "https://calendar.example:8443",
        "https://calendar.example.evil.example",
    ] {
        let ours = save(&cx, agent, Some(made.id), draft("https://calendar.example"), secrets()).await.unwrap();
        assert!(ours.has_token && ours.has_secret);
        let moved = save(&cx, agent, Some(made.id), draft(other), NewSecrets::default()).await.unwrap();
        assert!(!moved.has_token && !moved.has_secret, "{other}");
        let back = save(&cx, agent, Some(made.id), draft("https://calendar.example"), NewSecrets::default()).await;
        assert!(!back.unwrap().has_token, "and it does not come back");
    }
    save(&cx, agent, Some(made.id), draft("https://calendar.example"), secrets()).await.unwrap();
    let anew = NewSecrets { token: Some("another".into()), secret: None };
    let moved = save(&cx, agent, Some(made.id), draft("https://new.example"), anew).await.unwrap();
    assert_eq!((moved.has_token, moved.has_secret), (true, false), "only what was given anew");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_bearer_token_is_not_sent_in_the_clear(pool: PgPool) {
    let Desk { cx, .. } = desk_in_private(&pool).await;
    let agent = mia(&cx).await;
    for open in ["http://calendar.example", "http://10.0.0.8", "http://127.0.0.1.nip.example"] {
        let Err(Error::Invalid(problems)) = save(&cx, agent, None, draft(open), secrets()).await else {
            panic!("{open} takes a token")
        };
        assert!(problems.of("token").is_some_and(|why| why.contains("https://")), "{open}");
    }
    let signed = NewSecrets { token: None, secret: Some("s".into()) };
    let made = save(&cx, agent, None, draft("http://10.0.0.8:9"), signed).await.unwrap();
    let later = NewSecrets { token: Some(TOKEN.into()), secret: None };
    assert!(matches!(save(&cx, agent, Some(made.id), draft("http://10.0.0.8:9"), later).await, Err(Error::Invalid(_))));
    // One that was saved before the rule.
    let server = MockServer::start().await;
    let local = save(&cx, agent, Some(made.id), draft(&server.uri()), secrets()).await.unwrap();
    let old = format!("http://[::ffff:7f00:1]:{}/book", server.address().port());
    sqlx::query("update agent_actions set draft = jsonb_set(draft, '{url}', to_jsonb($1::text))")
        .bind(old)
        .execute(&pool)
        .await
        .unwrap();
    let report = test(&cx, local.id).await.unwrap();
    assert!(!report.ok && report.tries[0].error.as_deref().unwrap().contains("https://"), "{report:?}");
    assert!(server.received_requests().await.unwrap().is_empty());
}
