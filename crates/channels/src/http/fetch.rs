//! Reading a page or file from an address that an operator typed in, redirects included: each hop is checked like the first address.
//!
//! Not here: what the bytes mean.

use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use url::Url;

use super::{Failure, Guarded};

/// How many redirects are followed.
const HOPS: usize = 5;

/// A page or file as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The HTTP status of the last answer.
    pub status: u16,
    /// What the server says it is.
    pub media: Option<String>,
    /// The body; empty when there is more than was allowed.
    pub bytes: Vec<u8>,
    /// Whether the body was larger than allowed. It was then not read to its end.
    pub too_large: bool,
}

impl Guarded {
    /// Gets what stands at an address, up to `most` bytes. Redirects are followed where they lead into the public network; all of it
    /// together takes twice as long as one call at the most.
    pub async fn fetch(&self, url: &str, most: usize) -> Result<Fetched, Failure> {
        let (first, longest) = (self.checked_url(url)?, 2 * self.config.timeout);
        let late = |_| Failure::TimedOut(u64::try_from(longest.as_millis()).unwrap_or(u64::MAX));
        tokio::time::timeout(longest, self.follow(first, most)).await.map_err(late)?
    }

    async fn follow(&self, mut url: Url, most: usize) -> Result<Fetched, Failure> {
        for _ in 0..=HOPS {
            let request = self.client.get(url.clone()).header(ACCEPT, "text/html, text/*;q=0.9, */*;q=0.5");
            let mut answer = request.send().await.map_err(|e| self.failure(e))?;
            let status = answer.status();
            let header = |name| answer.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
            if let (true, Some(location)) = (status.is_redirection(), header(LOCATION)) {
                let next = url.join(&location).map_err(|_| Failure::Refused("it redirects to no address".into()))?;
                url = self.checked_url(next.as_str())?;
                continue;
            }
            let mut fetched =
                Fetched { status: status.as_u16(), media: header(CONTENT_TYPE), bytes: Vec::new(), too_large: false };
            let announced = answer.content_length().and_then(|n| usize::try_from(n).ok()).unwrap_or_default();
            if announced > most {
                return Ok(Fetched { too_large: true, ..fetched });
            }
            while let Some(chunk) = answer.chunk().await.map_err(|e| self.failure(e))? {
                if fetched.bytes.len() + chunk.len() > most {
                    return Ok(Fetched { too_large: true, bytes: Vec::new(), ..fetched });
                }
                fetched.bytes.extend_from_slice(&chunk);
            }
            return Ok(fetched);
        }
        Err(Failure::Refused(format!("it redirects more than {HOPS} times")))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use wiremock::matchers::{method, path};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use super::super::{GuardedConfig, Private};
    use super::*;

    fn client(all: bool) -> Guarded {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let private = if all { Private::Allowed } else { Private::Refused };
        Guarded::new(GuardedConfig { private, timeout: Duration::from_secs(5), max_body: 10 }).unwrap()
    }

    async fn serve(server: &MockServer, at: &str, answer: ResponseTemplate) {
        Mock::given(method("GET")).and(path(at)).respond_with(answer).mount(server).await;
    }

    #[tokio::test]
    async fn a_redirect_into_the_private_network_is_not_followed() {
        let server = MockServer::start().await;
        let secret = ResponseTemplate::new(200).set_body_string("secret");
        Mock::given(method("GET")).and(path("/secret")).respond_with(secret).expect(0).mount(&server).await;
        let here = server.address().port();
        for target in [
            format!("{}/secret", server.uri()),
            "/secret".to_owned(),
            format!("http://localhost:{here}/secret"),
            format!("http://2130706433:{here}/secret"),
            format!("http://[::ffff:127.0.0.1]:{here}/secret"),
            "http://169.254.169.254/latest/meta-data/".to_owned(),
            "file:///etc/passwd".to_owned(),
        ] {
            server.reset().await;
            serve(&server, "/page", ResponseTemplate::new(302).insert_header("location", target.as_str())).await;
            // The first hop stands for a public server that has turned: no test may reach a real one.
            let first = Url::parse(&format!("{}/page", server.uri())).unwrap();
            let got = client(false).follow(first, 1_000).await;
            assert!(matches!(got, Err(Failure::Refused(_))), "{target}: {got:?}");
        }
        assert!(matches!(client(false).fetch(&server.uri(), 1_000).await, Err(Failure::Refused(_))));
    }

    #[tokio::test]
    async fn one_address_that_is_allowed_opens_no_other() {
        let (open, closed) = (MockServer::start().await, MockServer::start().await);
        let secret = ResponseTemplate::new(200).set_body_string("secret");
        Mock::given(method("GET")).respond_with(secret).expect(0).mount(&closed).await;
        serve(&open, "/page", ResponseTemplate::new(200).set_body_string("hello")).await;
        let away = ResponseTemplate::new(302).insert_header("location", closed.uri().as_str());
        serve(&open, "/away", away).await;
        let _ = rustls::crypto::ring::default_provider().install_default();
        let private = open.address().to_string().parse().unwrap();
        let client = Guarded::new(GuardedConfig { private, ..GuardedConfig::default() }).unwrap();
        assert_eq!(client.fetch(&format!("{}/page", open.uri()), 9).await.unwrap().bytes, b"hello");
        let got = client.fetch(&format!("{}/away", open.uri()), 9).await;
        assert!(matches!(got, Err(Failure::Refused(_))), "{got:?}");
        let named = format!("http://localhost:{}/page", open.address().port());
        assert!(client.fetch(&named, 9).await.is_err(), "a name was not allowed");
    }

    #[tokio::test]
    async fn hops_that_each_take_their_time_end_together() {
        let server = MockServer::start().await;
        let slow = ResponseTemplate::new(302).insert_header("location", "/").set_delay(Duration::from_millis(150));
        serve(&server, "/", slow).await;
        let config = GuardedConfig { private: Private::Allowed, timeout: Duration::from_millis(200), max_body: 10 };
        let got = Guarded::new(config).unwrap().fetch(&server.uri(), 9).await;
        assert_eq!(got, Err(Failure::TimedOut(400)));
    }

    #[tokio::test]
    async fn a_few_redirects_are_followed_and_a_circle_is_not() {
        let server = MockServer::start().await;
        serve(&server, "/a", ResponseTemplate::new(301).insert_header("location", "b")).await;
        serve(&server, "/b", ResponseTemplate::new(200).set_body_raw("hello", "text/plain")).await;
        serve(&server, "/c", ResponseTemplate::new(307).insert_header("location", "/c")).await;
        let got = client(true).fetch(&format!("{}/a", server.uri()), 1_000).await.unwrap();
        assert_eq!((got.status, got.media.as_deref(), got.bytes.as_slice()), (200, Some("text/plain"), &b"hello"[..]));
        assert!(matches!(client(true).fetch(&format!("{}/c", server.uri()), 9).await, Err(Failure::Refused(_))));
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_its_limit_only() {
        let server = MockServer::start().await;
        serve(&server, "/", ResponseTemplate::new(200).set_body_bytes(vec![b'a'; 100_000])).await;
        let got = client(true).fetch(&server.uri(), 99_999).await.unwrap();
        assert!(got.too_large && got.bytes.is_empty());
        assert!(!client(true).fetch(&server.uri(), 100_000).await.unwrap().too_large);
    }
}
