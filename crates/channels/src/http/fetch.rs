//! Reading a page or file from an address that an operator typed in, redirects included: each hop is checked like the first address.
//!
//! Not here: what the bytes mean.

use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION};

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
    /// Gets what stands at an address, up to `most` bytes. Redirects are followed where they lead into the public network.
    pub async fn fetch(&self, url: &str, most: usize) -> Result<Fetched, Failure> {
        let mut url = self.checked_url(url)?;
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
