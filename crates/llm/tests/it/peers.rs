//! The other side: providers on loopback that answer as they are told, and count.

use llm::{Models, Secret, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::matchers::{method, path, path_regex};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// One server that plays both OpenAI and Anthropic.
pub struct Peer(MockServer);

impl Peer {
    pub async fn start() -> Self {
        Self(MockServer::start().await)
    }

    pub fn address(&self) -> String {
        self.0.uri()
    }

    pub async fn openai(&self, answer: ResponseTemplate) {
        Mock::given(method("POST")).and(path("/v1/chat/completions")).respond_with(answer).mount(&self.0).await;
    }

    pub async fn openai_once(&self, answer: ResponseTemplate) {
        let mock = Mock::given(method("POST")).and(path("/v1/chat/completions")).respond_with(answer);
        mock.up_to_n_times(1).mount(&self.0).await;
    }

    pub async fn anthropic(&self, answer: ResponseTemplate) {
        Mock::given(method("POST")).and(path("/v1/messages")).respond_with(answer).mount(&self.0).await;
    }

    pub async fn anthropic_once(&self, answer: ResponseTemplate) {
        let mock = Mock::given(method("POST")).and(path("/v1/messages")).respond_with(answer);
        mock.up_to_n_times(1).mount(&self.0).await;
    }

    /// Answers any request below a path.
    pub async fn at(&self, at: &str, answer: ResponseTemplate) {
        Mock::given(path_regex(format!("^{at}"))).respond_with(answer).mount(&self.0).await;
    }

    /// The same, once.
    pub async fn once_at(&self, at: &str, answer: ResponseTemplate) {
        Mock::given(path_regex(format!("^{at}"))).respond_with(answer).up_to_n_times(1).mount(&self.0).await;
    }

    pub async fn requests(&self) -> Vec<Request> {
        self.0.received_requests().await.unwrap()
    }

    pub async fn count(&self, path: &str) -> usize {
        self.requests().await.iter().filter(|request| request.url.path() == path).count()
    }
}

pub fn stream(text: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(text, "text/event-stream")
}

pub fn json(body: serde_json::Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

/// A whole answer of OpenAI's.
pub fn openai_says(text: &str) -> ResponseTemplate {
    json(serde_json::json!({
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5},
    }))
}

pub fn gemini_body() -> ResponseTemplate {
    stream(include_str!("../../src/fixtures/gemini_stream.txt"))
}

pub fn openai_body() -> ResponseTemplate {
    stream(include_str!("../../src/fixtures/openai_stream.txt"))
}

pub fn anthropic_body() -> ResponseTemplate {
    stream(include_str!("../../src/fixtures/anthropic_stream.txt"))
}

pub fn settings(peer: &Peer) -> Settings {
    install_tls();
    Settings {
        openai_base_url: format!("{}/v1", peer.address()),
        openai_api_key: Some(Secret::new("sk-openai-secret")),
        anthropic_base_url: peer.address(),
        anthropic_api_key: Some(Secret::new("sk-anthropic-secret")),
        gemini_base_url: peer.address(),
        gemini_api_key: Some(Secret::new("gm-secret")),
        ..Settings::default()
    }
}

pub fn models(peer: &Peer) -> Models {
    with(settings(peer))
}

pub fn with(settings: Settings) -> Models {
    install_tls();
    Models::new(settings).unwrap()
}

fn install_tls() {
    // Whoever comes second gets an error, and that is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A server that begins a stream with `text`, promises more, and hangs up. Gives its base address.
pub async fn cut_after(text: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = [0; 16 * 1024];
            let _ = socket.read(&mut request).await;
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
            let _ = socket.write_all(format!("{head}{:x}\r\n{text}\r\n", text.len()).as_bytes()).await;
            let _ = socket.shutdown().await;
        }
    });
    format!("http://{address}/v1")
}

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

/// A server that begins a stream with `text`, says nothing for a while, and hangs up. Gives its base address.
pub async fn slow_after(text: &'static str, pause: std::time::Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = [0; 16 * 1024];
            let _ = socket.read(&mut request).await;
            let _ = socket.write_all(format!("{HEAD}{:x}\r\n{text}\r\n", text.len()).as_bytes()).await;
            tokio::time::sleep(pause).await;
        }
    });
    format!("http://{address}/v1")
}

/// A server that begins a stream and never ends it; the receiver hears when the caller hung up.
pub async fn listening() -> (String, tokio::sync::oneshot::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (send, hung_up) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = [0; 16 * 1024];
        let _ = socket.read(&mut request).await;
        let text = super::HALF;
        let _ = socket.write_all(format!("{HEAD}{:x}\r\n{text}\r\n", text.len()).as_bytes()).await;
        while !matches!(socket.read(&mut request).await, Ok(0) | Err(_)) {}
        let _ = send.send(());
    });
    (format!("http://{address}/v1"), hung_up)
}

/// A server that writes `head`, and then `text` again and again until the caller hangs up. Gives its base address.
pub async fn pouring(head: &'static str, text: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = [0; 16 * 1024];
            let _ = socket.read(&mut request).await;
            let _ = socket.write_all(head.as_bytes()).await;
            while !text.is_empty() && socket.write_all(text.as_bytes()).await.is_ok() {}
            // What was announced never comes; the line stays open until the caller has enough.
            while !matches!(socket.read(&mut request).await, Ok(0) | Err(_)) {}
        }
    });
    format!("http://{address}/v1")
}
