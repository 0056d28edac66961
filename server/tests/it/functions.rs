//! Every server function of the browser half is a door of its own: who comes through it, by role and by workspace, and what it says to
//! nonsense. Not here: the same of the API (`held.rs`, `described.rs`).

use std::collections::BTreeMap;

use domain::access::Role;
use domain::message::{Channel, Inbound};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::held::{House, OURS};
use Does::{Changes, Reads};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    Reads,
    /// Changes something, spends money or speaks to somebody.
    Changes,
}

/// Name, what it does, arguments. `$agt` and the like are ids: of what the first workspace has, or of nothing.
#[rustfmt::skip]
const FUNCTIONS: &[(&str, Does, &str)] = &[
    ("list_agents", Reads, r#"{"filter": {}}"#),
    ("agent_models", Reads, r#"{}"#),
    ("edit_agent", Reads, r#"{"key": "$agt"}"#),
    ("save_agent", Changes, r#"{"id": "$agt", "draft": {"name": "Eve"}, "based_on": 1}"#),
    ("make_starter", Changes, r#"{"starter": "reply_handler"}"#),
    ("duplicate_agent", Changes, r#"{"id": "$agt"}"#),
    ("agent_dependents", Reads, r#"{"id": "$agt"}"#),
    ("delete_agent", Changes, r#"{"id": "$agt"}"#),
    ("publish_agent", Changes, r#"{"id": "$agt", "note": "x", "overrule": null}"#),
    ("set_agent_status", Changes, r#"{"id": "$agt", "status": "paused"}"#),
    ("restore_version", Changes, r#"{"id": "$agt", "version": 1}"#),
    ("agent_history", Reads, r#"{"id": "$agt"}"#),
    ("list_actions", Reads, r#"{"agent": "$agt"}"#),
    ("save_action", Changes, r#"{"agent": "$agt", "id": null, "draft": {"name": "look", "url": "https://example.com/", "description": "x"}, "token": null, "secret": null}"#),
    ("delete_action", Changes, r#"{"id": "$act"}"#),
    ("test_action", Changes, r#"{"id": "$act"}"#),
    ("speech_sample", Changes, r#"{"id": "$agt", "script": {"opening": "Hello"}}"#),
    ("try_sentence", Reads, r#"{"text": "Hello", "guardrails": {}}"#),
    ("list_knowledge", Reads, r#"{"agent": "$agt", "category": "", "page": 1}"#),
    ("add_page", Changes, r#"{"agent": "$agt", "page": {"url": "https://example.com/a", "category": ""}}"#),
    ("refresh_document", Changes, r#"{"id": "$doc"}"#),
    ("set_document_category", Changes, r#"{"id": "$doc", "category": "x"}"#),
    ("delete_document", Changes, r#"{"id": "$doc"}"#),
    ("search_knowledge", Reads, r#"{"agent": "$agt", "query": "hours", "category": ""}"#),
    ("list_campaigns", Reads, r#"{"filter": {}}"#),
    ("campaign_agents", Reads, r#"{}"#),
    ("make_campaign", Changes, r#"{"draft": {"name": "Eve", "agent_id": "$agt"}, "starter": "blank"}"#),
    ("save_campaign", Changes, r#"{"id": "$cmp", "draft": {"name": "Eve"}}"#),
    ("load_campaign", Reads, r#"{"key": "$cmp"}"#),
    ("list_people", Reads, r#"{"id": "$cmp", "filter": {}}"#),
    ("load_readiness", Reads, r#"{"id": "$cmp"}"#),
    ("count_audience", Reads, r#"{"id": "$cmp", "audience": {"all": true}}"#),
    ("launch_campaign", Changes, r#"{"id": "$cmp", "audience": {"all": true}}"#),
    ("enrol_people", Changes, r#"{"id": "$cmp", "audience": {"all": true}}"#),
    ("pause_campaign", Changes, r#"{"id": "$cmp"}"#),
    ("resume_campaign", Changes, r#"{"id": "$cmp"}"#),
    ("complete_campaign", Changes, r#"{"id": "$cmp"}"#),
    ("ask_advice", Changes, r#"{"id": "$cmp"}"#),
    ("delete_campaign", Changes, r#"{"id": "$cmp"}"#),
    ("load_console", Reads, r#"{"id": "$agt"}"#),
    ("run_turn", Changes, r#"{"id": "$agt", "ask": {"input": "Hello"}}"#),
    ("make_permanent", Changes, r#"{"id": "$agt", "draft": {"name": "Eve"}, "based_on": 1}"#),
    ("list_suite", Reads, r#"{"id": "$agt"}"#),
    ("save_test", Changes, r#"{"id": "$agt", "test": null, "draft": {"name": "t", "input": "Hi", "assertions": [{"kind": "not_escalated"}]}}"#),
    ("delete_test", Changes, r#"{"id": "$agt", "test": "$tst"}"#),
    ("run_suite", Changes, r#"{"id": "$agt", "version": null}"#),
    ("stop_suite", Changes, r#"{"id": "$agt", "run": "$sru"}"#),
    ("suite_report", Reads, r#"{"id": "$agt", "run": "$sru"}"#),
    ("write_content", Changes, r#"{"agent": "$agt", "ask": {"lead_id": "$led", "form": "sms", "purpose": "Say hello."}}"#),
    ("list_writers", Reads, r#"{}"#),
    ("load_editor", Reads, r#"{"campaign_id": "$cmp"}"#),
    ("look_around", Reads, r#"{"campaign_id": "$cmp"}"#),
    ("save_flow", Changes, r#"{"campaign_id": "$cmp", "revision": 1, "graph": {"version": 1, "nodes": [{"id": "n1", "kind": "start", "at": {"x": 0, "y": 0}}], "edges": []}}"#),
    ("list_conversations", Reads, r#"{"filter": {}}"#),
    ("count_unread", Reads, r#"{}"#),
    ("load_thread", Reads, r#"{"id": "$cnv", "pages": 1}"#),
    ("send_reply", Changes, r#"{"id": "$cnv", "body": "Hello", "template_id": null, "client_key": "a"}"#),
    ("take_over", Changes, r#"{"id": "$cnv"}"#),
    ("return_to_ai", Changes, r#"{"id": "$cnv"}"#),
    ("set_conversation_status", Changes, r#"{"id": "$cnv", "status": "closed"}"#),
    ("mark_read", Changes, r#"{"id": "$cnv"}"#),
    ("why_message", Reads, r#"{"id": "$msg"}"#),
    ("set_ticket_status", Changes, r#"{"id": "$tkt", "status": "closed"}"#),
    ("settle_doubt", Changes, r#"{"id": "$msg", "arrived": true}"#),
    ("list_leads", Reads, r#"{"filter": {}}"#),
    ("edit_lead", Reads, r#"{"key": "$led"}"#),
    ("save_lead", Changes, r#"{"id": "$led", "draft": {"name": "Eve", "phone": "+14155550199"}}"#),
    ("delete_lead", Changes, r#"{"id": "$led"}"#),
    ("erase_lead", Changes, r#"{"id": "$led"}"#),
    ("add_sample_leads", Changes, r#"{}"#),
    ("find_import", Reads, r#"{"id": "$imp"}"#),
    ("load_overview", Reads, r#"{}"#),
    ("list_phones", Reads, r#"{"q": ""}"#),
    ("load_handset", Reads, r#"{"phone": "+14155550123"}"#),
    ("say_as", Changes, r#"{"phone": "+14155550123", "channel": "sms", "text": "Hello"}"#),
    ("end_call_as", Changes, r#"{"phone": "+14155550123", "end": "busy"}"#),
    ("play_by_hand", Changes, r#"{"phone": "+14155550123", "by_hand": true}"#),
    ("unused_number", Reads, r#"{"last_digit": 7}"#),
    ("stored_conversation", Reads, r#"{"id": "$cnv"}"#),
    ("replay_conversation", Changes, r#"{"id": "$cnv", "ask": {}}"#),
    ("list_keys", Reads, r#"{}"#),
    ("create_key", Changes, r#"{"draft": {"name": "Eve", "scopes": ["api"]}}"#),
    ("revoke_key", Changes, r#"{"id": "$key"}"#),
    ("list_budgets", Reads, r#"{}"#),
    ("save_budget", Changes, r#"{"id": null, "draft": {"scope": "workspace", "limit_micros": 5000000}}"#),
    ("delete_budget", Changes, r#"{"id": "$bdg"}"#),
    ("load_spending", Reads, r#"{}"#),
    ("list_channels", Reads, r#"{}"#),
    ("save_channel", Changes, r#"{"channel": "sms", "draft": {"max_response_length": 320, "tone": null, "response_template": ""}}"#),
    ("load_work", Reads, r#"{}"#),
    ("retry_job", Changes, r#"{"id": "$job"}"#),
    ("drop_job", Changes, r#"{"id": "$job"}"#),
    ("budget_targets", Reads, r#"{}"#),
    ("list_templates", Reads, r#"{"filter": {}}"#),
    ("edit_template", Reads, r#"{"key": "$tpl"}"#),
    ("save_template", Changes, r#"{"id": "$tpl", "draft": {"name": "eve", "channel": "sms", "body": "Hello"}}"#),
    ("submit_template", Changes, r#"{"id": "$tpl"}"#),
    ("delete_template", Changes, r#"{"id": "$tpl"}"#),
    ("add_starter_templates", Changes, r#"{}"#),
    ("find_by_name", Reads, r#"{"text": "Secret"}"#),
];

/// Of the emulated phones, which are off here: that is said first (409).
const PHONES: &[&str] = &["list_phones", "load_handset", "say_as", "end_call_as", "play_by_hand"];

/// Tells its refusal in the stream that it answers with.
const STREAMS: &str = "run_turn";

/// A word that stands in everything that the first workspace has.
const SECRET: &str = "Secret";

struct Doors {
    house: House,
    /// The address of each function.
    paths: BTreeMap<String, String>,
    /// What `$agt` and the like stand for.
    ids: BTreeMap<&'static str, String>,
}

impl Doors {
    async fn open(pool: PgPool) -> Self {
        let house = House::open(pool).await;
        let token = house.token(Role::Owner).await;
        let make = async |path: &str, body: Value| -> String {
            let made = house.ask(Method::POST, path).bearer_auth(&token).json(&body).send().await.unwrap();
            assert!(made.status().is_success(), "{path}: {}", made.text().await.unwrap());
            made.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned()
        };
        let nothing = |kind: &str| format!("{kind}_0199a1b2c3d47e5f8a9b0c1d2e3f4a5b");
        let mut ids: BTreeMap<&'static str, String> =
            ["act", "doc", "tst", "sru", "msg", "tkt", "imp", "bdg", "job"].map(|kind| (kind, nothing(kind))).into();
        let agent = make("/api/agents", json!({ "name": "Secret Mia", "prompt": "Secret", "status": "live" })).await;
        ids.insert(
            "led",
            make("/api/leads", json!({ "name": "Secret Ada", "phone": "+14155550123", "consent": true })).await,
        );
        ids.insert(
            "tpl",
            make("/api/templates", json!({ "name": "secret", "channel": "sms", "body": "Secret" })).await,
        );
        ids.insert("cmp", make("/api/campaigns", json!({ "name": "Secret", "agent_id": agent })).await);
        ids.insert("key", make("/api/keys", json!({ "name": "Secret", "scopes": ["gateway"] })).await);
        ids.insert("agt", agent);
        let inbound = Inbound {
            provider: "twilio".into(),
            event: "message".into(),
            channel: Channel::Sms,
            from: "+14155550123".into(),
            to: OURS.into(),
            body: "Secret".into(),
            media: vec![],
            message_id: "SM1".into(),
            received_at: house.cx.now(),
            raw: json!({}),
        };
        engine::inbox::receive(&house.engine.system(house.cx.workspace()), &inbound).await.unwrap();
        let talks: Value = house
            .ask(Method::GET, "/api/conversations")
            .bearer_auth(&token)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        ids.insert("cnv", talks["items"][0]["id"].as_str().unwrap().to_owned());
        let paths = leptos::server_fn::axum::server_fn_paths()
            .map(|(path, _)| {
                let name = path.trim_start_matches("/fn/").trim_end_matches(|c: char| c.is_ascii_digit());
                (name.to_owned(), path.to_owned())
            })
            .collect();
        Self { house, paths, ids }
    }

    /// Calls a function with a body; gives the status and the answer.
    async fn call(&self, cookie: Option<&str>, name: &str, body: impl Into<reqwest::Body>) -> (StatusCode, String) {
        let path = &self.paths[name];
        let mut request = self.house.ask(Method::POST, path).header("content-type", "application/json").body(body);
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        let answer = request.send().await.unwrap();
        (answer.status(), answer.text().await.unwrap_or_default())
    }

    fn arguments(&self, arguments: &str) -> String {
        self.ids.iter().fold(arguments.to_owned(), |text, (kind, id)| text.replace(&format!("${kind}"), id))
    }

    async fn in_role(&self, role: Role) -> String {
        self.house.token(role).await;
        self.house.session().await
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn the_table_has_every_server_function(pool: PgPool) {
    let doors = Doors::open(pool).await;
    let known: Vec<&str> = FUNCTIONS.iter().map(|(name, ..)| *name).collect();
    let missing: Vec<&String> = doors.paths.keys().filter(|name| !known.contains(&name.as_str())).collect();
    let gone: Vec<&&str> = known.iter().filter(|name| !doors.paths.contains_key(**name)).collect();
    assert!(missing.is_empty() && gone.is_empty(), "not in the table: {missing:?}; no longer there: {gone:?}");
    // The arguments are read: the owner is never told that they are malformed.
    let owner = doors.in_role(Role::Owner).await;
    for (name, _, arguments) in FUNCTIONS.iter().filter(|(_, does, _)| *does == Reads) {
        let (status, answer) = doors.call(Some(&owner), name, doors.arguments(arguments)).await;
        let fits = status == 200 || status == 404 || status == 409 && PHONES.contains(name);
        assert!(fits, "{name}: {status} {answer}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn nobody_gets_anything_from_a_server_function(pool: PgPool) {
    let doors = Doors::open(pool).await;
    for (name, _, arguments) in FUNCTIONS {
        for cookie in [None, Some("outreach_session=made-up")] {
            let (status, answer) = doors.call(cookie, name, doors.arguments(arguments)).await;
            assert_eq!(status, 401, "{name}: {answer}");
            assert!(!answer.contains(SECRET), "{name}: {answer}");
        }
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_viewer_changes_nothing_by_a_server_function(pool: PgPool) {
    let doors = Doors::open(pool).await;
    let viewer = doors.in_role(Role::Viewer).await;
    let mut wrong = Vec::new();
    for (name, does, arguments) in FUNCTIONS {
        let (status, answer) = doors.call(Some(&viewer), name, doors.arguments(arguments)).await;
        // What is not there is not there for anybody.
        let held = match does {
            _ if PHONES.contains(name) => status == 409,
            // Keys are not for everybody's eyes.
            Reads => [200, 403, 404].contains(&status.as_u16()),
            Changes if *name == STREAMS => answer.contains("does not allow"),
            Changes => status == 403 || status == 404,
        };
        if !held {
            wrong.push(format!("{name}: {status} {answer}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[sqlx::test(migrations = "../migrations")]
async fn server_functions_know_nothing_of_another_workspace(pool: PgPool) {
    let doors = Doors::open(pool).await;
    doors.house.move_operator("Other").await;
    let stranger = doors.in_role(Role::Owner).await;
    let mut wrong = Vec::new();
    for (name, does, arguments) in FUNCTIONS {
        let (status, answer) = doors.call(Some(&stranger), name, doors.arguments(arguments)).await;
        // Either the id is of nothing here, or the answer is about the stranger's own, empty workspace.
        let is_own = !arguments.contains('$') || [STREAMS, "mark_read"].contains(name) || *does == Reads;
        let fits = if is_own { !status.is_server_error() } else { status.is_client_error() };
        if !fits || answer.contains(SECRET) {
            wrong.push(format!("{name}: {status} {answer}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let left: i64 = sqlx::query_scalar(
        "select (select count(*) from leads where name like 'Secret%' and deleted_at is null)
              + (select count(*) from agents where name like 'Secret%' and deleted_at is null)
              + (select count(*) from campaigns where name = 'Secret' and deleted_at is null)",
    )
    .fetch_one(&doors.house.admin)
    .await
    .unwrap();
    assert_eq!(left, 3, "a stranger changed something");
}

#[sqlx::test(migrations = "../migrations")]
async fn nonsense_is_refused_by_every_server_function(pool: PgPool) {
    let doors = Doors::open(pool).await;
    let owner = doors.in_role(Role::Owner).await;
    let long = format!(r#"{{"id": "{0}", "key": "{0}", "text": 7, "filter": "{0}"}}"#, "x".repeat(200_000));
    let mut wrong = Vec::new();
    for (name, _, arguments) in FUNCTIONS {
        for body in ["", "[]", "{", "null", "\u{0}", r#"{"id": {}, "filter": 7, "draft": 1}"#, &long] {
            let (status, answer) = doors.call(Some(&owner), name, body.to_owned()).await;
            // Where nothing is asked for, anything that is JSON will do.
            let needs_none = *arguments == "{}" && status == 200;
            if !(status.is_client_error() || needs_none)
                || ["panicked", "sqlx", "src/", "select "].iter().any(|word| answer.contains(word))
            {
                wrong.push(format!("{name} {}: {status} {answer}", body.get(..20).unwrap_or(body)));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
