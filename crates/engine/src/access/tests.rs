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
    let guess = || sign_in(engine, "ada@example.com", "not the password");
    let answers = futures::future::join_all((0..20).map(|_| guess())).await;
    let looked_at = answers.iter().filter(|a| matches!(a, Err(Error::Unauthorised(_)))).count();
    assert!((1..=6).contains(&looked_at), "{looked_at} of 20 passwords were looked at");
    assert!(matches!(guess().await, Err(Error::TooMany { .. })), "the next one waits, too");
    assert!(matches!(sign_in(engine, "bob@example.com", "x").await, Err(Error::Unauthorised(_))), "others do not wait");
}

#[sqlx::test(migrations = "../../migrations")]
async fn attempts_at_made_up_addresses_do_not_pile_up(pool: PgPool) {
    let desk = desk(&pool).await;
    for address in ["a@example.com", "b@example.com", "c@example.com"] {
        let _ = sign_in(desk.cx.engine(), address, "x").await;
    }
    desk.clock.advance(Duration::hours(2));
    let _ = sign_in(desk.cx.engine(), "d@example.com", "x").await;
    let kept: i64 = sqlx::query_scalar("select count(*) from login_attempts").fetch_one(&pool).await.unwrap();
    assert_eq!(kept, 1);
}
