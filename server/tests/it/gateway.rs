//! The gateway over real HTTP, with a real Postgres and a provider that counts: what goes through, what is written down, what it may cost.

use domain::api_key::{ApiKeyDraft, KeyScope};
use domain::budget::BudgetDraft;
use domain::money::Micros;
use engine::{Clock, Cx, Engine, Parts, Settings, access, api_keys, budgets, gateway};
use serde_json::{Value, json};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use wiremock::matchers::{body_partial_json, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

pub(crate) struct Gate {
    engine: Engine,
    cx: Cx,
    admin: PgPool,
    pub provider: MockServer,
    pub url: String,
    pub key: String,
    http: reqwest::Client,
}

impl Gate {
    pub async fn open(admin: PgPool) -> Self {
        Self::open_with(admin, |_, _| {}).await
    }

    /// With Anthropic's and Google's models as well.
    pub async fn open_to_all(admin: PgPool) -> Self {
        Self::open_with(admin, |settings, url| {
            (settings.anthropic_base_url, settings.gemini_base_url) = (url.to_owned(), url.to_owned());
            let key = || Some(llm::Secret::new("sk-provider"));
            (settings.anthropic_api_key, settings.gemini_api_key) = (key(), key());
        })
        .await
    }

    async fn open_with(admin: PgPool, also: impl FnOnce(&mut llm::Settings, &str)) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let provider = MockServer::start().await;
        let options = admin.connect_options().as_ref().clone().options([("role", "outreach_app")]);
        let pool = PgPoolOptions::new().max_connections(8).connect_with(options).await.unwrap();
        let mut models = llm::Settings {
            openai_base_url: format!("{}/v1", provider.uri()),
            openai_api_key: Some(llm::Secret::new("sk-provider")),
            scripted: true,
            ..llm::Settings::default()
        };
        also(&mut models, &provider.uri());
        let engine = Engine::new(Parts {
            db: db::Db::from_pool(pool),
            models: llm::Models::new(models).unwrap(),
            network: channels::Twilio::new(channels::TwilioConfig {
                account_sid: "AC0".into(),
                auth_token: "token".into(),
                base_url: provider.uri(),
                content_base_url: provider.uri(),
                messaging_service_sid: None,
                public_url: "http://127.0.0.1:3000".into(),
            })
            .unwrap(),
            guarded: channels::http::Guarded::new(channels::http::GuardedConfig::default()).unwrap(),
            clock: Clock::real(),
            sealer: engine::seal::Sealer::new("0123456789abcdef0123456789abcdef").unwrap(),
            settings: Settings {
                public_url: "http://127.0.0.1:3000".into(),
                token_secret: b"a secret of at least thirty-two bytes".to_vec(),
                emulator: false,
                job_lease_secs: 60,
                worker_concurrency: 1,
                default_numbers: Vec::new(),
            },
        });
        access::make_first_operator(&engine, "op@example.com", "a long password", "Acme").await.unwrap();
        let cx = access::by_email(&engine, "op@example.com").await.unwrap().unwrap().cx(&engine);
        let draft = ApiKeyDraft { name: "client".into(), scopes: vec![KeyScope::Gateway] };
        let key = api_keys::create(&cx, draft).await.unwrap().secret;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let router = server::v1::router(engine.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { engine, cx, admin, provider, url, key, http: reqwest::Client::new() }
    }

    /// The provider answers this to every call of the model.
    pub async fn answers(&self, model: &str, answer: ResponseTemplate) {
        Mock::given(method("POST"))
            .and(path("/v1/chat/completions"))
            .and(body_partial_json(json!({ "model": model })))
            .respond_with(answer)
            .mount(&self.provider)
            .await;
    }

    /// Anthropic and Google answer this from now on, and nothing else.
    pub async fn says(&self, answer: ResponseTemplate) {
        self.provider.reset().await;
        Mock::given(method("POST")).respond_with(answer).mount(&self.provider).await;
    }

    /// The last request that a provider got.
    pub async fn sent(&self) -> String {
        let sent = self.provider.received_requests().await.unwrap();
        String::from_utf8(sent.last().unwrap().body.clone()).unwrap()
    }

    pub async fn ask(&self, body: &Value) -> reqwest::Response {
        let request = self.http.post(format!("{}/chat/completions", self.url)).bearer_auth(&self.key);
        request.header("content-type", "application/json").body(body.to_string()).send().await.unwrap()
    }

    /// Outcome, model, tokens read and written, and cost of every call, oldest first.
    pub async fn written(&self) -> Vec<(String, String, i32, i32, i64)> {
        gateway::flush(&self.engine).await;
        sqlx::query_as(
            "select outcome, model, tokens_prompt, tokens_completion, cost_micros from llm_requests
             where purpose = 'gateway' and api_key_id is not null order by created_at, attempt",
        )
        .fetch_all(&self.admin)
        .await
        .unwrap()
    }

    async fn account(&self) -> (i64, i64) {
        sqlx::query_as(
            "select coalesce(sum(spent_micros), 0)::bigint, coalesce(sum(held_micros), 0)::bigint from spend_days",
        )
        .fetch_one(&self.admin)
        .await
        .unwrap()
    }
}

pub(crate) fn hello(model: &str) -> Value {
    json!({ "model": model, "messages": [{ "role": "user", "content": "Hello" }], "max_tokens": 50 })
}

fn whole() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4.1-mini",
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": "Hi" }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100 },
    }))
}

fn sse(text: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(text.to_owned(), "text/event-stream")
}

const STREAM: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\n\
    data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n\
    data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":100}}\n\ndata: [DONE]\n\n";

#[sqlx::test(migrations = "../migrations")]
async fn a_call_goes_through_as_it_is_and_is_written_down_and_paid(pool: PgPool) {
    let gate = Gate::open(pool).await;
    gate.answers("gpt-4.1-mini", whole()).await;
    let mut body = hello("openai/gpt-4.1-mini");
    body["tools"] = json!([{ "type": "function", "function": { "name": "look", "parameters": {} } }]);
    body["some_new_field"] = json!({ "x": 1.50 });
    let answer = gate.ask(&body).await;
    assert_eq!(answer.status(), 200);
    assert!(answer.headers()["x-request-id"].to_str().unwrap().starts_with("req_"));
    assert_eq!(answer.headers()["x-model"], "openai/gpt-4.1-mini");
    assert_eq!(answer.json::<Value>().await.unwrap()["choices"][0]["message"]["content"], "Hi");
    let sent = &gate.provider.received_requests().await.unwrap()[0];
    assert_eq!(sent.headers["authorization"], "Bearer sk-provider", "our client's key stays here");
    let sent: Value = sent.body_json().unwrap();
    assert_eq!(
        (&sent["model"], &sent["tools"], &sent["some_new_field"]),
        (&json!("gpt-4.1-mini"), &body["tools"], &body["some_new_field"])
    );
    assert_eq!(gate.written().await, [("ok".into(), "gpt-4.1-mini".into(), 1000, 100, 560)]);
    assert_eq!(gate.account().await, (560, 0), "booked, and nothing is held any more");

    let models: Value = gate
        .http
        .get(format!("{}/models", gate.url))
        .bearer_auth(&gate.key)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert!(models["data"].as_array().unwrap().iter().any(|m| m["id"] == "openai/gpt-4.1-mini"));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_stream_goes_through_and_falls_back_before_its_first_word(pool: PgPool) {
    let gate = Gate::open(pool).await;
    gate.answers("gpt-4.1-mini", sse(STREAM)).await;
    gate.answers("gpt-4.1", ResponseTemplate::new(500)).await;
    gate.answers("gpt-4o-mini", sse("data: {\"error\":{\"message\":\"m\",\"type\":\"server_error\"}}\n\n")).await;
    let mut body = hello("gpt-4.1|gpt-4o-mini|gpt-4.1-mini");
    body["stream"] = json!(true);
    let answer = gate.ask(&body).await;
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let text = answer.text().await.unwrap();
    assert!(text.contains("Hi") && text.ends_with("data: [DONE]\n\n") && !text.contains("prompt_tokens"), "{text}");
    body["stream_options"] = json!({ "include_usage": true });
    assert!(gate.ask(&body).await.text().await.unwrap().contains("prompt_tokens"));
    let outcomes: Vec<_> = gate.written().await.into_iter().map(|w| (w.0, w.1, w.4)).collect();
    let of = |outcome: &str, model: &str, cost| (outcome.to_owned(), model.to_owned(), cost);
    let once = [of("retry", "gpt-4.1", 0), of("retry", "gpt-4o-mini", 0), of("ok", "gpt-4.1-mini", 560)];
    assert_eq!(outcomes, [once.clone(), once].concat());
    assert_eq!(gate.account().await, (1_120, 0));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_stream_that_breaks_off_says_so_and_is_paid_by_a_guess(pool: PgPool) {
    let gate = Gate::open(pool).await;
    gate.answers("gpt-4.1-mini", sse("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\n")).await;
    let mut body = hello("gpt-4.1-mini");
    body["stream"] = json!(true);
    let text = gate.ask(&body).await.text().await.unwrap();
    assert!(text.contains("Hi") && text.contains("\"code\":\"cut\"") && !text.contains("[DONE]"), "{text}");
    let written = gate.written().await;
    assert_eq!((written[0].0.as_str(), written.len()), ("cut", 1));
    assert!(written[0].4 > 0, "a guess, not nothing");
}

#[sqlx::test(migrations = "../migrations")]
async fn many_calls_at_once_never_pass_the_budget(pool: PgPool) {
    let gate = Gate::open(pool).await;
    gate.answers("gpt-4.1-mini", whole()).await;
    // A call costs 560 and may cost its length and 50 tokens of answer; 100 of them fit.
    let body = json!({ "model": "gpt-4.1-mini", "max_tokens": 1000, "messages": [{ "role": "user", "content": "x".repeat(1_500) }] });
    budgets::create(&gate.cx, BudgetDraft { limit_micros: Micros(56_000), ..BudgetDraft::default() }).await.unwrap();
    let (mut paid, mut refused) = (0, 0);
    for _ in 0..10 {
        let calls = futures::future::join_all((0..100).map(|_| gate.ask(&body))).await;
        for answer in calls {
            match answer.status().as_u16() {
                200 => paid += 1,
                429 => {
                    assert_eq!(answer.headers()["x-should-retry"], "false");
                    let after: u32 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
                    assert!((1..=86_400).contains(&after), "{after} seconds until the next day");
                    assert_eq!(answer.json::<Value>().await.unwrap()["error"]["code"], "insufficient_quota");
                    refused += 1;
                }
                other => panic!("{other}"),
            }
        }
        let (spent, held) = gate.account().await;
        assert!(spent + held <= 56_000, "{spent} spent and {held} held");
    }
    assert_eq!(gate.written().await.len(), paid);
    let (spent, held) = gate.account().await;
    println!("1,000 gateway calls: {paid} paid, {refused} refused, {spent} of 56000 spent");
    assert_eq!((spent, held), (i64::try_from(paid).unwrap() * 560, 0));
    assert!(spent <= 56_000 && paid + refused == 1_000 && paid >= 90, "{paid} paid, {refused} refused");
    let told: Vec<String> =
        sqlx::query_scalar("select kind from events where kind in ('budget.low', 'budget.used_up') order by kind")
            .fetch_all(&gate.admin)
            .await
            .unwrap();
    // A refusal that comes before four fifths are booked tells of both.
    assert!(told == ["budget.used_up"] || told == ["budget.low", "budget.used_up"], "{told:?}");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_budget_holds_from_the_moment_it_is_set(pool: PgPool) {
    let gate = Gate::open(pool).await;
    gate.answers("gpt-4.1-mini", whole()).await;
    assert_eq!(gate.ask(&hello("gpt-4.1-mini")).await.status(), 200, "money for more calls was set aside");
    let draft = BudgetDraft { limit_micros: Micros(1), ..BudgetDraft::default() };
    let budget = budgets::create(&gate.cx, draft).await.unwrap();
    assert_eq!(gate.ask(&hello("gpt-4.1-mini")).await.status(), 429);
    budgets::save(&gate.cx, budget.id, Micros(1_000_000)).await.unwrap();
    assert_eq!(gate.ask(&hello("gpt-4.1-mini")).await.status(), 200);
    assert_eq!(gate.written().await.len(), 2);
    assert_eq!(gate.account().await, (1_120, 0), "what was set aside first was given back");
}

#[sqlx::test(migrations = "../migrations")]
async fn other_dialects_answer_in_openais_words(pool: PgPool) {
    let gate = Gate::open(pool).await;
    let answer: Value = gate.ask(&hello("scripted-1")).await.json().await.unwrap();
    assert_eq!(
        (&answer["object"], &answer["choices"][0]["finish_reason"]),
        (&json!("chat.completion"), &json!("stop"))
    );
    assert!(answer["choices"][0]["message"]["content"].as_str().unwrap().contains("good to hear"));
    assert!(answer["usage"]["total_tokens"].as_i64().unwrap() > 5);
    let mut body = hello("scripted-fail|scripted-1");
    (body["stream"], body["stream_options"]) = (json!(true), json!({ "include_usage": true }));
    let text = gate.ask(&body).await.text().await.unwrap();
    let said: String = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line.strip_prefix("data: ")?).ok())
        .filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str().map(str::to_owned))
        .collect();
    assert!(
        said.contains("good to hear") && text.contains("total_tokens") && text.ends_with("data: [DONE]\n\n"),
        "{text}"
    );
    let outcomes: Vec<_> = gate.written().await.into_iter().map(|w| format!("{} {}", w.0, w.1)).collect();
    assert_eq!(outcomes.iter().filter(|o| *o == "ok scripted-1").count(), 2);
    assert!(outcomes.iter().any(|o| o == "retry scripted-fail"), "{outcomes:?}");
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_wrong_is_said_as_openais_clients_expect(pool: PgPool) {
    let gate = Gate::open(pool).await;
    let upstream = json!({ "error": { "message": "bad temperature", "type": "invalid_request_error", "param": "temperature", "code": null } });
    gate.answers("gpt-4.1-mini", ResponseTemplate::new(400).set_body_json(&upstream)).await;
    gate.answers("gpt-4.1", ResponseTemplate::new(429).insert_header("retry-after", "7")).await;
    let answer = gate.ask(&hello("gpt-4.1-mini")).await;
    assert_eq!((answer.status().as_u16(), answer.json::<Value>().await.unwrap()), (400, upstream), "word for word");
    let answer = gate.ask(&hello("gpt-4.1")).await;
    assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()), (429, "7"));
    for (body, status, code) in [
        (hello("no-such-model"), 404, "model_not_found"),
        (json!({ "model": "gpt-4.1" }), 400, "invalid_value"),
        (json!([1]), 400, "invalid_json"),
        (hello("anthropic/claude-haiku-4-5"), 502, "upstream_not_configured"),
    ] {
        let answer = gate.ask(&body).await;
        assert_eq!(answer.status().as_u16(), status, "{body}");
        assert_eq!(answer.json::<Value>().await.unwrap()["error"]["code"], code, "{body}");
    }
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        let request =
            gate.http.get(format!("{}/models", gate.url)).header("authorization", format!("{scheme} {}", gate.key));
        assert_eq!(request.send().await.unwrap().status(), 200, "{scheme}");
    }
    let other = ApiKeyDraft { name: "api only".into(), scopes: vec![KeyScope::Api] };
    let other = api_keys::create(&gate.cx, other).await.unwrap().secret;
    for key in ["", "ao_wrong", other.as_str()] {
        let request = gate.http.post(format!("{}/chat/completions", gate.url)).bearer_auth(key);
        let answer = request.body(hello("gpt-4.1-mini").to_string()).send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), answer.json::<Value>().await.unwrap()["error"]["code"].clone()),
            (401, json!("invalid_api_key"))
        );
    }
    // Whoever sends too much, or has no key, is heard out and told.
    for (key, size, status) in [(gate.key.as_str(), 20, 413), ("ao_wrong", 20, 401)] {
        let body = "x".repeat(size * 1024 * 1024);
        let asked = gate.http.post(format!("{}/chat/completions", gate.url)).bearer_auth(key).body(body).send();
        assert_eq!(asked.await.expect("an answer, no broken line").status().as_u16(), status);
    }
    let answer = gate.http.get(format!("{}/nothing", gate.url)).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap()["error"]["code"].clone()),
        (404, json!("unknown_url"))
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn a_model_without_a_price_does_not_pass_a_budget(pool: PgPool) {
    let gate = Gate::open(pool).await;
    for model in ["o1-pro", "gpt-4-turbo", "gpt-4.1"] {
        gate.answers(model, whole()).await;
    }
    let unpriced = ["openai/o1-pro", "openai/gpt-4-turbo", "anthropic/claude-opus-9", "gemini/gemini-9-ultra"];
    assert_eq!(gate.ask(&hello("openai/o1-pro")).await.status(), 200, "where nothing limits it");
    let limit = BudgetDraft { limit_micros: Micros(1_000_000), ..BudgetDraft::default() };
    let budget = budgets::create(&gate.cx, limit).await.unwrap();
    let asked = gate.provider.received_requests().await.unwrap().len();
    let chain = ["openai/gpt-4.1|openai/o1-pro", "openai/o1-pro|openai/gpt-4.1"];
    for (model, stream) in unpriced.into_iter().chain(chain).flat_map(|m| [(m, false), (m, true)]) {
        let mut body = hello(model);
        body["stream"] = json!(stream);
        let answer = gate.ask(&body).await;
        assert_eq!((answer.status().as_u16(), answer.headers()["x-should-retry"].to_str().unwrap()), (400, "false"));
        let error = answer.json::<Value>().await.unwrap()["error"].clone();
        assert_eq!((&error["code"], &error["param"]), (&json!("model_not_priced"), &json!("model")), "{model}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("no known price") && message.contains("owner or admin"), "{message}");
    }
    let mut priority = hello("openai/gpt-4.1");
    priority["service_tier"] = json!("priority");
    assert_eq!(gate.ask(&priority).await.status(), 400, "billed at another price");
    assert_eq!(gate.provider.received_requests().await.unwrap().len(), asked, "no provider was asked");
    assert_eq!(gate.ask(&hello("openai/gpt-4.1")).await.status(), 200);
    assert_eq!(gate.ask(&hello("scripted-1")).await.status(), 200, "nobody sends a bill for it");
    for (name, priced) in [("openai/gpt-4.1", true), ("openai/o1-pro", false), ("scripted-1", true)] {
        let model = gate.http.get(format!("{}/models/{name}", gate.url)).bearer_auth(&gate.key).send().await.unwrap();
        assert_eq!(model.json::<Value>().await.unwrap()["priced"], priced, "{name}");
    }
    budgets::delete(&gate.cx, budget.id).await.unwrap();
    assert_eq!(gate.ask(&hello("openai/o1-pro")).await.status(), 200);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_provider_that_wants_an_endless_wait_is_passed_over(pool: PgPool) {
    let gate = Gate::open(pool).await;
    let endless = ResponseTemplate::new(429).insert_header("retry-after", "9999999999999999999");
    gate.answers("gpt-4.1", endless).await;
    gate.answers("gpt-4.1-mini", whole()).await;
    let answer = gate.ask(&hello("gpt-4.1|gpt-4.1-mini")).await;
    assert_eq!((answer.status().as_u16(), answer.headers()["x-model"].to_str().unwrap()), (200, "openai/gpt-4.1-mini"));
    let answer = gate.ask(&hello("gpt-4.1")).await;
    let after: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=3_600).contains(&after), "{after}");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_stop_writes_down_what_is_still_being_broken_off(pool: PgPool) {
    let gate = Gate::open(pool).await;
    gate.answers("gpt-4.1", whole().set_delay(std::time::Duration::from_secs(60))).await;
    let (http, url, key) = (gate.http.clone(), format!("{}/chat/completions", gate.url), gate.key.clone());
    let body = hello("gpt-4.1").to_string();
    let asking = tokio::spawn(async move { http.post(url).bearer_auth(key).body(body).send().await });
    while gate.provider.received_requests().await.unwrap().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    // The connection is cut while the stop already waits for the books.
    let (written, ()) = tokio::join!(gateway::flush(&gate.engine), async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        asking.abort();
    });
    assert!(written, "the books are closed");
    let rows: i64 =
        sqlx::query_scalar("select count(*) from llm_requests where outcome = 'stopped' and cost_micros > 0")
            .fetch_one(&gate.admin)
            .await
            .unwrap();
    let (spent, held) = gate.account().await;
    assert!(rows == 1 && spent > 0 && held == 0, "{rows} rows, {spent} spent, {held} held");
}
