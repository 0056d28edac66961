//! The whole server over real HTTP: who may do what, from where, and for how long. What a review tried and could not break stays so.

use std::sync::Arc;
use std::time::Duration;

use domain::access::{Door, Role};
use domain::agent::AgentDraft;
use domain::api_key::{ApiKeyDraft, KeyScope};
use domain::lead::LeadDraft;
use domain::message::Channel;
use engine::{Clock, Cx, Engine, Parts, Settings, access, api_keys};
use futures::StreamExt;
use reqwest::{Method, StatusCode};
use server::guard::Guard;
use server::hooks::HookKeys;
use server::http::{Web, router};
use server::listen::{Patience, listen};
use server::live::Notes;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

const PASSWORD: &str = "a long password";
/// The number that people write to.
pub(crate) const OURS: &str = "+15005550006";

/// A server with one operator, whose role a test may change.
pub(crate) struct House {
    pub engine: Engine,
    pub cx: Cx,
    pub admin: PgPool,
    pub url: String,
    port: u16,
    http: reqwest::Client,
    _stop: tokio::sync::watch::Sender<bool>,
}

impl House {
    pub async fn open(admin: PgPool) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let options = admin.connect_options().as_ref().clone().options([("role", "outreach_app")]);
        let pool = PgPoolOptions::new().max_connections(8).connect_with(options).await.unwrap();
        let engine = Engine::new(Parts {
            db: db::Db::from_pool(pool),
            models: llm::Models::new(llm::Settings { scripted: true, ..llm::Settings::default() }).unwrap(),
            network: channels::Twilio::new(channels::TwilioConfig {
                account_sid: "AC0".into(),
                auth_token: "token".into(),
                base_url: "http://127.0.0.1:9".into(),
                content_base_url: "http://127.0.0.1:9".into(),
                messaging_service_sid: None,
                public_url: "http://127.0.0.1:3000".into(),
            })
            .unwrap(),
            guarded: channels::http::Guarded::new(channels::http::GuardedConfig::default()).unwrap(),
            clock: Clock::real(),
            sealer: engine::seal::Sealer::new("0123456789abcdef0123456789abcdef").unwrap(),
            settings: Settings {
                public_url: "http://outreach.example".into(),
                token_secret: b"a secret of at least thirty-two bytes".to_vec(),
                emulator: false,
                job_lease_secs: 60,
                worker_concurrency: 1,
                default_numbers: vec![(Channel::Sms, OURS.to_owned())],
            },
        });
        access::make_first_operator(&engine, "op@example.com", PASSWORD, "Acme").await.unwrap();
        let cx = access::by_email(&engine, "op@example.com").await.unwrap().unwrap().cx(&engine);
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let wake = Arc::new(tokio::sync::Notify::new());
        let notes = Notes::listen(engine.parts().db.clone(), wake, stopped, "build");
        let app = router(Web {
            engine: engine.clone(),
            leptos: leptos::config::LeptosOptions::builder().output_name("agent-outreach").build(),
            guard: Guard { engine: engine.clone(), scripted: true, trust_proxy: false, phone: None },
            keys: HookKeys { twilio_token: channels::Secret::new("token"), generic: None },
            notes,
            emulator: None,
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(listen(listener, app, Patience::default(), std::future::pending()));
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { engine, cx, admin, url: format!("http://127.0.0.1:{port}"), port, http, _stop: stop }
    }

    /// A token of the operator, who stands in this role from now on.
    pub async fn token(&self, role: Role) -> String {
        sqlx::query("update memberships set role = $1").bind(role.as_str()).execute(&self.admin).await.unwrap();
        let identity = access::sign_in(&self.engine, "op@example.com", PASSWORD, None, Door::Api).await.unwrap();
        access::token(&self.engine, &identity).unwrap().0
    }

    pub async fn session(&self) -> String {
        let identity = access::sign_in(&self.engine, "op@example.com", PASSWORD, None, Door::Form).await.unwrap();
        format!("outreach_session={}", access::open_session(&self.engine, &identity).await.unwrap())
    }

    pub fn ask(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    /// The operator moves to another workspace and owns it; everything of the first is foreign now.
    pub async fn move_operator(&self, name: &str) {
        sqlx::query(
            "insert into workspaces (id, name, created_at, updated_at) values (gen_random_uuid(), $1, now(), now())",
        )
        .bind(name)
        .execute(&self.admin)
        .await
        .unwrap();
        sqlx::query("update memberships set workspace_id = (select id from workspaces where name = $1)")
            .bind(name)
            .execute(&self.admin)
            .await
            .unwrap();
    }

    async fn status(&self, request: reqwest::RequestBuilder) -> u16 {
        request.send().await.unwrap().status().as_u16()
    }
}

/// Every address of the API with a method that may change something, ids filled in, and the body that its description shows.
fn changes() -> Vec<(Method, String, Option<serde_json::Value>)> {
    let (_, described) = server::api::router();
    let described = serde_json::to_value(described).unwrap();
    let mut all = Vec::new();
    for (path, item) in described["paths"].as_object().unwrap() {
        for (name, operation) in item.as_object().unwrap() {
            let method = match name.as_str() {
                "post" => Method::POST,
                "put" => Method::PUT,
                "patch" => Method::PATCH,
                "delete" => Method::DELETE,
                _ => continue,
            };
            if !path.starts_with("/api/") || path.starts_with("/api/auth/") || path.starts_with("/api/webhooks/") {
                continue;
            }
            let mut filled = path.clone();
            for parameter in operation["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "path") {
                let example = &parameter["schema"]["examples"][0];
                let reference = parameter["schema"]["$ref"].as_str().and_then(|r| r.rsplit('/').next());
                let named = reference.map(|name| &described["components"]["schemas"][name]);
                let id = example.as_str().or(named.and_then(|schema| schema["examples"][0].as_str())).unwrap_or("1");
                filled = filled.replace(&format!("{{{}}}", parameter["name"].as_str().unwrap()), id);
            }
            let body = operation["requestBody"]["content"]["application/json"].get("example").cloned();
            all.push((method, filled, body));
        }
    }
    all
}

/// What a viewer may post: it looks, and changes nothing.
const LOOKS: &[&str] = &["/knowledge/search"];

#[sqlx::test(migrations = "../migrations")]
async fn a_viewer_changes_nothing_over_the_api(pool: PgPool) {
    let house = House::open(pool).await;
    let token = house.token(Role::Viewer).await;
    let (mut tried, mut wrong) = (0, Vec::new());
    for (method, path, body) in changes() {
        if LOOKS.iter().any(|look| path.ends_with(look)) {
            continue;
        }
        let mut request = house.ask(method.clone(), &path).bearer_auth(&token);
        request = match &body {
            Some(body) => request.json(body),
            None if path.contains("/import") || path.ends_with("/knowledge") => {
                request.header("content-type", "multipart/form-data; boundary=x").body("--x--\r\n")
            }
            None => request,
        };
        let status = house.status(request).await;
        tried += 1;
        // What is not there is not there for anybody.
        if status != 403 && status != 404 {
            wrong.push(format!("{method} {path}: {status}"));
        }
    }
    assert!(tried > 50, "only {tried} were tried");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_member_and_a_key_delete_nothing(pool: PgPool) {
    let house = House::open(pool).await;
    let draft = ApiKeyDraft { name: "program".into(), scopes: vec![KeyScope::Api] };
    let key = api_keys::create(&house.cx, draft).await.unwrap().secret;
    let lead =
        engine::leads::create(&house.cx, LeadDraft { phone: Some("+14155550123".into()), ..LeadDraft::default() })
            .await
            .unwrap()
            .id;
    let member = house.token(Role::Member).await;
    for token in [&key, &member] {
        for (method, path, _) in changes().into_iter().filter(|(method, ..)| *method == Method::DELETE) {
            let status = house.status(house.ask(method, &path).bearer_auth(token)).await;
            // What is not there is not there for anybody.
            assert!(status == 403 || status == 404, "DELETE {path}: {status}");
        }
        let erased = house.ask(Method::POST, &format!("/api/leads/{lead}/erase")).bearer_auth(token);
        assert_eq!(house.status(erased).await, 403);
    }
    let owner = house.token(Role::Owner).await;
    let erased = house.ask(Method::POST, &format!("/api/leads/{lead}/erase")).bearer_auth(&owner).send().await.unwrap();
    assert_eq!(erased.status(), StatusCode::OK);
    let receipt: domain::erasure::Receipt = erased.json().await.unwrap();
    assert_eq!(receipt.leads, [lead]);
}

#[sqlx::test(migrations = "../migrations")]
async fn things_of_another_workspace_are_not_there(pool: PgPool) {
    let house = House::open(pool).await;
    let agent =
        engine::agents::create(&house.cx, AgentDraft { name: "Mia".into(), ..AgentDraft::default() }).await.unwrap().id;
    let lead =
        engine::leads::create(&house.cx, LeadDraft { phone: Some("+14155550123".into()), ..LeadDraft::default() })
            .await
            .unwrap()
            .id;
    house.move_operator("Other").await;
    let token = house.token(Role::Owner).await;
    for (_, path, _) in changes() {
        let own = |prefix: &str, id: String| {
            path.strip_prefix(prefix).map(|rest| format!("{prefix}{id}{}", rest.find('/').map_or("", |at| &rest[at..])))
        };
        let ours = own("/api/agents/", agent.to_string())
            .or_else(|| own("/api/leads/led_", String::new()).map(|_| format!("/api/leads/{lead}")));
        let Some(path) = ours else { continue };
        let status = house.status(house.ask(Method::GET, &path).bearer_auth(&token)).await;
        assert!(status == 404 || status == 405, "GET {path}: {status}");
    }
    for list in ["/api/agents", "/api/leads", "/api/conversations", "/api/campaigns", "/api/templates"] {
        let page: serde_json::Value =
            house.ask(Method::GET, list).bearer_auth(&token).send().await.unwrap().json().await.unwrap();
        assert_eq!(page["total"], 0, "{list}");
    }
    for (method, path) in [
        (Method::DELETE, format!("/api/leads/{lead}")),
        (Method::POST, format!("/api/leads/{lead}/erase")),
        (Method::DELETE, format!("/api/agents/{agent}")),
    ] {
        assert_eq!(house.status(house.ask(method, &path).bearer_auth(&token)).await, 404, "{path}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn live_news_end_with_the_session(pool: PgPool) {
    let house = House::open(pool).await;
    let cookie = house.session().await;
    let live = house.ask(Method::GET, "/live").header("cookie", &cookie).send().await.unwrap();
    assert_eq!(live.status(), StatusCode::OK);
    let mut news = live.bytes_stream();
    news.next().await.unwrap().unwrap();
    let out = house.ask(Method::POST, "/sign-out").header("cookie", &cookie);
    assert_eq!(house.status(out).await, 303);
    let rest = async { while news.next().await.is_some_and(|piece| piece.is_ok()) {} };
    tokio::time::timeout(Duration::from_secs(5), rest).await.expect("the stream ends");
    let again = house.ask(Method::GET, "/live").header("cookie", &cookie);
    assert_eq!(house.status(again).await, 401);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_page_whose_address_has_a_dot_wants_somebody_signed_in(pool: PgPool) {
    let house = House::open(pool).await;
    for page in ["/campaigns/x.y", "/agents/a.b", "/leads", "/inbox?c=x.y"] {
        let answer = house.ask(Method::GET, page).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{page}");
        assert_eq!(answer.headers()["cache-control"], "no-store", "{page}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn only_our_own_names_are_answered(pool: PgPool) {
    let house = House::open(pool).await;
    let asked = async |host: &str, path: &str| house.status(house.ask(Method::GET, path).header("host", host)).await;
    for host in ["evil.example", "127.0.0.1.evil.example", "outreach.example.evil.example"] {
        for path in ["/sign-in", "/api/agents", "/pkg/x.js", "/live"] {
            assert_eq!(asked(host, path).await, 421, "{host}{path}");
        }
        assert_eq!(asked(host, "/api/health/live").await, 200, "probes ask under any name");
    }
    for host in
        [format!("127.0.0.1:{}", house.port), "localhost:1".into(), "Outreach.Example".into(), "[::1]:80".into()]
    {
        assert_eq!(asked(&host, "/api/agents").await, 401, "{host}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn readiness_tells_strangers_no_details(pool: PgPool) {
    let house = House::open(pool).await;
    let token = house.token(Role::Viewer).await;
    let strange = house.ask(Method::GET, "/api/health/ready").send().await.unwrap().text().await.unwrap();
    assert!(strange.contains("\"status\"") && !strange.contains("waiting") && !strange.contains("detail"), "{strange}");
    let known =
        house.ask(Method::GET, "/api/health/ready").bearer_auth(&token).send().await.unwrap().text().await.unwrap();
    assert!(known.contains("0 waiting"), "{known}");
}

#[sqlx::test(migrations = "../migrations")]
async fn changes_from_another_site_are_refused_at_every_door(pool: PgPool) {
    let house = House::open(pool).await;
    let cookie = house.session().await;
    for path in ["/fn/delete_lead", "/api/leads", "/sign-out"] {
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("origin", "http://127.0.0.1:1"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let request = house.ask(Method::POST, path).header("cookie", &cookie).header(name, value);
            assert_eq!(house.status(request).await, 403, "{path} {name}: {value}");
        }
    }
    let plain = house.ask(Method::POST, "/api/leads").header("cookie", &cookie).header("content-type", "text/plain");
    assert_eq!(house.status(plain.body("{}")).await, 415);
    let answer =
        house.ask(Method::GET, "/api/agents").header("cookie", &cookie).header("origin", "https://evil.example");
    let headers = answer.send().await.unwrap().headers().clone();
    assert!(headers.keys().all(|name| !name.as_str().starts_with("access-control")), "{headers:?}");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["x-frame-options"], "DENY");
    assert!(headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"));
}

#[sqlx::test(migrations = "../migrations")]
async fn made_up_tokens_and_sessions_are_nobody(pool: PgPool) {
    let house = House::open(pool).await;
    let real = house.token(Role::Owner).await;
    let [_, claims, _]: [&str; 3] = real.split('.').collect::<Vec<_>>().try_into().unwrap();
    // {"alg":"none","typ":"JWT"}
    let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.");
    for token in [unsigned.as_str(), "ao_nobody", "", "a.b.c", &real[..real.len() - 2]] {
        let request = house.ask(Method::GET, "/api/agents").header("authorization", format!("Bearer {token}"));
        assert_eq!(house.status(request).await, 401, "{token}");
    }
    for cookie in ["outreach_session=", "outreach_session=x", &format!("outreach_session={}", "0".repeat(64))] {
        assert_eq!(house.status(house.ask(Method::GET, "/api/agents").header("cookie", cookie)).await, 401, "{cookie}");
    }
    assert_eq!(house.status(house.ask(Method::GET, "/api/agents").bearer_auth(&real)).await, 200);
}

#[sqlx::test(migrations = "../migrations")]
async fn uploads_of_a_viewer_keep_nobody_s_file_out(pool: PgPool) {
    let house = House::open(pool).await;
    let viewer = house.token(Role::Viewer).await;
    let form = "multipart/form-data; boundary=x";
    let mut dripping = Vec::new();
    for _ in 0..3 {
        // It begins and never ends.
        let begun = futures::stream::iter([Ok::<_, std::io::Error>("--x\r\n")]);
        let body = reqwest::Body::wrap_stream(begun.chain(futures::stream::pending()));
        let request = house.ask(Method::POST, "/api/leads/import").bearer_auth(&viewer).header("content-type", form);
        dripping.push(tokio::spawn(request.body(body).send()));
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let owner = house.token(Role::Owner).await;
    let file = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nphone\n+14155550123\r\n--x--\r\n";
    let request = house.ask(Method::POST, "/api/leads/import").bearer_auth(&owner).header("content-type", form);
    let answer = tokio::time::timeout(Duration::from_secs(10), request.body(file).send()).await.expect("there is room");
    assert_eq!(answer.unwrap().status(), StatusCode::CREATED);
    for one in dripping {
        one.abort();
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn the_gateway_key_of_somebody_who_is_a_viewer_by_now_opens_nothing(pool: PgPool) {
    let house = House::open(pool).await;
    let draft = ApiKeyDraft { name: "client".into(), scopes: vec![KeyScope::Gateway] };
    let key = api_keys::create(&house.cx, draft).await.unwrap().secret;
    house.token(Role::Viewer).await;
    let found = api_keys::by_token(&house.engine, &key, KeyScope::Gateway).await.unwrap();
    assert!(found.is_none());
}
