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
    let guess = || sign_in(engine, "ada@example.com", "not the password", None, Door::Api);
    let answers = futures::future::join_all((0..20).map(|_| guess())).await;
    let looked_at = answers.iter().filter(|a| matches!(a, Err(Error::Unauthorised(_)))).count();
    assert!((1..=6).contains(&looked_at), "{looked_at} of 20 passwords were looked at");
    assert!(matches!(guess().await, Err(Error::TooMany { .. })), "the next one waits, too");
    assert!(
        matches!(sign_in(engine, "bob@example.com", "x", None, Door::Api).await, Err(Error::Unauthorised(_))),
        "others do not wait"
    );
}

#[sqlx::test(migrations = "../../migrations")]
async fn attempts_at_made_up_addresses_do_not_pile_up(pool: PgPool) {
    let desk = desk(&pool).await;
    for address in ["a@example.com", "b@example.com", "c@example.com"] {
        let _ = sign_in(desk.cx.engine(), address, "x", None, Door::Api).await;
    }
    desk.clock.advance(Duration::hours(2));
    let _ = sign_in(desk.cx.engine(), "d@example.com", "x", None, Door::Api).await;
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
        let _ = sign_in(engine, &email, "wrong", at("203.0.113.5"), Door::Api).await;
    }
    let there = sign_in(engine, &email, "correct horse", at("203.0.113.5"), Door::Api).await;
    assert!(matches!(there, Err(Error::TooMany { .. })), "where the guesses come from even the right one waits");
    sign_in(engine, &email, "correct horse", at("198.51.100.7"), Door::Api).await.expect("the operator is elsewhere");
    desk.clock.advance(Duration::seconds(MAX_WAIT_SECS));
    sign_in(engine, &email, "correct horse", at("203.0.113.5"), Door::Api).await.expect("no wait is longer");
}

#[sqlx::test(migrations = "../../migrations")]
async fn one_network_cannot_try_account_after_account(pool: PgPool) {
    let desk = desk(&pool).await;
    let engine = desk.cx.engine();
    let email = operator(&desk, &pool).await;
    for _ in 0..FREE_TRIES_OF_NETWORK + 5 {
        sign_in(engine, &email, "correct horse", at("2001:db8:1:2::9"), Door::Api)
            .await
            .expect("right ones are not counted");
    }
    for n in 0..=FREE_TRIES_OF_NETWORK {
        // The last half of such an address is the guesser's to choose.
        let answer =
            sign_in(engine, &format!("n{n}@example.com"), "x", at(&format!("2001:db8:1:2::{n:x}")), Door::Api).await;
        assert!(matches!(answer, Err(Error::Unauthorised(_))), "{n}: {answer:?}");
    }
    let answer = sign_in(engine, "n1@example.com", "x", at("2001:db8:1:2::1"), Door::Api).await;
    assert!(matches!(answer, Err(Error::TooMany { .. })), "{answer:?}");
    sign_in(engine, &email, "correct horse", at("2001:db8:1:3::1"), Door::Api)
        .await
        .expect("the next network does not wait");
    assert_eq!(network("::ffff:203.0.113.5".parse().unwrap()), "203.0.113.5");
}

/// Guesses at accounts that are not there, until their network has to wait.
async fn spray(engine: &Engine, from: &str) {
    for n in 0..FREE_TRIES_OF_NETWORK + 7 {
        let _ = sign_in(engine, &format!("n{n}@example.com"), "x", at(from), Door::Api).await;
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_guesser_behind_the_same_address_keeps_nobody_out_who_is_known_there(pool: PgPool) {
    let desk = desk(&pool).await;
    let engine = desk.cx.engine();
    let email = operator(&desk, &pool).await;
    sign_in(engine, &email, "correct horse", at("203.0.113.5"), Door::Form).await.unwrap();
    spray(engine, "203.0.113.5").await;
    for _ in 0..3 {
        sign_in(engine, &email, "correct horse", at("203.0.113.5"), Door::Form).await.expect("known there");
    }
    let stranger = sign_in(engine, "n1@example.com", "x", at("203.0.113.5"), Door::Api).await;
    assert!(matches!(stranger, Err(Error::TooMany { .. })), "{stranger:?}");
    for _ in 0..FREE_TRIES {
        let wrong = sign_in(engine, &email, "wrong", at("203.0.113.5"), Door::Api).await;
        assert!(matches!(wrong, Err(Error::Unauthorised(_))), "guesses at the account still count: {wrong:?}");
    }
    let _ = sign_in(engine, &email, "wrong", at("203.0.113.5"), Door::Api).await;
    let guessed = sign_in(engine, &email, "wrong", at("203.0.113.5"), Door::Api).await;
    assert!(matches!(guessed, Err(Error::TooMany { .. })), "{guessed:?}");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_right_password_does_not_make_the_next_person_wait(pool: PgPool) {
    let desk = desk(&pool).await;
    let engine = desk.cx.engine();
    let email = operator(&desk, &pool).await;
    spray(engine, "203.0.113.5").await;
    desk.clock.advance(Duration::seconds(MAX_WAIT_SECS));
    sign_in(engine, &email, "correct horse", at("203.0.113.5"), Door::Api).await.expect("the wait is over");
    let next = sign_in(engine, "bo@example.com", "x", at("203.0.113.5"), Door::Api).await;
    assert!(matches!(next, Err(Error::Unauthorised(_))), "looked at, not sent away: {next:?}");
}

#[sqlx::test(migrations = "../../migrations")]
async fn who_has_to_wait_takes_no_turn_from_others(pool: PgPool) {
    let desk = desk(&pool).await;
    let engine = desk.cx.engine();
    spray(engine, "203.0.113.5").await;
    let taken = TURNS.acquire_many(u32::try_from(SIDE_BY_SIDE).unwrap()).await.unwrap();
    let begun = std::time::Instant::now();
    let answer = sign_in(engine, "n1@example.com", "x", at("203.0.113.5"), Door::Api).await;
    drop(taken);
    assert!(matches!(answer, Err(Error::TooMany { .. })), "{answer:?}");
    assert!(begun.elapsed() < std::time::Duration::from_secs(u64::from(PATIENCE_SECS)) / 2, "it waited for a turn");
}

/// What the audit log says of a table, oldest first: `action changed`.
async fn audited(pool: &PgPool, table: &str) -> Vec<String> {
    sqlx::query_scalar(
        "select action || ' ' || array_to_string(changed, ',') from audit_log where table_name = $1 order by id",
    )
    .bind(table)
    .fetch_all(pool)
    .await
    .unwrap()
}

#[sqlx::test(migrations = "../../migrations")]
async fn every_coming_and_going_is_written_down(pool: PgPool) {
    let desk = desk(&pool).await;
    let engine = desk.cx.engine();
    let email = operator(&desk, &pool).await;
    sign_in(engine, &email, "wrong", None, Door::Form).await.unwrap_err();
    // The refusal is written down beside the answer.
    for _ in 0..100 {
        if audited(&pool, "users").await.iter().any(|row| row.contains("refused")) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    sign_in(engine, &email, "correct horse", None, Door::Api).await.unwrap();
    let identity = sign_in(engine, &email, "correct horse", None, Door::Form).await.unwrap();
    let token = open_session(engine, &identity).await.unwrap();
    // The database has a clock of its own.
    sqlx::query("update sessions set expires_at = greatest(expires_at, now()) + interval '1 day'")
        .execute(&pool)
        .await
        .unwrap();
    close_session(engine, &token).await.unwrap();
    close_session(engine, &token).await.unwrap();
    let users = audited(&pool, "users").await;
    let comings: Vec<&str> = users.iter().map(String::as_str).filter(|row| row.starts_with("user.")).collect();
    let expected = ["user.sign_in_refused form", "user.signed_in api", "user.signed_in form", "user.signed_out form"];
    assert_eq!(comings, expected);
    assert_eq!(audited(&pool, "sessions").await, ["insert ", "delete "]);
    let events: Vec<String> = sqlx::query_scalar("select kind from events order by id").fetch_all(&pool).await.unwrap();
    assert_eq!(events, ["user.sign_in_refused", "user.signed_in", "user.signed_in", "user.signed_out"]);
    let actors: i64 =
        sqlx::query_scalar("select count(*) from audit_log where table_name = 'sessions' and actor_id = $1")
            .bind(desk.cx.user().unwrap().uuid())
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(actors, 2);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_session_that_nobody_uses_ends_and_another_secret_ends_all(pool: PgPool) {
    let desk = desk(&pool).await;
    let engine = desk.cx.engine();
    let email = operator(&desk, &pool).await;
    let identity = sign_in(engine, &email, "correct horse", None, Door::Form).await.unwrap();
    let token = open_session(engine, &identity).await.unwrap();
    for _ in 0..3 {
        desk.clock.advance(Duration::days(IDLE_DAYS) - Duration::hours(1));
        assert!(by_session(engine, &token).await.unwrap().is_some(), "it is used");
    }
    desk.clock.advance(Duration::days(IDLE_DAYS));
    assert!(by_session(engine, &token).await.unwrap().is_none(), "nobody came");
    sqlx::query("delete from sessions").execute(&pool).await.unwrap();
    let token = open_session(engine, &identity).await.unwrap();
    sqlx::query("update sessions set token_hash = $1")
        .bind(Sha256::digest(token.as_bytes()).to_vec())
        .execute(&pool)
        .await
        .unwrap();
    assert!(by_session(engine, &token).await.unwrap().is_none(), "the hash hangs on the secret");
}
