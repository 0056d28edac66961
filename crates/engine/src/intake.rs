//! A desk to test at: a workspace with an operator on a test's own database, acting as the product's role, with a held clock.

use channels::twilio::{Twilio, TwilioConfig};
use domain::access::Role;
use domain::id::{UserId, WorkspaceId};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

use crate::{Actor, Clock, Cx, Engine, Parts, Settings};

/// See the head of this file.
pub(crate) struct Desk {
    pub cx: Cx,
    pub clock: Clock,
    user: UserId,
}

impl Desk {
    /// The same operator with another standing.
    pub fn acting(&self, role: Role) -> Cx {
        self.cx.engine().cx(self.cx.workspace(), Actor::User { id: self.user, role })
    }

    /// An owner of another workspace.
    pub async fn elsewhere(&self) -> Cx {
        workspace(self.cx.engine()).await.0
    }
}

/// A desk whose provider is nowhere.
pub(crate) async fn desk(pool: &PgPool) -> Desk {
    desk_with_provider(pool, "http://127.0.0.1:9").await
}

/// A desk that may call addresses in its own network: a server on loopback.
pub(crate) async fn desk_in_private(pool: &PgPool) -> Desk {
    make(pool, "http://127.0.0.1:9", true).await
}

/// A desk whose provider is at this address.
pub(crate) async fn desk_with_provider(pool: &PgPool, provider: &str) -> Desk {
    make(pool, provider, false).await
}

async fn make(pool: &PgPool, provider: &str, in_house: bool) -> Desk {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let options = (*pool.connect_options()).clone().options([("role", "outreach_app")]);
    let own = PgPoolOptions::new().max_connections(4).connect_with(options).await.unwrap();
    let clock = Clock::held("2026-11-02T15:00:00Z".parse().unwrap());
    let network = Twilio::new(TwilioConfig {
        account_sid: "AC0".into(),
        auth_token: "secret".into(),
        base_url: provider.into(),
        content_base_url: provider.into(),
        messaging_service_sid: None,
        public_url: "http://127.0.0.1:3000".into(),
    });
    let engine = Engine::new(Parts {
        db: db::Db::from_pool(own),
        models: llm::Models::new(llm::Settings { scripted: true, ..llm::Settings::default() }).unwrap(),
        network: network.unwrap(),
        guarded: channels::http::Guarded::new(channels::http::GuardedConfig {
            private: if in_house { channels::http::Private::Allowed } else { channels::http::Private::Refused },
            ..Default::default()
        })
        .unwrap(),
        clock: clock.clone(),
        sealer: crate::seal::Sealer::new("0123456789abcdef0123456789abcdef").unwrap(),
        settings: Settings {
            public_url: "http://127.0.0.1:3000".into(),
            token_secret: b"0123456789abcdef0123456789abcdef".to_vec(),
            emulator: true,
            job_lease_secs: 60,
            worker_concurrency: 1,
            default_numbers: Vec::new(),
        },
    });
    let (cx, user) = workspace(&engine).await;
    Desk { cx, clock, user }
}

async fn workspace(engine: &Engine) -> (Cx, UserId) {
    let id = || uuid::Uuid::now_v7();
    let (workspace, user) = (WorkspaceId::new(id()), UserId::new(id()));
    let now = engine.parts().clock.now();
    let mut tx = engine.parts().db.begin(workspace, Some(user)).await.unwrap();
    db::users::insert_workspace(&mut tx, "Test", now).await.unwrap();
    let row =
        db::users::UserRow { id: user, email: format!("{user}@b.co"), name: "Op".into(), password_hash: "x".into() };
    db::users::insert(&mut tx, &row, Role::Owner, id(), now).await.unwrap();
    tx.commit().await.unwrap();
    (engine.cx(workspace, Actor::User { id: user, role: Role::Owner }), user)
}
