//! Connections: taken in, given a bounded time to say what they want, and let go at the stop.
//!
//! axum's own loop waits for ever, for a head that never comes and for connections that never end. Not here: what is answered
//! (`http`), and how long a body may take, which is a layer of the router.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

/// How long callers are waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// From the moment a connection is free until the head of a request is there.
    pub head: Duration,
    /// From the stop until open connections are cut off.
    pub stop: Duration,
    /// How long a caller may take nothing of an answer that is there.
    pub read: Duration,
    /// Connections at the same time. Further ones wait to be taken in: every one takes a file handle, and others need some, too.
    pub most: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(15),
            stop: Duration::from_secs(10),
            read: Duration::from_secs(30),
            most: 1_000,
        }
    }
}

/// Answers until `stop`, then lets what is under way finish.
pub async fn listen(listener: TcpListener, app: Router, patience: Patience, stop: impl Future<Output = ()>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(patience.head);
    let open = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(patience.most));
    let mut connections = JoinSet::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let (place, stream, from) = tokio::select! {
            taken = take(&listener, &places) => taken,
            () = &mut stop => break,
        };
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(patience.read));
        let app = app.clone();
        let answer = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(from));
            app.clone().oneshot(request)
        });
        let connection = open.watch(http.serve_connection(TokioIo::new(Box::pin(stream)), answer));
        // Callers hang up at any moment; that is nothing to tell anybody.
        connections.spawn(async move {
            drop(connection.await);
            drop(place);
        });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    if tokio::time::timeout(patience.stop, open.shutdown()).await.is_err() {
        tracing::warn!("some connections were still open and are cut off");
        // What answers them is dropped now, so that it can still be written down what it cost.
        connections.shutdown().await;
    }
}

/// The next connection, once there is a place for it. Without free file handles it waits for some instead of spinning.
async fn take(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (Option<OwnedSemaphorePermit>, TcpStream, SocketAddr) {
    // The places are never closed.
    let place = places.clone().acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, from)) => {
                // Nagle's algorithm and delayed acknowledgements together cost 40 ms on every streamed page.
                let _ = stream.set_nodelay(true);
                return (place, stream, from);
            }
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::warn!(%error, "no connection could be taken in");
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::oneshot;
    use tokio::task::JoinHandle;

    use super::*;

    async fn start(head: u64) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
        let patience = Patience {
            head: Duration::from_millis(head),
            stop: Duration::from_millis(50),
            read: Duration::from_millis(300),
            most: 2,
        };
        start_with(patience).await
    }

    async fn start_with(patience: Patience) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
        let endless = || async { Body::from_stream(futures::stream::pending::<Result<String, std::io::Error>>()) };
        let who = |ConnectInfo(from): ConnectInfo<SocketAddr>| async move { from.ip().to_string() };
        let app = Router::new()
            .route("/endless", get(endless))
            .route("/large", get(async || vec![b'x'; 64 * 1024 * 1024]))
            .route("/who", get(who));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let stopped = async { drop(stopped.await) };
        (address, stop, tokio::spawn(listen(listener, app, patience, stopped)))
    }

    async fn say(address: SocketAddr, text: &str) -> TcpStream {
        let mut line = TcpStream::connect(address).await.expect("connected");
        line.write_all(text.as_bytes()).await.expect("said");
        line
    }

    /// Everything until the server hangs up; fails when it never does.
    async fn heard(mut line: TcpStream) -> String {
        let mut answer = String::new();
        let read = tokio::time::timeout(Duration::from_secs(20), line.read_to_string(&mut answer)).await;
        read.expect("the server hangs up").expect("text");
        answer
    }

    #[tokio::test]
    async fn whoever_never_ends_the_head_is_hung_up_on() {
        let (address, _stop, _task) = start(50).await;
        for begun in ["", "GET /who HTTP/1.1\r\nhost: x\r\n"] {
            let answer = heard(say(address, begun).await).await;
            assert!(!answer.contains("200 OK"), "{answer}");
        }
        let answer = heard(say(address, "GET /who HTTP/1.1\r\nhost: x\r\n\r\n").await).await;
        assert!(answer.contains("127.0.0.1"), "answered, and hung up on when nothing more came: {answer}");
    }

    #[tokio::test]
    async fn whoever_takes_nothing_of_an_answer_is_hung_up_on() {
        let (address, _stop, _task) = start(60_000).await;
        let mut slow = say(address, "GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let mut got = Vec::new();
        // What is in the buffers still comes, then the line is cut.
        let read = tokio::time::timeout(Duration::from_secs(20), slow.read_to_end(&mut got)).await;
        assert!(read.is_ok() && got.len() < 64 * 1024 * 1024, "{} bytes came", got.len());
    }

    #[tokio::test]
    async fn more_callers_than_there_are_places_wait_for_one() {
        let (address, _stop, _task) = start(60_000).await;
        let idle = say(address, "GET /who HTTP/1.1\r\n").await;
        let _other = say(address, "GET /who HTTP/1.1\r\n").await;
        let mut third = say(address, "GET /who HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
        let early = tokio::time::timeout(Duration::from_millis(300), third.read_u8()).await;
        assert!(early.is_err(), "it waits");
        drop(idle);
        assert!(heard(third).await.contains("127.0.0.1"));
    }

    #[tokio::test]
    async fn an_answer_that_never_ends_does_not_keep_the_server_from_stopping() {
        let (address, stop, task) = start(60_000).await;
        let mut line = say(address, "GET /endless HTTP/1.1\r\nhost: x\r\n\r\n").await;
        line.read_u8().await.expect("the answer has begun");
        stop.send(()).expect("it listens");
        tokio::time::timeout(Duration::from_secs(20), task).await.expect("it stops").expect("in order");
        assert!(TcpStream::connect(address).await.is_err(), "nobody is taken in any more");
    }
}
