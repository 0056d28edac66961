//! Twilio's request signature: made by the emulator and our tests, checked at the webhook.
//!
//! Not here: which address was called (the server knows its public one), nor what a request means (`parse`).
//!
//! The signed text is the full address as Twilio called it, then for each parameter name in code point order the name followed by
//! its values. A name that comes several times counts once, with the *set* of its values in order. No separators.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The header that carries the signature.
pub const HEADER: &str = "X-Twilio-Signature";

/// The header of Twilio's beta: `key=<id>,algorithm=HMAC_SHA256`.
pub const SETTINGS_HEADER: &str = "X-Twilio-Webhooks-Signature-Settings";

/// The signature of a form post: base64 of HMAC-SHA1 with the account's auth token.
pub fn sign(url: &str, params: &[(String, String)], token: &str) -> String {
    STANDARD.encode(hmac_sha1(token, &signed_text(url, params)))
}

/// Whether a form post was signed by someone who knows the token.
///
/// As Twilio's own helpers do, the address counts with and without its port, because proxies add and drop it.
pub fn verify(url: &str, params: &[(String, String)], header: &str, token: &str) -> bool {
    with_and_without_port(url).iter().any(|url| same(&sign(url, params, token), header))
}

/// The signature of the beta: the same text under HMAC-SHA256 with the shared key's secret.
pub fn sign_sha256(url: &str, params: &[(String, String)], secret: &str) -> String {
    STANDARD.encode(hmac_sha256(secret.as_bytes(), signed_text(url, params).as_bytes()))
}

/// Checks a signature of the beta.
pub fn verify_sha256(url: &str, params: &[(String, String)], header: &str, secret: &str) -> bool {
    with_and_without_port(url).iter().any(|url| same(&sign_sha256(url, params, secret), header))
}

/// Checks a post with a JSON body: the address carries `bodySHA256`, and the signature covers the address alone.
/// Without `bodySHA256` nothing ties the body to the signature, so it is refused.
pub fn verify_json(url: &str, body: &[u8], header: &str, token: &str) -> bool {
    let Some(claimed) = query_value(url, "bodySHA256") else { return false };
    let actual = hex::encode(Sha256::digest(body));
    same(&actual, &claimed.to_ascii_lowercase()) & verify(url, &[], header, token)
}

/// HMAC-SHA256, for the other signatures of this crate.
pub(crate) fn hmac_sha256(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

/// Compares without telling by its duration where the first difference is.
pub(crate) fn same(ours: &str, theirs: &str) -> bool {
    ours.as_bytes().ct_eq(theirs.as_bytes()).into()
}

fn hmac_sha1(token: &str, text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn signed_text(url: &str, params: &[(String, String)]) -> String {
    // UTF-8 bytes sort as code points do.
    let mut sorted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, value) in params {
        sorted.entry(name).or_default().insert(value);
    }
    let mut text = url.to_owned();
    for (name, values) in sorted {
        for value in values {
            text.push_str(name);
            text.push_str(value);
        }
    }
    text
}

/// The address without its port, and with it: the one it carries, else the scheme's own.
fn with_and_without_port(url: &str) -> [String; 2] {
    let unchanged = || [url.to_owned(), url.to_owned()];
    let Some((scheme, rest)) = url.split_once("://") else { return unchanged() };
    let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    // In `[::1]:80` only a colon after the bracket starts a port, and one in `user:password@` never does.
    let host_start = authority.rfind('@').map_or(0, |at| at + 1);
    let after_bracket = authority.rfind(']').map_or(host_start, |end| end + 1);
    let colon = authority[after_bracket..].rfind(':').map(|at| after_bracket + at);
    match colon {
        Some(colon) => [format!("{scheme}://{}{tail}", &authority[..colon]), url.to_owned()],
        None => {
            let port = match scheme {
                "https" => 443,
                "http" => 80,
                _ => return unchanged(),
            };
            [url.to_owned(), format!("{scheme}://{authority}:{port}{tail}")]
        }
    }
}

fn query_value(url: &str, name: &str) -> Option<String> {
    let parsed = url::Url::parse(url).ok()?;
    parsed.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Params = Vec<(String, String)>;

    fn pairs(list: &[(&str, &str)]) -> Params {
        list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn digits() -> Params {
        pairs(&[
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675310"),
            ("Digits", "1234"),
            ("From", "+14158675310"),
            ("To", "+18005551212"),
        ])
    }

    /// Signatures that Twilio's own Python and Node helpers accept.
    fn vectors() -> Vec<(&'static str, Params, &'static str)> {
        vec![
            ("https://mycompany.com/myapp.php?foo=1&bar=2", digits(), "GvWf1cFY/Q7PnoempGyD5oXAezc="),
            ("https://mycompany.com:443/myapp.php?foo=1&bar=2", digits(), "5s2PFy0qmPcZucb4eH4b08ZJtL0="),
            ("http://mycompany.com:8080/hook", digits(), "I2IzZC6Uu6h5hPIvfI6T5A7qVB0="),
            ("https://mycompany.com/hook", digits(), "elDHsdY76dQHkOwQclzJT41axUo="),
            (
                "https://h.example/in",
                pairs(&[("Body", "héllo 👋 + & ="), ("MediaUrl0", ""), ("Zed", "z"), ("body", "lower")]),
                "pJYZ2WSQnpAg/qjyUqhrVM9dwXA=",
            ),
        ]
    }

    #[test]
    fn the_helpers_signatures_are_ours() {
        for (url, params, signature) in vectors() {
            assert_eq!(sign(url, &params, "12345"), signature, "{url}");
            assert!(verify(url, &params, signature, "12345"), "{url}");
        }
        let sha256 = "Ateg7nJ0wu/oHGL3JsMQ1nDTBxVLmMz89cHICd+MVXI=";
        assert_eq!(sign_sha256("https://h.example/in", &digits(), "12345"), sha256);
        assert!(verify_sha256("https://h.example/in", &digits(), sha256, "12345"));
        assert!(!verify("https://h.example/in", &digits(), sha256, "12345"));
    }

    #[test]
    fn one_changed_thing_fails() {
        for (url, params, signature) in vectors() {
            for at in 0..params.len() {
                let mut changed = params.clone();
                changed[at].1.push('x');
                assert!(!verify(url, &changed, signature, "12345"), "{url} with {} changed", params[at].0);
            }
            assert!(!verify(url, &params[1..], signature, "12345"));
            assert!(!verify(url, &params, signature, "12346"));
            assert!(!verify(&format!("{url}x"), &params, signature, "12345"));
            assert!(!verify(url, &params, "", "12345"));
            assert!(!verify(url, &params, &signature[..signature.len() - 1], "12345"));
        }
    }

    #[test]
    fn the_port_may_be_added_or_dropped_but_the_scheme_may_not_change() {
        let bare = sign("https://mycompany.com/hook", &digits(), "12345");
        for url in ["https://mycompany.com/hook", "https://mycompany.com:443/hook", "https://mycompany.com:8443/hook"] {
            assert!(verify(url, &digits(), &bare, "12345"), "{url}");
        }
        assert!(!verify("http://mycompany.com/hook", &digits(), &bare, "12345"));
        let default = sign("https://mycompany.com:443/hook", &digits(), "12345");
        assert!(verify("https://mycompany.com/hook", &digits(), &default, "12345"));
        let odd = sign("https://mycompany.com:8443/hook", &digits(), "12345");
        assert!(!verify("https://mycompany.com/hook", &digits(), &odd, "12345"));
        let six = sign("http://[::1]/hook", &[], "t");
        assert!(verify("http://[::1]:3000/hook", &[], &six, "t"));
        assert!(verify("http://[::1]/hook", &[], &six, "t"));
    }

    #[test]
    fn repeated_names_count_as_the_set_of_their_values() {
        let url = "https://h.example/in";
        let once = sign(url, &pairs(&[("A", "1"), ("A", "2")]), "t");
        assert!(verify(url, &pairs(&[("A", "2"), ("A", "1"), ("A", "2")]), &once, "t"));
        assert!(!verify(url, &pairs(&[("A", "1")]), &once, "t"));
        // Without separators the text `A12` is ambiguous by design; the names still have to fit.
        assert!(!verify(url, &pairs(&[("A", "1"), ("B", "2")]), &once, "t"));
    }

    #[test]
    fn a_json_body_is_tied_by_its_digest() {
        let body = br#"{"a":1}"#;
        let url = format!("https://h.example/in?bodySHA256={}", hex::encode(Sha256::digest(body)));
        let header = sign(&url, &[], "t");
        assert!(verify_json(&url, body, &header, "t"));
        assert!(!verify_json(&url, br#"{"a":2}"#, &header, "t"));
        assert!(!verify_json(&url, body, &header, "u"));
        let plain = "https://h.example/in";
        assert!(!verify_json(plain, body, &sign(plain, &[], "t"), "t"));
    }
}
