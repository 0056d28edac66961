//! Connections: taken in, given a bounded time to say what they want, and let go at the stop.
//!
//! axum's own loop waits for ever, for a head that never comes and for connections that never end. Not here: what is answered
//! (`http`), and how long a body may take, which is a layer of the router.

use std::net::SocketAddr;
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
use tokio::task::JoinSet;
use tower::ServiceExt;

/// How long callers are waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// From the moment a connection is free until the head of a request is there.
    pub head: Duration,
    /// From the stop until open connections are cut off.
    pub stop: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { head: Duration::from_secs(15), stop: Duration::from_secs(10) }
    }
}

/// Answers until `stop`, then lets what is under way finish.
pub async fn listen(listener: TcpListener, app: Router, patience: Patience, stop: impl Future<Output = ()>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(patience.head);
    let open = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, from) = tokio::select! {
            taken = take(&listener) => taken,
            () = &mut stop => break,
        };
        let app = app.clone();
        let answer = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(from));
            app.clone().oneshot(request)
        });
        let connection = open.watch(http.serve_connection(TokioIo::new(stream), answer));
        // Callers hang up at any moment; that is nothing to tell anybody.
        connections.spawn(async move { drop(connection.await) });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    if tokio::time::timeout(patience.stop, open.shutdown()).await.is_err() {
        tracing::warn!("some connections were still open and are cut off");
        // What answers them is dropped now, so that it can still be written down what it cost.
        connections.shutdown().await;
    }
}

/// The next connection. Without free file handles it waits for some instead of spinning.
async fn take(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, from)) => {
                // Nagle's algorithm and delayed acknowledgements together cost 40 ms on every streamed page.
                let _ = stream.set_nodelay(true);
                return (stream, from);
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
        let endless = || async { Body::from_stream(futures::stream::pending::<Result<String, std::io::Error>>()) };
        let who = |ConnectInfo(from): ConnectInfo<SocketAddr>| async move { from.ip().to_string() };
        let app = Router::new().route("/endless", get(endless)).route("/who", get(who));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let patience = Patience { head: Duration::from_millis(head), stop: Duration::from_millis(50) };
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
    async fn an_answer_that_never_ends_does_not_keep_the_server_from_stopping() {
        let (address, stop, task) = start(60_000).await;
        let mut line = say(address, "GET /endless HTTP/1.1\r\nhost: x\r\n\r\n").await;
        line.read_u8().await.expect("the answer has begun");
        stop.send(()).expect("it listens");
        tokio::time::timeout(Duration::from_secs(20), task).await.expect("it stops").expect("in order");
        assert!(TcpStream::connect(address).await.is_err(), "nobody is taken in any more");
    }
}
