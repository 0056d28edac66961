//! The guarded client: where it will not go, and that it is patient and trusting only within limits.
#![allow(clippy::unwrap_used)]

mod common;

use std::time::Duration;

use channels::http::{Failure, Guarded, GuardedConfig, Private};
use wiremock::matchers::{body_string, header, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn guarded(all: bool) -> Guarded {
    common::crypto();
    let private = if all { Private::Allowed } else { Private::Refused };
    Guarded::new(GuardedConfig { private, timeout: Duration::from_secs(2), max_body: 10 }).unwrap()
}

#[tokio::test]
async fn private_and_odd_addresses_are_refused_in_every_spelling() {
    let client = guarded(false);
    for url in [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://0/",
        "http://localhost/",
        "http://localhost./",
        "http://a.localhost:3000/",
        "http://10.0.0.1/",
        "http://172.16.0.1:8080/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://224.0.0.1/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[fe80::1]/",
        "http://[fd00:ec2::254]/",
        "http://１２７.0.0.1/",
        "http://user:pass@8.8.8.8/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "example.com",
        "",
    ] {
        let got = client.post_json(url, &[], "{}").await;
        assert!(matches!(got, Err(Failure::Refused(_))), "{url}: {got:?}");
    }
}

#[tokio::test]
async fn headers_that_change_who_is_called_are_refused() {
    for (name, value) in [
        ("Host", "evil"),
        ("content-length", "1"),
        ("Transfer-Encoding", "chunked"),
        ("a b", "c"),
        ("X-A", "b\r\nX-B: c"),
    ] {
        let got = guarded(true).post_json("http://127.0.0.1:9/", &[(name.to_owned(), value.to_owned())], "{}").await;
        assert!(matches!(got, Err(Failure::Refused(_))), "{name}: {got:?}");
    }
}

#[tokio::test]
async fn a_post_comes_back_with_its_answer_cut_at_the_limit() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(header("content-type", "application/json"))
        .and(header("x-agency", "1"))
        .and(body_string("{\"a\":1}"))
        .respond_with(ResponseTemplate::new(422).set_body_string("0123456789abc"))
        .mount(&server)
        .await;
    let got = guarded(true).post_json(&server.uri(), &[("X-Agency".into(), "1".into())], "{\"a\":1}").await.unwrap();
    assert_eq!((got.status, got.body.as_str(), got.cut), (422, "0123456789", true));
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let server = MockServer::start().await;
    let redirect = ResponseTemplate::new(302).insert_header("Location", "http://169.254.169.254/");
    Mock::given(method("POST")).respond_with(redirect).expect(1).mount(&server).await;
    assert_eq!(guarded(true).post_json(&server.uri(), &[], "{}").await.unwrap().status, 302);
}

#[tokio::test]
async fn failures_tell_whether_it_may_have_arrived() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200).set_delay(Duration::from_secs(20)))
        .mount(&server)
        .await;
    let hasty = GuardedConfig { private: Private::Allowed, timeout: Duration::from_millis(100), max_body: 10 };
    let got = Guarded::new(hasty).unwrap().post_json(&server.uri(), &[], "{}").await;
    assert_eq!(got, Err(Failure::TimedOut(100)));

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let got = guarded(true).post_json(&url, &[], "{}").await;
    assert_eq!(got.unwrap_err().sentence(), "Could not connect: Connection refused.");
}

#[test]
fn a_refusal_is_a_sentence() {
    let refused = |url| guarded(false).checked_url(url).unwrap_err().sentence();
    assert_eq!(refused("http://127.0.0.1/"), "The address leads into a private or reserved network.");
    assert_eq!(refused("example"), "This is not an address; give one such as https://example.com.");
}
