//! Signing in: passwords, sessions for pages, tokens for the API. Answers never tell whether an address exists.

use std::net::IpAddr;

use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{Output, PasswordHash, PasswordHasher, Salt, SaltString};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use chrono::{DateTime, Duration, Utc};
use db::users::{SignedIn, UserRow};
use domain::access::{Door, Role};
use domain::event::EventKind;
use domain::id::{SessionId, UserId, WorkspaceId};
use domain::problem::Problems;
use domain::text::Email;
use rand::RngCore;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{Actor, Cx, Engine, Error, Result};

/// How long a browser stays signed in.
pub const SESSION_DAYS: i64 = 14;
/// How long a browser that is not used stays signed in.
pub const IDLE_DAYS: i64 = 3;
/// How long a network is remembered from which somebody signed in.
const PLACE_DAYS: i64 = 30;
/// How long an API token lives.
pub const TOKEN_HOURS: i64 = 24;
/// Wrong passwords for one account from one network that cost nothing; from then on each doubles the wait, up to [`MAX_WAIT_SECS`].
/// Somebody elsewhere waits for none of this: nobody can keep an operator out by guessing wrongly in their name.
const FREE_TRIES: i32 = 5;
/// Wrong passwords from one network that cost nothing, whatever accounts they were for. Many people may share one.
const FREE_TRIES_OF_NETWORK: i32 = 30;
const MAX_WAIT_SECS: i64 = 900;
/// The longest password that is looked at: hashing megabytes would be a way to stall the server.
const MAX_PASSWORD_BYTES: usize = 1_024;
/// Passwords that are looked at side by side. Each takes 19 MiB and a core, and whoever asks need not be known: without a bound a few
/// hundred requests would take all memory.
const SIDE_BY_SIDE: usize = 4;
/// The longest wait for a turn.
const PATIENCE_SECS: u32 = 5;
static TURNS: Semaphore = Semaphore::const_new(SIDE_BY_SIDE);

/// Somebody who proved who they are.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Who, where, and with what role.
    pub who: SignedIn,
}

impl Identity {
    /// The engine acting for them.
    pub fn cx(&self, engine: &Engine) -> Cx {
        engine.cx(self.who.workspace_id, Actor::User { id: self.who.user_id, role: self.who.role })
    }
}

/// Argon2id with OWASP's second recommendation (19 MiB, 2 rounds, 1 lane).
fn hasher() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19 * 1024, 2, 1, None).unwrap_or_default())
}

/// The hash of a password, made where it does not stall other requests.
pub async fn hash_password(password: String) -> Result<String> {
    tokio::task::spawn_blocking(move || {
        let salt = SaltString::generate(&mut OsRng);
        hasher()
            .hash_password(password.as_bytes(), &salt)
            .map(|h| h.to_string())
            .map_err(|e| Error::internal(e.to_string()))
    })
    .await
    .map_err(Error::internal)?
}

/// Waits for a turn, or turns the caller away.
async fn turn() -> Result<SemaphorePermit<'static>> {
    match tokio::time::timeout(std::time::Duration::from_secs(u64::from(PATIENCE_SECS)), TURNS.acquire()).await {
        Ok(turn) => turn.map_err(Error::internal),
        Err(_) => Err(Error::TooMany { after_secs: PATIENCE_SECS }),
    }
}

/// The turn ends with the work and not with the request: whoever hangs up early does not make room for the next one.
async fn password_fits(turn: SemaphorePermit<'static>, password: String, hash: String) -> Result<bool> {
    tokio::task::spawn_blocking(move || {
        let fits = fits(password.as_bytes(), &hash);
        drop(turn);
        fits
    })
    .await
    .map_err(Error::internal)
}

/// How much memory a hash asks for: more than 32 MiB, of which only the needed part is ever touched. Above that size the allocator of
/// Linux takes memory from the system by itself and gives it back at once, while it keeps smaller pieces (mallopt(3),
/// `M_MMAP_THRESHOLD`): 19 MiB for every thread that ever looked at a password.
const ASKED_FOR: usize = 33 * 1024;

/// Argon2 over memory that does not stay. None when the parameters do not fit.
fn digest(argon: &Argon2, password: &[u8], salt: &[u8], length: usize) -> Option<Output> {
    let blocks = argon.params().block_count();
    let mut memory = Vec::<Block>::with_capacity(blocks.max(ASKED_FOR));
    memory.resize(blocks, Block::default());
    let mut made = vec![0; length];
    argon.hash_password_into_with_memory(password, salt, &mut made, &mut memory).ok()?;
    Output::new(&made).ok()
}

fn fits(password: &[u8], hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    let (Some(salt), Some(known), Ok(kind)) = (hash.salt, hash.hash, Algorithm::try_from(hash.algorithm)) else {
        return false;
    };
    let mut bytes = [0_u8; Salt::MAX_LENGTH];
    let (Ok(params), Ok(salt)) = (Params::try_from(&hash), salt.decode_b64(&mut bytes)) else { return false };
    // `Output` compares without telling by its duration where the first difference is.
    digest(&Argon2::new(kind, Version::V0x13, params), password, salt, known.len()) == Some(known)
}

/// A hash that no password fits, so that an unknown address takes as long as a wrong password.
const NO_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$3m4QPbnKHsQc7vWnMpx3mUtVYhyhhBE0cYNQ8dT6nuk";

/// Something that wrong passwords are counted under.
struct Counter {
    key: [u8; 32],
    free: i32,
    before: i32,
    /// When the last wrong one was.
    last_at: Option<DateTime<Utc>>,
}

impl Counter {
    fn new(name: &str, free: i32) -> Self {
        Self { key: Sha256::digest(name.as_bytes()).into(), free, before: 0, last_at: None }
    }

    /// Refuses while a wait is on.
    async fn check(&mut self, db: &db::Db, now: DateTime<Utc>) -> Result<()> {
        let Some((failures, last_at)) = db::users::failures(db, &self.key).await? else { return Ok(()) };
        (self.before, self.last_at) = (failures, Some(last_at));
        let over = (failures - self.free).clamp(0, 20);
        let wait = if over == 0 { 0 } else { 2_i64.saturating_pow(over.unsigned_abs()).min(MAX_WAIT_SECS) };
        let left = (last_at + Duration::seconds(wait) - now).num_seconds();
        if left > 0 {
            return Err(Error::TooMany { after_secs: u32::try_from(left).unwrap_or(u32::MAX) });
        }
        Ok(())
    }

    /// Counts an attempt. Many at once all see the same count before; past the free tries only the first of them may guess.
    async fn count(&self, db: &db::Db, now: DateTime<Utc>) -> Result<()> {
        let counted = db::users::count_attempt(db, &self.key, now).await?;
        if counted > self.free && counted != self.before + 1 {
            return Err(Error::TooMany { after_secs: 1 });
        }
        Ok(())
    }
}

/// Whoever has one address of the newer kind has all of its network: 64 bits are for the taking.
fn network(from: IpAddr) -> String {
    match from.to_canonical() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Checks an address and a password that come from somewhere, through one of the doors. The attempt is counted before the answer is known,
/// so that many at once all count; a right one changes nothing for others. What became of it is written down.
pub async fn sign_in(
    engine: &Engine,
    email: &str,
    password: &str,
    from: Option<IpAddr>,
    door: Door,
) -> Result<Identity> {
    let db = &engine.parts().db;
    let now = engine.parts().clock.now();
    let wrong = || Error::Unauthorised("The e-mail address and password do not match.".into());
    if password.len() > MAX_PASSWORD_BYTES || email.len() > 254 {
        return Err(wrong());
    }
    let network = from.map(network).unwrap_or_default();
    let mut account = Counter::new(&format!("{}\n{network}", email.trim().to_lowercase()), FREE_TRIES);
    let mut everybody = from.map(|_| Counter::new(&format!("from {network}"), FREE_TRIES_OF_NETWORK));
    // Whoever signed in from there lately does not wait for what others guess there; only for guesses at this account.
    if db::users::is_known_place(db, &account.key, now - Duration::days(PLACE_DAYS)).await? {
        everybody = None;
    }
    // Who has to wait takes no turn from others.
    account.check(db, now).await?;
    if let Some(everybody) = &mut everybody {
        everybody.check(db, now).await?;
    }
    // Before the attempt is counted: who is turned away here has not guessed.
    let turn = turn().await?;
    if let Some(everybody) = &everybody {
        everybody.count(db, now).await?;
    }
    account.count(db, now).await?;
    let user = match Email::parse(email) {
        Ok(email) => db::users::find_by_email(db, email.as_str()).await?,
        Err(_) => None,
    };
    let hash = user.as_ref().map_or_else(|| NO_HASH.to_owned(), |u| u.password_hash.clone());
    let fits = password_fits(turn, password.to_owned(), hash).await?;
    let Some(user) = user else {
        tracing::warn!(door = door.as_str(), "somebody was refused who has no account");
        return Err(wrong());
    };
    if !fits {
        tracing::warn!(user.id = %user.id, door = door.as_str(), "a wrong password was refused");
        // Beside the answer, whose time must not tell that there is such an account.
        let engine = engine.clone();
        tokio::spawn(async move {
            let written = match first_standing(&engine, user.id).await {
                Ok(Some(who)) => {
                    let cx = engine.system(who.workspace_id);
                    write_down(&cx, &who, EventKind::UserSignInRefused, door).await
                }
                Ok(None) => Ok(()),
                Err(error) => Err(error),
            };
            if let Err(error) = written {
                tracing::error!(%error, "a refused sign-in could not be written down");
            }
        });
        return Err(wrong());
    }
    db::users::forget_attempts(db, &account.key).await?;
    if let Some(everybody) = &everybody {
        db::users::uncount_attempt(db, &everybody.key, now, everybody.last_at).await?;
    }
    if from.is_some() {
        db::users::know_place(db, &account.key, now, now - Duration::days(PLACE_DAYS)).await?;
    }
    let identity = Identity { who: first_standing(engine, user.id).await?.ok_or_else(wrong)? };
    write_down(&identity.cx(engine), &identity.who, EventKind::UserSignedIn, door).await?;
    tracing::info!(user.id = %user.id, door = door.as_str(), "signed in");
    Ok(identity)
}

/// Writes down that somebody came, was refused or left: an event for people, a row of the audit log for good.
async fn write_down(cx: &Cx, who: &SignedIn, kind: EventKind, door: Door) -> Result<()> {
    let mut tx = cx.write().await?;
    db::users::audit_sign_in(&mut tx, who.user_id, kind, door).await?;
    crate::events::record(cx, &mut tx, kind, who.user_id, &who.email).await?;
    Ok(tx.commit().await?)
}

/// The operator with this address, without a password: for commands that the one who runs the server gives.
pub async fn by_email(engine: &Engine, email: &str) -> Result<Option<Identity>> {
    let Some(user) = db::users::find_by_email(&engine.parts().db, &email.trim().to_lowercase()).await? else {
        return Ok(None);
    };
    Ok(first_standing(engine, user.id).await?.map(|who| Identity { who }))
}

/// The operator in the first workspace where they stand.
async fn first_standing(engine: &Engine, user: UserId) -> Result<Option<SignedIn>> {
    let nowhere = WorkspaceId::new(uuid::Uuid::nil());
    let mut tx = engine.parts().db.read(nowhere, Some(user)).await?;
    let Some((workspace, _)) = db::users::standings(&mut tx, user).await?.into_iter().next() else { return Ok(None) };
    drop(tx);
    standing(engine, user, workspace).await
}

async fn standing(engine: &Engine, user: UserId, workspace: WorkspaceId) -> Result<Option<SignedIn>> {
    let mut tx = engine.parts().db.read(workspace, Some(user)).await?;
    Ok(db::users::signed_in(&mut tx, user).await?)
}

/// Opens a session for a browser and gives the cookie's value. Only its hash is stored.
pub async fn open_session(engine: &Engine, identity: &Identity) -> Result<String> {
    let cx = identity.cx(engine);
    let mut token = [0_u8; 32];
    rand::rng().fill_bytes(&mut token);
    let token = hex::encode(token);
    let mut tx = cx.write().await?;
    let id: SessionId = cx.new_id();
    let until = cx.now() + Duration::days(SESSION_DAYS);
    db::users::insert_session(&mut tx, id, identity.who.user_id, &session_hash(engine, &token), cx.now(), until)
        .await?;
    tx.commit().await?;
    Ok(token)
}

/// Whose session a cookie names.
pub async fn by_session(engine: &Engine, token: &str) -> Result<Option<Identity>> {
    if token.len() != 64 {
        return Ok(None);
    }
    let hash = session_hash(engine, token);
    let now = engine.parts().clock.now();
    let found = db::users::find_session(&engine.parts().db, &hash, now, now - Duration::days(IDLE_DAYS)).await?;
    match found {
        Some((user, workspace)) => Ok(standing(engine, user, workspace).await?.map(|who| Identity { who })),
        None => Ok(None),
    }
}

/// Ends a session.
pub async fn close_session(engine: &Engine, token: &str) -> Result<()> {
    let Some(identity) = by_session(engine, token).await? else { return Ok(()) };
    let cx = identity.cx(engine);
    let mut tx = cx.write().await?;
    db::users::delete_session(&mut tx, &session_hash(engine, token)).await?;
    tx.commit().await?;
    tracing::info!(user.id = %identity.who.user_id, "signed out");
    write_down(&cx, &identity.who, EventKind::UserSignedOut, Door::Form).await
}

/// What is kept of a session's token. With another secret no token fits any more: that ends every session.
fn session_hash(engine: &Engine, token: &str) -> [u8; 32] {
    let secret = &engine.parts().settings.token_secret;
    Sha256::new().chain_update(Sha256::digest(secret)).chain_update(token).finalize().into()
}

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    sub: UserId,
    wsp: WorkspaceId,
    iat: i64,
    exp: i64,
}

/// A token for the API, and when it ends.
pub fn token(engine: &Engine, identity: &Identity) -> Result<(String, DateTime<Utc>)> {
    let now = engine.parts().clock.now();
    let until = now + Duration::hours(TOKEN_HOURS);
    let claims = Claims {
        sub: identity.who.user_id,
        wsp: identity.who.workspace_id,
        iat: now.timestamp(),
        exp: until.timestamp(),
    };
    let key = jsonwebtoken::EncodingKey::from_secret(&engine.parts().settings.token_secret);
    let token = jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).map_err(Error::internal)?;
    Ok((token, until))
}

/// Whose token this is; `None` for a forged or expired one. The standing is read anew: a removed operator's token is worth nothing.
pub async fn by_token(engine: &Engine, token: &str) -> Result<Option<Identity>> {
    let key = jsonwebtoken::DecodingKey::from_secret(&engine.parts().settings.token_secret);
    let rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::HS256);
    let Ok(data) = jsonwebtoken::decode::<Claims>(token, &key, &rules) else { return Ok(None) };
    Ok(standing(engine, data.claims.sub, data.claims.wsp).await?.map(|who| Identity { who }))
}

/// Makes the first operator with their workspace, unless somebody has an account already. Gives whether it did.
pub async fn make_first_operator(engine: &Engine, email: &str, password: &str, workspace_name: &str) -> Result<bool> {
    let parts = engine.parts();
    if !db::users::none_yet(&parts.db).await? {
        return Ok(false);
    }
    let mut problems = Problems::none();
    let email = problems.take("email", Email::parse(email));
    if password.chars().count() < 8 || password.len() > MAX_PASSWORD_BYTES {
        problems.add("password", "The password needs at least 8 characters.");
    }
    let Some(email) = email.filter(|_| problems.is_empty()) else { return Err(problems.into()) };
    let cx = engine.system(WorkspaceId::new(uuid::Uuid::now_v7()));
    let user = UserRow {
        id: cx.new_id(),
        email: email.as_str().to_owned(),
        name: String::new(),
        password_hash: hash_password(password.to_owned()).await?,
    };
    let mut tx = cx.write().await?;
    db::users::insert_workspace(&mut tx, workspace_name, cx.now()).await?;
    db::users::insert(&mut tx, &user, Role::Owner, cx.new_id(), cx.now()).await?;
    take_numbers(&cx, &mut tx).await?;
    tx.commit().await?;
    Ok(true)
}

/// Brings the numbers of this operator's first workspace into line with the settings, at every start: an installation that began on the
/// emulator sends from its real numbers once an account is set, and hears what comes to them. Gives whether there is such an operator.
pub async fn keep_numbers(engine: &Engine, email: &str) -> Result<bool> {
    let Some(operator) = by_email(engine, email).await? else { return Ok(false) };
    let cx = engine.system(operator.who.workspace_id);
    let mut tx = cx.write().await?;
    take_numbers(&cx, &mut tx).await?;
    tx.commit().await?;
    Ok(true)
}

async fn take_numbers(cx: &Cx, tx: &mut db::Tx) -> Result<()> {
    let ours = &cx.parts().settings.default_numbers;
    let numbers: Vec<_> = ours.iter().map(|(channel, number)| (cx.new_id(), *channel, number.clone())).collect();
    Ok(db::conversations::set_numbers(tx, &numbers, cx.now()).await?)
}

#[cfg(test)]
mod tests;
