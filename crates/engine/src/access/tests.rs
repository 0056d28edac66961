//! Signing in against a real database.

use argon2::password_hash::PasswordVerifier;
use sqlx::PgPool;

use super::*;
use crate::intake::desk;

#[tokio::test]
async fn only_the_password_fits_its_hash() {
    let hash = hash_password("correct horse".into()).await.unwrap();
    // Twice: the second look uses the memory of the first.
    for _ in 0..2 {
        assert!(fits(b"correct horse", &hash));
        assert!(!fits(b"correct horsf", &hash) && !fits(b"", &hash));
    }
    assert!(hasher().verify_password(b"correct horse", &PasswordHash::new(&hash).unwrap()).is_ok());
    for broken in ["", "x", "$argon2id$v=19$m=19456,t=2,p=1", "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA"] {
        assert!(!fits(b"", broken), "{broken}");
    }
    assert!(PasswordHash::new(NO_HASH).unwrap().hash.is_some(), "an unknown address takes as long as a known one");
}

#[sqlx::test(migrations = "../../migrations")]
async fn many_guesses_at_once_are_no_more_guesses_than_one_after_another(pool: PgPool) {
    let desk = desk(&pool).await;
    let engine = desk.cx.engine();
    let guess = || sign_in(engine, "ada@example.com", "not the password", None);
    let answers = futures::future::join_all((0..20).map(|_| guess())).await;
    let looked_at = answers.iter().filter(|a| matches!(a, Err(Error::Unauthorised(_)))).count();
    assert!((1..=6).contains(&looked_at), "{looked_at} of 20 passwords were looked at");
    assert!(matches!(guess().await, Err(Error::TooMany { .. })), "the next one waits, too");
    assert!(
        matches!(sign_in(engine, "bob@example.com", "x", None).await, Err(Error::Unauthorised(_))),
        "others do not wait"
    );
}

#[sqlx::test(migrations = "../../migrations")]
async fn attempts_at_made_up_addresses_do_not_pile_up(pool: PgPool) {
    let desk = desk(&pool).await;
    for address in ["a@example.com", "b@example.com", "c@example.com"] {
        let _ = sign_in(desk.cx.engine(), address, "x", None).await;
    }
    desk.clock.advance(Duration::hours(2));
    let _ = sign_in(desk.cx.engine(), "d@example.com", "x", None).await;
    let kept: i64 = sqlx::query_scalar("select count(*) from login_attempts").fetch_one(&pool).await.unwrap();
    assert_eq!(kept, 1);
}

/// An operator whose password is known, at a desk.
async fn operator(desk: &crate::intake::Desk, pool: &PgPool) -> String {
    let hash = hash_password("correct horse".into()).await.unwrap();
    let id = desk.cx.user().unwrap().uuid();
    sqlx::query("update users set password_hash = $1 where id = $2").bind(hash).bind(id).execute(pool).await.unwrap();
    format!("{}@b.co", desk.cx.user().unwrap())
}

fn at(ip: &str) -> Option<IpAddr> {
    Some(ip.parse().unwrap())
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_stranger_who_guesses_keeps_nobody_out(pool: PgPool) {
    let desk = desk(&pool).await;
    let engine = desk.cx.engine();
    let email = operator(&desk, &pool).await;
    for _ in 0..20 {
        let _ = sign_in(engine, &email, "wrong", at("203.0.113.5")).await;
    }
    let there = sign_in(engine, &email, "correct horse", at("203.0.113.5")).await;
    assert!(matches!(there, Err(Error::TooMany { .. })), "where the guesses come from even the right one waits");
    sign_in(engine, &email, "correct horse", at("198.51.100.7")).await.expect("the operator is elsewhere");
    desk.clock.advance(Duration::seconds(MAX_WAIT_SECS));
    sign_in(engine, &email, "correct horse", at("203.0.113.5")).await.expect("no wait is longer");
}

#[sqlx::test(migrations = "../../migrations")]
async fn one_network_cannot_try_account_after_account(pool: PgPool) {
    let desk = desk(&pool).await;
    let engine = desk.cx.engine();
    let email = operator(&desk, &pool).await;
    for _ in 0..FREE_TRIES_OF_NETWORK + 5 {
        sign_in(engine, &email, "correct horse", at("2001:db8:1:2::9")).await.expect("right ones are not counted");
    }
    for n in 0..=FREE_TRIES_OF_NETWORK {
        // The last half of such an address is the guesser's to choose.
        let answer = sign_in(engine, &format!("n{n}@example.com"), "x", at(&format!("2001:db8:1:2::{n:x}"))).await;
        assert!(matches!(answer, Err(Error::Unauthorised(_))), "{n}: {answer:?}");
    }
    let answer = sign_in(engine, &email, "correct horse", at("2001:db8:1:2::1")).await;
    assert!(matches!(answer, Err(Error::TooMany { .. })), "{answer:?}");
    sign_in(engine, &email, "correct horse", at("2001:db8:1:3::1")).await.expect("the next network does not wait");
    assert_eq!(network("::ffff:203.0.113.5".parse().unwrap()), "203.0.113.5");
}
