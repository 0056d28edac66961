//! Lets a caller finish speaking before it is refused.
//!
//! A refusal that comes while the body is still on its way closes the connection under the caller's hands: it then sees a broken
//! pipe instead of the answer. Here: reading the rest and forgetting it. Not here: the refusal (limits, sign-in, the handlers).

use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use futures::{StreamExt, stream};

/// The most that is read for nothing. Whoever sends more has to live with a closed connection.
const MOST: usize = 512 * 1024 * 1024;
/// The longest that it may take.
const LONGEST: Duration = Duration::from_secs(20);

/// A body that two can read, one after the other, and whether the first one did.
struct Shared {
    stream: BodyDataStream,
    is_begun: bool,
}

/// The middleware: after a refusal (4xx, or 503 for want of room) reads what is left of the body.
pub async fn hear_out(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let waits = parts.headers.contains_key(header::EXPECT);
    let shared = Arc::new(Mutex::new(Shared { stream: body.into_data_stream(), is_begun: false }));
    let first = shared.clone();
    let body = Body::from_stream(stream::poll_fn(move |cx| {
        let mut shared = first.lock().unwrap_or_else(PoisonError::into_inner);
        shared.is_begun = true;
        shared.stream.poll_next_unpin(cx)
    }));
    let response = next.run(Request::from_parts(parts, body)).await;
    // A caller that waits for a go-ahead and did not get it sends nothing.
    let is_begun = shared.lock().unwrap_or_else(PoisonError::into_inner).is_begun;
    let is_refused = response.status().is_client_error() || response.status() == StatusCode::SERVICE_UNAVAILABLE;
    if is_refused && (is_begun || !waits) {
        // Whether it ended or patience did makes no difference to the answer.
        let _ = tokio::time::timeout(LONGEST, forget(&shared)).await;
    }
    response
}

async fn forget(shared: &Mutex<Shared>) {
    let mut seen = 0;
    while seen <= MOST {
        let next = poll_fn(|cx| shared.lock().unwrap_or_else(PoisonError::into_inner).stream.poll_next_unpin(cx)).await;
        let Some(Ok(chunk)) = next else { return };
        seen += chunk.len();
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::post;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn whoever_sends_too_much_still_gets_the_answer() {
        let router = Router::new()
            .route("/", post(|| async { (StatusCode::PAYLOAD_TOO_LARGE, "too much") }))
            .layer(axum::middleware::from_fn(hear_out));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, router).await });

        let mut line = tokio::net::TcpStream::connect(address).await.expect("connected");
        let size = 8 * 1024 * 1024;
        let head = format!("POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {size}\r\n\r\n");
        line.write_all(head.as_bytes()).await.expect("the head");
        line.write_all(&vec![b'x'; size]).await.expect("the whole body is taken");
        let mut answer = String::new();
        line.read_to_string(&mut answer).await.expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 413") && answer.ends_with("too much"), "{answer}");
    }
}
