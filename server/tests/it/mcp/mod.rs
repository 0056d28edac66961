//! The MCP server as the official clients use it, and what it refuses: over real HTTP, with a real Postgres.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use domain::agent::{AgentDraft, AgentStatus};
use domain::api_key::{ApiKeyDraft, KeyScope};
use domain::filter::Filter;
use domain::id::{AgentId, ConversationId};
use domain::message::{Channel, Inbound};
use engine::{Clock, Cx, Engine, Parts, Settings, access, agents, api_keys, inbox, knowledge, worker};
use serde_json::{Value, json};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

const OURS: &str = "+15005550006";
const TOOLS: [&str; 5] =
    ["create_ticket", "get_customer_history", "search_knowledge_base", "send_response", "escalate_to_human"];
const QUERY: &str = "How long is the warranty of the espresso machine?";
const HANDBOOK: &str = "# Handbook\n\n## Shipping\n\nOrders leave our warehouse within two working days, with a tracking number.\n\n\
    ## Warranty\n\nEvery espresso machine carries a warranty of two years. It covers the pump, the boiler and the grinder.\n";

struct Mcp {
    engine: Engine,
    cx: Cx,
    admin: PgPool,
    agent: AgentId,
    url: String,
    key: String,
    http: reqwest::Client,
}

impl Mcp {
    async fn open(admin: PgPool) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let options = admin.connect_options().as_ref().clone().options([("role", "outreach_app")]);
        let pool = PgPoolOptions::new().max_connections(8).connect_with(options).await.unwrap();
        // Nobody listens there: what would be sent stays queued.
        let nowhere = "http://127.0.0.1:9".to_owned();
        let engine = Engine::new(Parts {
            db: db::Db::from_pool(pool),
            models: llm::Models::new(llm::Settings { scripted: true, ..llm::Settings::default() }).unwrap(),
            network: channels::Twilio::new(channels::TwilioConfig {
                account_sid: "AC0".into(),
                auth_token: "token".into(),
                base_url: nowhere.clone(),
                content_base_url: nowhere,
                messaging_service_sid: None,
                public_url: "https://outreach.example".into(),
            })
            .unwrap(),
            guarded: channels::http::Guarded::new(channels::http::GuardedConfig::default()).unwrap(),
            clock: Clock::real(),
            sealer: engine::seal::Sealer::new("0123456789abcdef0123456789abcdef").unwrap(),
            settings: Settings {
                public_url: "https://outreach.example".into(),
                token_secret: b"a secret of at least thirty-two bytes".to_vec(),
                emulator: false,
                job_lease_secs: 60,
                worker_concurrency: 1,
                default_numbers: vec![(Channel::Sms, OURS.to_owned())],
            },
        });
        access::make_first_operator(&engine, "op@example.com", "a long password", "Acme").await.unwrap();
        let cx = access::by_email(&engine, "op@example.com").await.unwrap().unwrap().cx(&engine);
        let draft = AgentDraft {
            name: "Mia".into(),
            prompt: "Be kind.".into(),
            status: AgentStatus::Live,
            ..AgentDraft::default()
        };
        let agent = agents::create(&cx, draft).await.unwrap().id;
        knowledge::add_file(&cx, agent, "handbook.md", "", HANDBOOK.as_bytes().to_vec()).await.unwrap();
        worker::drain(&engine).await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/mcp", listener.local_addr().unwrap());
        let router = server::mcp::router(engine.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let mut mcp = Self { engine, cx, admin, agent, url, key: String::new(), http: reqwest::Client::new() };
        mcp.key = mcp.key_for(KeyScope::Mcp).await;
        mcp
    }

    async fn key_for(&self, scope: KeyScope) -> String {
        let draft = ApiKeyDraft { name: "client".into(), scopes: vec![scope] };
        api_keys::create(&self.cx, draft).await.unwrap().secret
    }

    /// Somebody writes to us.
    async fn conversation(&self, body: &str) -> ConversationId {
        let inbound = Inbound {
            provider: "twilio".into(),
            event: "message".into(),
            channel: Channel::Sms,
            from: "+14155550123".into(),
            to: OURS.into(),
            body: body.into(),
            media: vec![],
            message_id: "SM1".into(),
            received_at: self.cx.now(),
            raw: json!({}),
        };
        inbox::receive(&self.engine.system(self.cx.workspace()), &inbound).await.unwrap();
        let mut tx = self.cx.read().await.unwrap();
        db::conversations::list(&mut tx, &Filter::default(), None).await.unwrap().items[0].id
    }

    fn post(&self, key: &str, body: String) -> reqwest::RequestBuilder {
        let request = self.http.post(&self.url).bearer_auth(key).header("content-type", "application/json");
        request.header("accept", "application/json, text/event-stream").body(body)
    }

    async fn call(&self, tool: &str, arguments: Value) -> Value {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": tool, "arguments": arguments } });
        let answer = self.post(&self.key, body.to_string()).header("mcp-protocol-version", "2025-11-25").send();
        answer.await.unwrap().json().await.unwrap()
    }

    /// Gives the result of a call that works.
    async fn does(&self, tool: &str, arguments: Value) -> Value {
        let answer = self.call(tool, arguments).await;
        assert_eq!(answer["result"]["isError"], false, "{answer}");
        answer["result"]["structuredContent"].clone()
    }

    /// Gives what a call that does not work says.
    async fn fails(&self, tool: &str, arguments: Value) -> String {
        let answer = self.call(tool, arguments).await;
        assert_eq!(answer["result"]["isError"], true, "{answer}");
        answer["result"]["content"][0]["text"].as_str().unwrap().to_owned()
    }

    /// Runs an official client; gives its lines. None, with a reason on the screen, when it is not installed.
    async fn client(&self, program: PathBuf, script: &str) -> Option<Vec<Value>> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/mcp").join(script);
        let mut command = tokio::process::Command::new(&program);
        command.arg(script).env("MCP_URL", &self.url).env("MCP_KEY", &self.key).env("MCP_QUERY", QUERY);
        command.env("MCP_AGENT", self.agent.to_string()).stdin(Stdio::null()).kill_on_drop(true);
        let ran = tokio::time::timeout(std::time::Duration::from_secs(60), command.output());
        let ran = ran.await.expect("the client ends").expect("the client starts");
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
        Some(said.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// What every official client must have seen.
fn check(seen: &Value, protocol: &str) {
    assert_eq!(seen["protocol"], protocol);
    assert_eq!((&seen["tools"], &seen["closed"]), (&json!(TOOLS), &json!(true)));
    let passage = &seen["found"]["passages"][0];
    assert!(passage["text"].as_str().unwrap().contains("warranty of two years"), "{seen}");
    assert_eq!(seen["wrong"], json!([true, "Give `conversation_id` or `agent_id`, one of the two."]));
    assert_eq!(seen["unknown"][0], -32602, "{seen}");
    assert!(seen["unknown"][1].as_str().unwrap().contains("Unknown tool: no_such_tool"), "{seen}");
}

#[sqlx::test(migrations = "../migrations")]
async fn the_official_typescript_client_lists_and_searches(pool: PgPool) {
    if !root().join("node_modules/@modelcontextprotocol/sdk").exists() {
        println!("SKIPPED: the TypeScript client is not installed (npm ci)");
        return;
    }
    let mcp = Mcp::open(pool).await;
    let seen = mcp.client("node".into(), "client.mjs").await.unwrap();
    check(&seen[0], "2025-11-25");
    assert_eq!(seen[0]["refused"], 401);
    println!("TypeScript client: protocol 2025-11-25, five tools, a search");
}

#[sqlx::test(migrations = "../migrations")]
async fn the_official_python_client_lists_and_searches_in_both_protocols(pool: PgPool) {
    let python = root().join(".tools/mcp/bin/python");
    if !python.exists() {
        println!("SKIPPED: the Python client is not installed (scripts/judges)");
        return;
    }
    let mcp = Mcp::open(pool).await;
    let seen = mcp.client(python, "client.py").await.unwrap();
    check(&seen[0], "2026-07-28");
    check(&seen[1], "2025-11-25");
    println!("Python client: protocols 2026-07-28 and 2025-11-25, five tools, a search");
}

#[sqlx::test(migrations = "../migrations")]
async fn the_tool_server_judged_by_mcps_conformance_suite(pool: PgPool) {
    let node = root().join(".tools/conformance/bin/node");
    if !node.exists() {
        println!("NOTICE: .tools/conformance is not there (scripts/judges); it judged nothing");
        return;
    }
    let mcp = Mcp::open(pool).await;
    let seen = mcp.client(node, "conformance.mjs").await.unwrap().remove(0);
    let mut judge =
        judges::Judge::new(format!("the tool server by MCP's conformance suite {}", seen["version"].as_str().unwrap()));
    for scenario in seen["scenarios"].as_array().unwrap() {
        let [name, failed] = ["name", "failed"].map(|field| scenario[field].as_str().unwrap());
        let asks_for_samples =
            ["tools-call-", "resources-", "prompts-get-", "elicitation-", "json-schema-", "logging-"];
        let decision =
            asks_for_samples.iter().any(|start| name.starts_with(start)).then_some("Five tools and no samples");
        judge.case(name, &failed, &"0", decision);
    }
    judge.finish();
}

#[sqlx::test(migrations = "../migrations")]
async fn the_five_tools_work_in_a_conversation_and_the_rules_hold(pool: PgPool) {
    let mcp = Mcp::open(pool).await;
    let id = mcp.conversation("Is my machine under warranty?").await.to_string();
    let found = mcp.does("search_knowledge_base", json!({ "conversation_id": id, "query": QUERY })).await;
    assert!(found["text"].as_str().unwrap().contains("two years"), "{found}");
    let ticket = mcp.does("create_ticket", json!({ "conversation_id": id, "subject": "Warranty" })).await;
    assert_eq!(ticket, mcp.does("create_ticket", json!({ "conversation_id": id })).await, "the open one");
    let history = mcp.does("get_customer_history", json!({ "conversation_id": id })).await;
    assert!(history["history"].as_str().unwrap().contains(ticket["ticket"].as_str().unwrap()), "{history}");

    let response = json!({ "conversation_id": id, "text": "Yes, for two years.", "key": "first" });
    assert_eq!(mcp.does("send_response", response.clone()).await["queued"], true);
    assert_eq!(mcp.does("send_response", response).await["queued"], false, "the same key sends nothing twice");
    let promise = json!({ "conversation_id": id, "text": "I guarantee that you get it for $99." });
    assert!(mcp.fails("send_response", promise).await.contains("rules"));
    let sent = "select status || ' ' || author || ' ' || body from messages where direction = 'outbound'";
    let sent: Vec<String> = sqlx::query_scalar(sent).fetch_all(&mcp.admin).await.unwrap();
    assert_eq!(sent, ["queued agent Yes, for two years."], "the gate looks at it before it leaves");

    let handed = mcp.does("escalate_to_human", json!({ "conversation_id": id, "reason": "Wants to speak" })).await;
    assert_eq!(handed["first"], true);
    let silent = mcp.fails("send_response", json!({ "conversation_id": id, "text": "Hello" })).await;
    assert!(silent.contains("waits for a human"), "{silent}");
}

#[sqlx::test(migrations = "../migrations")]
async fn nothing_of_another_workspace_is_found(pool: PgPool) {
    let mcp = Mcp::open(pool).await;
    let id = mcp.conversation("Hello").await.to_string();
    sqlx::raw_sql(
        "insert into workspaces (id, name, created_at, updated_at) values (gen_random_uuid(), 'Other', now(), now());
         update agents set workspace_id = (select id from workspaces where name = 'Other');
         update conversations set workspace_id = (select id from workspaces where name = 'Other')",
    )
    .execute(&mcp.admin)
    .await
    .unwrap();
    let agent = mcp.agent.to_string();
    for (tool, arguments) in [
        ("search_knowledge_base", json!({ "agent_id": agent, "query": "warranty" })),
        ("search_knowledge_base", json!({ "conversation_id": id, "query": "warranty" })),
        ("get_customer_history", json!({ "conversation_id": id })),
        ("send_response", json!({ "conversation_id": id, "text": "Hello" })),
    ] {
        let why = mcp.fails(tool, arguments).await;
        assert!(why.contains("does not exist"), "{why}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_wrong_is_refused_in_the_right_words(pool: PgPool) {
    let mcp = Mcp::open(pool).await;
    let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }).to_string();
    let status = async |request: reqwest::RequestBuilder| request.send().await.unwrap().status().as_u16();
    assert_eq!(status(mcp.post(&mcp.key, list.clone())).await, 200);
    let nobody = mcp.http.post(&mcp.url).body(list.clone()).send().await.unwrap();
    assert_eq!((nobody.status().as_u16(), &nobody.headers()["www-authenticate"]), (401, &"Bearer".parse().unwrap()));
    assert_eq!(status(mcp.post("ao_no", list.clone())).await, 401);
    let other = mcp.key_for(KeyScope::Gateway).await;
    let refused = mcp.post(&other, list.clone()).send().await.unwrap();
    assert_eq!(refused.status(), 403);
    let why: Value = refused.json().await.unwrap();
    assert!(why["error"]["message"].as_str().unwrap().contains("does not open the MCP server"), "{why}");

    assert_eq!(status(mcp.post(&mcp.key, format!("\"{}\"", "x".repeat(300_000)))).await, 413);
    let stream = futures::stream::iter((0..80).map(|_| Ok::<_, std::io::Error>(vec![b' '; 4_096])));
    let unsaid = mcp.post(&mcp.key, String::new()).body(reqwest::Body::wrap_stream(stream));
    assert_eq!(status(unsaid).await, 413, "a body whose length was not told");
    let broken = mcp.post(&mcp.key, "{".into()).send().await.unwrap();
    assert_eq!(broken.status(), 400);
    assert_eq!(broken.json::<Value>().await.unwrap()["error"]["code"], -32700);
    for (method, params) in [
        ("tools/call", json!({ "name": "search_knowledge_base", "arguments": ["x"] })),
        ("tools/call", json!({ "name": "search_knowledge_base", "arguments": "x" })),
        ("initialize", json!({ "capabilities": {}, "clientInfo": { "name": "x", "version": "1" } })),
    ] {
        let body = json!({ "jsonrpc": "2.0", "id": 5, "method": method, "params": params }).to_string();
        let told: Value = mcp.post(&mcp.key, body).send().await.unwrap().json().await.unwrap();
        assert_eq!((&told["id"], &told["error"]["code"]), (&json!(5), &json!(-32602)), "{method} {params}: {told}");
    }
    let batch = mcp.post(&mcp.key, format!("[{list}]")).send().await.unwrap();
    assert_eq!(batch.json::<Value>().await.unwrap()["error"]["code"], -32600, "good JSON is not unreadable");
    for accept in [None, Some("*/*"), Some("text/html, */*;q=0.8")] {
        let plain = mcp.http.post(&mcp.url).bearer_auth(&mcp.key).header("content-type", "application/json");
        let plain = accept.iter().fold(plain, |request, accept| request.header("accept", *accept));
        assert_eq!(status(plain.body(list.clone())).await, 200, "{accept:?}");
    }

    assert_eq!(status(mcp.post(&mcp.key, list.clone()).header("origin", "https://evil.example")).await, 403);
    assert_eq!(status(mcp.post(&mcp.key, list.clone()).header("host", "evil.example")).await, 403);
    assert_eq!(status(mcp.post(&mcp.key, list.clone()).header("origin", "https://outreach.example")).await, 200);
    assert_eq!(status(mcp.http.get(&mcp.url).bearer_auth(&mcp.key)).await, 405, "there is no stream to open");

    let unknown = mcp.call("no_such_tool", json!({})).await;
    assert_eq!(unknown["error"]["code"], -32602, "{unknown}");
    let nowhere = json!({ "conversation_id": ConversationId::from(uuid::Uuid::now_v7()).to_string() });
    assert!(mcp.fails("get_customer_history", nowhere).await.contains("does not exist"));
}
