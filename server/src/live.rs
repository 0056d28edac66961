//! Live pages: Postgres `NOTIFY` → one broadcast per process → server-sent events. A note names a topic and nothing else.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use db::Db;
use engine::{Cx, Engine};
use futures::Stream;
use tokio::sync::{Notify, broadcast, watch};

/// How long a stream goes on without looking whether its operator is still signed in. A sign-out is looked at, at once.
const BELIEVED: Duration = Duration::from_secs(10);

/// Notes to all streams: the workspace and the topic. A stream that falls behind is told to ask for everything again.
#[derive(Clone)]
pub struct Notes {
    send: broadcast::Sender<(String, Arc<str>)>,
    stop: watch::Receiver<bool>,
    build: &'static str,
}

impl Notes {
    /// Starts listening on the database's two channels. Jobs wake `workers`; notes go to the streams.
    /// `build` is the browser half that is served now.
    pub fn listen(db: Db, workers: Arc<Notify>, stop: watch::Receiver<bool>, build: &'static str) -> Self {
        let (send, _) = broadcast::channel(1024);
        let notes = Self { send: send.clone(), stop: stop.clone(), build };
        tokio::spawn(async move {
            while !*stop.borrow() {
                if let Err(error) = follow(&db, &send, &workers).await {
                    tracing::warn!(%error, "listening to the database broke off; trying again");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        });
        notes
    }
}

async fn follow(db: &Db, send: &broadcast::Sender<(String, Arc<str>)>, workers: &Notify) -> db::Result<()> {
    let mut listener = db::listen(db).await?;
    // What was said while nobody listened is unknown: everybody asks again.
    let _ = send.send((String::new(), Arc::from("*")));
    workers.notify_one();
    loop {
        let (channel, payload) = listener.next().await?;
        if channel == db::JOBS_CHANNEL {
            workers.notify_one();
            continue;
        }
        let mut words = payload.split(' ');
        if let (Some(workspace), Some(topic)) = (words.next(), words.next()) {
            let _ = send.send((workspace.to_owned(), Arc::from(topic)));
        }
    }
}

/// `GET /live`: the topics of the operator's workspace, as they change. Several notes of one topic within a moment are told once.
/// It ends when the operator is signed in no more.
pub(crate) async fn stream(
    State(engine): State<Engine>,
    headers: HeaderMap,
    Extension(cx): Extension<Cx>,
    Extension(notes): Extension<Notes>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let workspace = cx.workspace().to_string();
    let mut from = notes.send.subscribe();
    let mut stop = notes.stop.clone();
    let build = notes.build;
    let stream = async_stream::stream! {
        // A page that is older than this server hears of it at once.
        yield Ok(Event::default().event("build").data(build));
        let mut looked = tokio::time::Instant::now();
        loop {
            let first = tokio::select! {
                note = from.recv() => Some(note),
                () = tokio::time::sleep_until(looked + BELIEVED) => None,
                _ = stop.changed() => break,
            };
            let mut topics: Vec<Arc<str>> = Vec::new();
            let mut add = |note: Result<(String, Arc<str>), broadcast::error::RecvError>| match note {
                Ok((to, topic)) => {
                    if (to == workspace || to.is_empty()) && !topics.contains(&topic) {
                        topics.push(topic);
                    }
                    true
                }
                Err(broadcast::error::RecvError::Lagged(_)) => {
                    topics = vec![Arc::from("*")];
                    true
                }
                Err(broadcast::error::RecvError::Closed) => false,
            };
            if first.is_some_and(|note| !add(note)) {
                break;
            }
            // A campaign moves hundreds of messages a second; a page needs to hear of it a few times a second.
            let until = tokio::time::Instant::now() + Duration::from_millis(150);
            while let Ok(note) = tokio::time::timeout_at(until, from.recv()).await {
                if !add(note) {
                    break;
                }
            }
            if looked.elapsed() >= BELIEVED || topics.iter().any(|topic| **topic == *"user") {
                looked = tokio::time::Instant::now();
                if !is_signed_in(&engine, &headers).await {
                    break;
                }
            }
            for topic in topics {
                yield Ok(Event::default().data(&*topic));
            }
        }
    };
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

/// Whether whoever asked for a stream may still have it. What cannot be looked up now is looked up again.
async fn is_signed_in(engine: &Engine, headers: &HeaderMap) -> bool {
    match crate::guard::identify(engine, "/live", headers).await {
        Ok(identity) => identity.is_some(),
        Err(error) => {
            tracing::warn!(%error, "could not look whether somebody is still signed in");
            true
        }
    }
}
