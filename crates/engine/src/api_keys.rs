//! Keys for programs: made (shown once), listed, revoked, and recognised. A key acts in the name of the one who made it, with the
//! rights of a member at most, and ends with their standing in the workspace.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use db::api_keys::Found;
use domain::access::{Right, Role};
use domain::api_key::{ApiKey, ApiKeyDraft, KEY_START, KeyScope, NewApiKey};
use domain::event::EventKind;
use domain::id::{ApiKeyId, WorkspaceId};
use rand::RngCore;
use sha2::{Digest, Sha256};

use crate::access::Identity;
use crate::{Cx, Engine, Error, Result, events};

/// How long a key that was looked up is believed: a key revoked in another process works this long at most.
const BELIEVED: Duration = Duration::from_secs(5);
/// How often "last used" is written.
const TOUCHED: Duration = Duration::from_secs(60);
/// Looked-up keys that are remembered, wrong ones included.
const REMEMBERED: usize = 4_096;
/// Keys that a workspace may have.
const MOST_KEYS: i64 = 100;

/// Keys that were looked up a moment ago. Part of the engine.
#[derive(Default)]
pub(crate) struct Keys {
    known: Mutex<HashMap<[u8; 32], Known>>,
}

struct Known {
    found: Option<Arc<Key>>,
    at: Instant,
    touched: Option<Instant>,
}

/// A key that was recognised.
#[derive(Debug)]
pub struct Key {
    /// Which.
    pub id: ApiKeyId,
    /// What it opens.
    pub scopes: Vec<KeyScope>,
    /// Who it acts as.
    pub identity: Identity,
}

impl Key {
    /// The workspace that it opens.
    pub fn workspace(&self) -> WorkspaceId {
        self.identity.who.workspace_id
    }
}

impl Keys {
    fn known(&self) -> MutexGuard<'_, HashMap<[u8; 32], Known>> {
        // Nothing in here can be half written, so a panic elsewhere does no harm.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forget(&self, hash: &[u8]) {
        self.known().retain(|known, _| known != hash);
    }
}

/// Makes a key. The secret in the answer is shown this once.
pub async fn create(cx: &Cx, draft: ApiKeyDraft) -> Result<NewApiKey> {
    cx.may(Right::Manage)?;
    draft.check().into_result()?;
    let Some(by) = cx.user() else {
        return Err(Error::Conflict("A key belongs to the person who makes it.".into()));
    };
    let mut scopes = draft.scopes;
    scopes.sort_unstable();
    scopes.dedup();
    let secret = random_key();
    let mut tx = cx.write().await?;
    if db::api_keys::count(&mut tx).await? >= MOST_KEYS {
        return Err(Error::Conflict(format!(
            "A workspace has {MOST_KEYS} keys at most. Revoke one that is not used any more."
        )));
    }
    let key = ApiKey {
        id: cx.new_id(),
        name: draft.name.trim().to_owned(),
        prefix: secret.chars().take(KEY_START.len() + 6).collect(),
        scopes,
        made_by: db::users::signed_in(&mut tx, by)
            .await?
            .map(|who| if who.name.is_empty() { who.email } else { who.name })
            .unwrap_or_default(),
        created_at: cx.now(),
        last_used_at: None,
        revoked_at: None,
    };
    db::api_keys::insert(&mut tx, &key, &hash(&secret), by).await?;
    events::record(cx, &mut tx, EventKind::ApiKeyCreated, key.id, &key.name).await?;
    tx.commit().await?;
    Ok(NewApiKey { key, secret })
}

/// Every key of the workspace, revoked ones last. Only their beginnings are known.
pub async fn list(cx: &Cx) -> Result<Vec<ApiKey>> {
    cx.may(Right::Manage)?;
    let mut tx = cx.read().await?;
    Ok(db::api_keys::list(&mut tx).await?)
}

/// Revokes a key, at once in this process and within seconds in others.
pub async fn revoke(cx: &Cx, id: ApiKeyId) -> Result<()> {
    cx.may(Right::Manage)?;
    let mut tx = cx.write().await?;
    let (name, hash) = db::api_keys::revoke(&mut tx, id, cx.now()).await?.ok_or(Error::NotFound)?;
    events::record(cx, &mut tx, EventKind::ApiKeyRevoked, id, &name).await?;
    tx.commit().await?;
    cx.engine().keys.forget(&hash);
    Ok(())
}

/// Whether a bearer token is meant to be one of these keys.
pub fn is_key(token: &str) -> bool {
    token.starts_with(KEY_START)
}

/// The key behind a token, if it is one, is not revoked, and opens this. The common case asks no database.
pub async fn by_token(engine: &Engine, token: &str, scope: KeyScope) -> Result<Option<Arc<Key>>> {
    if !is_key(token) || token.len() > 100 {
        return Ok(None);
    }
    let hash = hash(token);
    let remembered = {
        let known = engine.keys.known();
        known.get(&hash).filter(|known| known.at.elapsed() < BELIEVED).map(|known| known.found.clone())
    };
    let found = match remembered {
        Some(found) => found,
        None => look_up(engine, hash).await?,
    };
    // A call to a model spends money, which a viewer may not.
    let opens = |key: &Key| scope != KeyScope::Gateway || key.identity.who.role.may(Right::Write);
    Ok(found.filter(|key| key.scopes.contains(&scope) && opens(key)))
}

async fn look_up(engine: &Engine, hash: [u8; 32]) -> Result<Option<Arc<Key>>> {
    let found = db::api_keys::find(&engine.parts().db, &hash).await?.map(|found| Arc::new(key(found)));
    let touch = {
        let mut known = engine.keys.known();
        if known.len() >= REMEMBERED {
            known.retain(|_, known| known.at.elapsed() < BELIEVED && known.found.is_some());
        }
        let touched = known.get(&hash).and_then(|known| known.touched).filter(|at| at.elapsed() < TOUCHED);
        let due = found.is_some() && touched.is_none();
        let touched = if due { Some(Instant::now()) } else { touched };
        known.insert(hash, Known { found: found.clone(), at: Instant::now(), touched });
        due
    };
    if let (true, Some(key)) = (touch, &found) {
        let cx = engine.system(key.workspace());
        let mut tx = cx.write().await?;
        db::api_keys::touch(&mut tx, key.id, cx.now()).await?;
        tx.commit().await?;
    }
    Ok(found)
}

/// Never more than a member; less, if whoever made the key is less by now.
fn key(found: Found) -> Key {
    let mut who = found.who;
    who.role = who.role.max(Role::Member);
    Key { id: found.id, scopes: found.scopes, identity: Identity { who } }
}

/// 256 random bits: guessing is hopeless, so a fast hash is enough to keep it.
fn random_key() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    format!("{KEY_START}{}", URL_SAFE_NO_PAD.encode(bytes))
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
