//! The guarded client: posts to addresses that customers typed in (webhooks, agents' tools), and so must not be led into our own network.
//!
//! Not here: signing, retry schedules, what an answer means.
//!
//! Every address a name resolves to is checked, and the connection goes to exactly the checked ones, so a name that changes its mind
//! between check and use gains nothing. No redirects, no proxy, a total time limit, a limit on the answer's size.

mod fetch;
mod origin;
mod private;
mod public;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method};
use url::{Host, Url};

pub use fetch::Fetched;
pub use origin::{origin, stays_unread};
pub use private::{Exception, Private};
pub use public::is_public;

/// The limits of a guarded client.
#[derive(Debug, Clone)]
pub struct GuardedConfig {
    /// Which private and loopback addresses it may reach.
    pub private: Private,
    /// From the first look-up to the last byte.
    pub timeout: Duration,
    /// How many bytes of an answer are kept.
    pub max_body: u64,
}

impl Default for GuardedConfig {
    fn default() -> Self {
        Self { private: Private::Refused, timeout: Duration::from_secs(10), max_body: 256 * 1024 }
    }
}

/// What came back, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The HTTP status; a redirect is an answer like any other.
    pub status: u16,
    /// The body as text, cut at the limit.
    pub body: String,
    /// Whether the body was longer than the limit.
    pub cut: bool,
    /// From the call to the end of the body.
    pub latency_ms: u64,
}

/// Why nothing came back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// We would not call this address, or not with these headers. Nothing was sent.
    #[error("refused: {0}")]
    Refused(String),
    /// No connection came about. Nothing was sent.
    #[error("could not connect: {0}")]
    Unreachable(String),
    /// The time was up; it may have arrived.
    #[error("no answer within {0} ms")]
    TimedOut(u64),
    /// The connection broke; it may have arrived.
    #[error("the connection broke: {0}")]
    Broken(String),
}

impl Failure {
    /// The same as a sentence beside a field.
    pub fn sentence(&self) -> String {
        let text = match self {
            Self::Refused(why) => why.clone(),
            other => other.to_string(),
        };
        let mut letters = text.chars();
        letters.next().map(|first| format!("{}{}.", first.to_uppercase(), letters.as_str())).unwrap_or_default()
    }
}

/// The client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Guarded {
    config: GuardedConfig,
    client: Client,
}

impl Guarded {
    /// Prepares the client; fails only when the machine's TLS set-up is unusable.
    pub fn new(config: GuardedConfig) -> Result<Self, Failure> {
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            // A proxy would look names up by itself, past our check.
            .no_proxy()
            .dns_resolver(Arc::new(Checked { private: config.private.clone() }))
            .connect_timeout(config.timeout.min(Duration::from_secs(5)))
            .timeout(config.timeout)
            .user_agent("agent-outreach")
            .build()
            .map_err(|error| Failure::Broken(error.to_string()))?;
        Ok(Self { config, client })
    }

    /// Posts a JSON text.
    pub async fn post_json(
        &self,
        url: &str,
        headers: &[(String, String)],
        body: impl Into<String>,
    ) -> Result<Answered, Failure> {
        self.call("POST", url, headers, Some(body.into())).await
    }

    /// Any method; a body, if there is one, is JSON unless a header says otherwise.
    pub async fn call(
        &self,
        method: &str,
        url: &str,
        headers: &[(String, String)],
        body: Option<String>,
    ) -> Result<Answered, Failure> {
        let url = self.checked_url(url)?;
        let method =
            Method::from_bytes(method.as_bytes()).map_err(|_| Failure::Refused("this is not an HTTP method".into()))?;
        let mut all = header_map(headers)?;
        let mut request = self.client.request(method, url);
        if let Some(body) = body {
            all.entry(reqwest::header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
            request = request.body(body);
        }
        let started = Instant::now();
        let fail = |error: reqwest::Error| self.failure(error);
        let mut answer = request.headers(all).send().await.map_err(fail)?;
        let limit = usize::try_from(self.config.max_body).unwrap_or(usize::MAX);
        let (mut bytes, mut cut) = (Vec::new(), false);
        while let Some(chunk) = answer.chunk().await.map_err(fail)? {
            let room = limit - bytes.len();
            bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() > room {
                cut = true;
                break;
            }
        }
        Ok(Answered {
            status: answer.status().as_u16(),
            body: String::from_utf8_lossy(&bytes).into_owned(),
            cut,
            latency_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        })
    }

    /// The address, if we may call it as far as can be told without a look-up. For forms: the same sentence beside the field.
    pub fn checked_url(&self, url: &str) -> Result<Url, Failure> {
        let refused = |why: &str| Err(Failure::Refused(why.to_owned()));
        let Ok(url) = Url::parse(url.trim()) else {
            return refused("this is not an address; give one such as https://example.com");
        };
        if !matches!(url.scheme(), "http" | "https") {
            return refused("only http and https are called");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refused("an address may not carry a user name or password; use a header");
        }
        // `Url` has already turned `2130706433`, `0x7f.1` and `127.1` into the numbers they stand for.
        let literal = match url.host() {
            Some(Host::Ipv4(ip)) => Some(ip.into()),
            Some(Host::Ipv6(ip)) => Some(ip.into()),
            // Meant to be this machine whatever a resolver says (RFC 6761).
            Some(Host::Domain(name)) if is_localhost(name) => Some(std::net::Ipv4Addr::LOCALHOST.into()),
            Some(Host::Domain(_)) => None,
            None => return refused("the address names no host"),
        };
        match literal {
            Some(ip) if !self.config.private.admits(ip, url.port_or_known_default()) => refused(NOT_PUBLIC),
            _ => Ok(url),
        }
    }

    fn failure(&self, error: reqwest::Error) -> Failure {
        let mut source: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        while let Some(cause) = source {
            if let Some(NotPublic) = cause.downcast_ref() {
                return Failure::Refused(NOT_PUBLIC.to_owned());
            }
            source = cause.source();
        }
        let connecting = error.is_connect();
        if error.is_timeout() && !connecting {
            return Failure::TimedOut(u64::try_from(self.config.timeout.as_millis()).unwrap_or(u64::MAX));
        }
        let error = error.without_url();
        // The innermost cause says what happened; those around it only say which part of the client heard of it.
        let mut text = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            text = cause.to_string();
            source = cause.source();
        }
        if let Some((words, _)) = text.split_once(" (os error") {
            text.truncate(words.len());
        }
        if connecting { Failure::Unreachable(text) } else { Failure::Broken(text) }
    }
}

const NOT_PUBLIC: &str = "the address leads into a private or reserved network";

fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

#[derive(Debug, thiserror::Error)]
#[error("{NOT_PUBLIC}")]
struct NotPublic;

/// Looks names up and hands out the addresses only if every one of them is public.
struct Checked {
    private: Private,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let private = self.private.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if !found.iter().all(|address| private.admits(address.ip(), None)) {
                return Err(NotPublic.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// The caller's headers, without those that would change who is called or where the request ends.
fn header_map(headers: &[(String, String)]) -> Result<HeaderMap, Failure> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let refused = || Failure::Refused(format!("the header `{}` may not be set", name.escape_debug()));
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refused())?;
        let framing = [
            "host",
            "content-length",
            "transfer-encoding",
            "connection",
            "upgrade",
            "te",
            "trailer",
            "proxy-authorization",
        ];
        if framing.contains(&key.as_str()) {
            return Err(refused());
        }
        map.append(key, HeaderValue::from_str(value).map_err(|_| refused())?);
    }
    Ok(map)
}
