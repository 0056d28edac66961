//! Signing posts to other systems as Standard Webhooks has it: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
//!
//! Not here: what is sent, when it is tried again. The older header of the house is in `generic`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

use crate::generic;
use crate::secret::Secret;
use crate::signature::hmac_sha256;

/// What stands before a secret that is base64.
const PREFIX: &str = "whsec_";

/// The signature of a body: `v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`.
pub fn sign(id: &str, timestamp: i64, body: &str, secret: &Secret) -> String {
    let key = secret
        .expose()
        .strip_prefix(PREFIX)
        .and_then(|rest| STANDARD.decode(rest).ok())
        .unwrap_or_else(|| secret.expose().as_bytes().to_vec());
    format!("v1,{}", STANDARD.encode(hmac_sha256(&key, format!("{id}.{timestamp}.{body}").as_bytes())))
}

/// The headers of one post: its id, when it is sent, and, with a secret, both signatures of its body.
pub fn headers(id: &str, now: DateTime<Utc>, body: &str, secret: Option<&Secret>) -> Vec<(String, String)> {
    let timestamp = now.timestamp();
    let mut headers =
        vec![("webhook-id".to_owned(), id.to_owned()), ("webhook-timestamp".to_owned(), timestamp.to_string())];
    if let Some(secret) = secret.filter(|secret| !secret.is_empty()) {
        headers.push(("webhook-signature".to_owned(), sign(id, timestamp, body, secret)));
        headers.push((generic::HEADER.to_owned(), generic::sign(body.as_bytes(), secret.expose())));
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vector_holds() {
        // From the specification's own libraries.
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let signature = sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#, &secret);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let now = DateTime::from_timestamp(1_614_265_330, 0).unwrap();
        assert_eq!(headers("a", now, "{}", None).len(), 2);
        assert_eq!(headers("a", now, "{}", Some(&secret)).len(), 4);
    }
}
