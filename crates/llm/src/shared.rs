//! Breaker news between processes, through Redis: a hash for those who start later, a channel for those who are there.
//!
//! A lost Redis is said once and looked for again; meanwhile every process judges by itself.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use chrono::Utc;
use domain::agent::ModelChoice;
use futures::StreamExt;
use redis::AsyncCommands;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::Error;
use crate::breakers::Breakers;
use crate::settings::Secret;

/// Until when which model rests: model → milliseconds since 1970.
const RESTING: &str = "agent-outreach:models:resting";
/// Where news is told.
const CHANNEL: &str = "agent-outreach:models:news";
/// As much news as waits for Redis.
const QUEUE: usize = 1_000;
/// The pause before Redis is looked for again.
const PAUSE: Duration = Duration::from_secs(2);

/// What happened to a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum News {
    Failed,
    Opened(Duration),
    Probing,
    Closed,
}

#[derive(Serialize, Deserialize)]
struct Letter {
    from: u64,
    choice: ModelChoice,
    news: News,
}

/// Breakers that are in touch with the other processes. Needs a runtime to live in.
pub(crate) fn breakers(url: &Secret) -> Result<Arc<Breakers>, Error> {
    let wrong = |what: &str| Error::Stop { status: None, reason: format!("REDIS_URL cannot be used: {what}") };
    let client = redis::Client::open(url.expose()).map_err(|_| wrong("write redis://host:port"))?;
    let runtime = tokio::runtime::Handle::try_current().map_err(|_| wrong("there is no runtime"))?;
    let (send, outbox) = mpsc::channel(QUEUE);
    let breakers = Arc::new(Breakers::telling(send));
    runtime.spawn(run(client, Arc::downgrade(&breakers), outbox));
    Ok(breakers)
}

/// Lives until the breakers are gone.
async fn run(client: redis::Client, breakers: Weak<Breakers>, mut outbox: mpsc::Receiver<(ModelChoice, News)>) {
    let (me, mut complained) = (rand::random(), false);
    loop {
        match session(&client, me, &breakers, &mut outbox, &mut complained).await {
            Ok(()) => return,
            Err(error) if !std::mem::replace(&mut complained, true) => {
                tracing::warn!(error.kind = %error.category(), "Redis is away; each process judges its models by itself until it is back");
            }
            Err(_) => {}
        }
        if breakers.strong_count() == 0 {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn session(
    client: &redis::Client,
    me: u64,
    breakers: &Weak<Breakers>,
    outbox: &mut mpsc::Receiver<(ModelChoice, News)>,
    complained: &mut bool,
) -> redis::RedisResult<()> {
    let mut redis = client.get_multiplexed_async_connection().await?;
    let mut post = client.get_async_pubsub().await?;
    post.subscribe(CHANNEL).await?;
    let resting: HashMap<String, i64> = redis.hgetall(RESTING).await?;
    recall(breakers, resting);
    if std::mem::take(complained) {
        tracing::info!("Redis is back");
    }
    let mut letters = post.on_message();
    loop {
        tokio::select! {
            news = outbox.recv() => match news {
                None => return Ok(()),
                Some((choice, news)) => tell(&mut redis, Letter { from: me, choice, news }).await?,
            },
            letter = letters.next() => match letter {
                None => return Err(redis::RedisError::from((redis::ErrorKind::Io, "the connection ended"))),
                Some(letter) => read(me, breakers, letter.get_payload_bytes()),
            },
        }
    }
}

fn recall(breakers: &Weak<Breakers>, resting: HashMap<String, i64>) {
    let (Some(breakers), now) = (breakers.upgrade(), Utc::now().timestamp_millis()) else { return };
    for (name, until) in resting {
        let Ok(rest) = u64::try_from(until.saturating_sub(now)) else { continue };
        let choice = name.split_once('/').and_then(|(provider, model)| {
            Some(ModelChoice { provider: provider.parse().ok()?, model: model.to_owned() })
        });
        if let Some(choice) = choice {
            breakers.hear(&choice, News::Opened(Duration::from_millis(rest)));
        }
    }
}

async fn tell(redis: &mut redis::aio::MultiplexedConnection, letter: Letter) -> redis::RedisResult<()> {
    let mut pipe = redis::pipe();
    match letter.news {
        News::Opened(rest) => {
            let until =
                Utc::now().timestamp_millis().saturating_add(i64::try_from(rest.as_millis()).unwrap_or(i64::MAX));
            pipe.hset(RESTING, letter.choice.to_string(), until).ignore().expire(RESTING, 3600).ignore();
        }
        News::Closed => {
            pipe.hdel(RESTING, letter.choice.to_string()).ignore();
        }
        News::Failed | News::Probing => {}
    }
    let text = serde_json::to_string(&letter).unwrap_or_default();
    pipe.publish(CHANNEL, text).ignore().query_async(redis).await
}

fn read(me: u64, breakers: &Weak<Breakers>, letter: &[u8]) {
    // A letter of a newer version may say what we do not know; it is left unread.
    let Ok(letter) = serde_json::from_slice::<Letter>(letter) else { return };
    if letter.from != me
        && let Some(breakers) = breakers.upgrade()
    {
        breakers.hear(&letter.choice, letter.news);
    }
}
