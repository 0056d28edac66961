//! One workspace with an operator, an agent, numbers, and a phone network that keeps what it was given.

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{Duration, Utc};
use domain::agent::{AgentDraft, AgentStatus};
use domain::campaign::CampaignDraft;
use domain::flow::graph::FlowGraph;
use domain::id::{AgentId, CampaignId, LeadId, TemplateId};
use domain::lead::LeadDraft;
use domain::message::{Channel, Inbound};
use domain::template::TemplateDraft;
use engine::{Clock, Cx, Engine, Parts, Settings, access, inbox};
use sqlx::PgPool;
use wiremock::matchers::{method, path_regex};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// Our own number in these tests.
pub const OURS: &str = "+15005550006";

/// Everything a test needs.
pub struct World {
    pub engine: Engine,
    pub cx: Cx,
    pub admin: PgPool,
    pub network: MockServer,
    pub clock: Clock,
    pub agent: AgentId,
    numbers: AtomicU32,
}

/// Accepts everything with an id of its own, as Twilio does.
pub struct Accepts;

impl Respond for Accepts {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        let sid = format!("SM{}", uuid::Uuid::now_v7().simple());
        ResponseTemplate::new(201).set_body_json(serde_json::json!({ "sid": sid, "status": "queued" }))
    }
}

impl World {
    pub async fn new(admin: PgPool) -> Self {
        Self::with_models(admin, llm::Settings::default()).await
    }

    /// The same with other models than the scripted ones.
    pub async fn with_models(admin: PgPool, models: llm::Settings) -> Self {
        Self::leasing(admin, models, 60).await
    }

    /// The same with another lease of jobs, in seconds.
    pub async fn leasing(admin: PgPool, models: llm::Settings, job_lease_secs: u32) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let network = MockServer::start().await;
        let login = db::Login::Made { name: "outreach_login_test".into(), password: "of tests".into() };
        let db = db::connect_with(admin.connect_options().as_ref().clone(), &login, 8).await.unwrap();
        let clock = Clock::held(Utc::now());
        let engine = Engine::new(Parts {
            db,
            models: llm::Models::new(models).unwrap(),
            network: channels::Twilio::new(channels::TwilioConfig {
                account_sid: "AC00000000000000000000000000000000".into(),
                auth_token: "token".into(),
                base_url: network.uri(),
                content_base_url: network.uri(),
                messaging_service_sid: None,
                public_url: "http://127.0.0.1:3000".into(),
            })
            .unwrap(),
            guarded: channels::http::Guarded::new(channels::http::GuardedConfig {
                private: channels::http::Private::Allowed,
                ..Default::default()
            })
            .unwrap(),
            clock: clock.clone(),
            sealer: engine::seal::Sealer::new("0123456789abcdef0123456789abcdef").unwrap(),
            settings: Settings {
                public_url: "http://127.0.0.1:3000".into(),
                token_secret: b"a secret of at least thirty-two bytes".to_vec(),
                emulator: false,
                job_lease_secs,
                worker_concurrency: 4,
                default_numbers: [Channel::Sms, Channel::Whatsapp, Channel::Voice]
                    .map(|c| (c, OURS.to_owned()))
                    .to_vec(),
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
        let agent = engine::agents::create(&cx, draft).await.unwrap().id;
        Self { engine, cx, admin, network, clock, agent, numbers: AtomicU32::new(100) }
    }

    /// The network takes everything.
    pub async fn accepting(admin: PgPool) -> Self {
        Self::new(admin).await.taking_everything().await
    }

    /// Its network takes everything.
    pub async fn taking_everything(self) -> Self {
        let world = self;
        Mock::given(method("POST"))
            .and(path_regex("(Messages|Calls).json$"))
            .respond_with(Accepts)
            .mount(&world.network)
            .await;
        world
    }

    /// A lead with consent and a number of their own.
    pub async fn lead(&self) -> (LeadId, String) {
        let phone = format!("+1415555{:04}", self.numbers.fetch_add(1, Ordering::Relaxed));
        let draft =
            LeadDraft { name: "Ada Reyes".into(), phone: Some(phone.clone()), consent: true, ..LeadDraft::default() };
        (engine::leads::create(&self.cx, draft).await.unwrap().id, phone)
    }

    pub async fn template(&self, channel: Channel, body: &str) -> TemplateId {
        let draft = TemplateDraft {
            name: format!("t_{}", self.numbers.fetch_add(1, Ordering::Relaxed)),
            channel,
            language: "en_US".into(),
            body: body.into(),
        };
        engine::templates::create(&self.cx, draft).await.unwrap().id
    }

    /// A WhatsApp template that was approved.
    pub async fn approved(&self, body: &str) -> TemplateId {
        let id = self.template(Channel::Whatsapp, body).await;
        sqlx::query("update templates set state = 'approved', provider_ref = $2 where id = $1")
            .bind(id.uuid())
            .bind(format!("HX{}", "0".repeat(32)))
            .execute(&self.admin)
            .await
            .unwrap();
        id
    }

    /// A started campaign with these leads.
    pub async fn campaign(&self, graph: FlowGraph, leads: &[LeadId]) -> CampaignId {
        let draft = CampaignDraft { name: "Spring".into(), agent_id: Some(self.agent) };
        let id = engine::campaigns::create(&self.cx, draft, Some(graph)).await.unwrap().id;
        engine::campaigns::activate(&self.cx, id).await.unwrap();
        let audience = domain::campaign::Audience { lead_ids: Some(leads.to_vec()), ..Default::default() };
        engine::campaigns::enrol(&self.cx, id, audience).await.unwrap();
        id
    }

    /// Runs every job that is due by the test's clock, until none is left. The queue itself goes by the database's clock, so what is
    /// due here is made due there.
    pub async fn settle(&self) {
        loop {
            sqlx::query("update jobs set run_at = now() where state = 'waiting' and run_at > now() and run_at <= $1")
                .bind(self.clock.now())
                .execute(&self.admin)
                .await
                .unwrap();
            if engine::worker::drain(&self.engine).await.unwrap() == 0 {
                return;
            }
        }
    }

    /// Lets time pass.
    pub async fn pass(&self, time: Duration) {
        self.clock.advance(time);
        self.settle().await;
    }

    /// Somebody writes to us.
    pub async fn hears(&self, channel: Channel, from: &str, body: &str) -> inbox::Received {
        let id = format!("SM{}", uuid::Uuid::now_v7().simple());
        inbox::receive(&self.engine.system(self.cx.workspace()), &self.inbound(channel, from, body, &id)).await.unwrap()
    }

    pub fn inbound(&self, channel: Channel, from: &str, body: &str, message_id: &str) -> Inbound {
        Inbound {
            provider: "twilio".into(),
            event: "message".into(),
            channel,
            from: from.into(),
            to: OURS.into(),
            body: body.into(),
            media: vec![],
            message_id: message_id.into(),
            received_at: self.clock.now(),
            raw: serde_json::json!({}),
        }
    }

    /// Statuses of what we wrote to a lead, oldest first: `sms:accepted`.
    pub async fn sent_to(&self, lead: LeadId) -> Vec<String> {
        sqlx::query_scalar(
            "select channel || ':' || status from messages where lead_id = $1 and direction = 'outbound' order by id",
        )
        .bind(lead.uuid())
        .fetch_all(&self.admin)
        .await
        .unwrap()
    }

    /// How a lead's run stands: `status node outcome`.
    pub async fn run_of(&self, lead: LeadId) -> String {
        sqlx::query_scalar("select status || ' ' || node || ' ' || coalesce(outcome, '-') from runs where lead_id = $1")
            .bind(lead.uuid())
            .fetch_one(&self.admin)
            .await
            .unwrap()
    }

    /// How many sends reached the network.
    pub async fn posts(&self) -> usize {
        self.network.received_requests().await.unwrap().iter().filter(|r| r.method.as_str() == "POST").count()
    }
}
