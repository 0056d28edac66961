//! Secrets that have to be used again (tokens of other systems) are kept sealed: XChaCha20-Poly1305 under the installation's key, tied
//! to the row they belong to. Whoever reads the database alone reads nothing.
//!
//! Not here: passwords and keys that are only ever compared; those are hashed.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use channels::Secret;
use rand::RngCore as _;
use sha2::{Digest, Sha256};

use crate::{Error, Result};

/// The file of the key in the data folder, for an installation that was given none.
const FILE: &str = "secret.key";
/// The first byte of what is sealed, so that another way can follow.
const VERSION: u8 = 1;
const NONCE: usize = 24;
/// A shorter text is no key.
const SHORTEST_KEY: usize = 32;

/// Seals and opens. Cheap to clone; never prints its key.
#[derive(Clone)]
pub struct Sealer {
    cipher: XChaCha20Poly1305,
    /// What other secrets of the installation are derived from.
    root: [u8; 32],
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(***)")
    }
}

impl Sealer {
    /// From the text of the key, at least 32 characters of it.
    pub fn new(key: &str) -> std::result::Result<Self, String> {
        if key.trim().len() < SHORTEST_KEY {
            return Err(format!("The key that seals secrets needs at least {SHORTEST_KEY} characters."));
        }
        let root = Sha256::new().chain_update(b"agent-outreach/derive/v1\0").chain_update(key.trim()).finalize().into();
        let key = Sha256::new().chain_update(b"agent-outreach/seal/v1\0").chain_update(key.trim()).finalize();
        Ok(Self { cipher: XChaCha20Poly1305::new(&key), root })
    }

    /// Another secret of this installation, the same at every start and in every process with this key, which it does not tell.
    pub fn derived(&self, purpose: &str) -> Secret {
        Secret::new(hex::encode(Sha256::new().chain_update(self.root).chain_update(purpose).finalize()))
    }

    /// From the key in a folder, where the first call makes one that only its owner may read.
    pub fn in_folder(folder: &Path) -> std::result::Result<Self, String> {
        let path = folder.join(FILE);
        let failed = |error: std::io::Error| format!("Cannot keep the key in `{}`: {error}.", path.display());
        std::fs::create_dir_all(folder).map_err(failed)?;
        let mut bytes = [0_u8; 32];
        rand::rng().fill_bytes(&mut bytes);
        // `create_new`: of two processes that start together one makes it, the other reads it.
        match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(mut file) => {
                file.write_all(hex::encode(bytes).as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(error)),
        }
        Self::new(&std::fs::read_to_string(&path).map_err(failed)?)
            .map_err(|reason| format!("`{}` is cut short. {reason}", path.display()))
    }

    /// Seals a text for a place: a row and a field. It opens nowhere else.
    pub fn seal(&self, place: &str, text: &str) -> Result<Vec<u8>> {
        let mut nonce = [0_u8; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        let payload = Payload { msg: text.as_bytes(), aad: place.as_bytes() };
        let sealed = self
            .cipher
            .encrypt(XNonce::from_slice(&nonce), payload)
            .map_err(|_| Error::internal("a secret could not be sealed"))?;
        Ok([&[VERSION][..], &nonce, &sealed].concat())
    }

    /// Opens what was sealed for this place. An error says that the key is another one, or that somebody changed the row.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Secret> {
        let failed = || {
            let reason = "A stored secret cannot be opened: the installation's SECRET_KEY is not the one it was sealed with. Enter the \
                          secret again.";
            Error::Conflict(reason.to_owned())
        };
        let (Some(&VERSION), Some(nonce), Some(rest)) =
            (sealed.first(), sealed.get(1..=NONCE), sealed.get(NONCE + 1..))
        else {
            return Err(failed());
        };
        let payload = Payload { msg: rest, aad: place.as_bytes() };
        let text = self.cipher.decrypt(XNonce::from_slice(nonce), payload).map_err(|_| failed())?;
        String::from_utf8(text).map(Secret::from).map_err(|_| failed())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_secret_opens_in_its_place_with_its_key_only() {
        let sealer = Sealer::new(KEY).unwrap();
        let sealed = sealer.seal("act_1:token", "hunter2").unwrap();
        assert!(!sealed.windows(7).any(|w| w == b"hunter2"));
        assert_eq!(sealer.open("act_1:token", &sealed).unwrap().expose(), "hunter2");
        assert_ne!(sealer.seal("act_1:token", "hunter2").unwrap(), sealed, "each time another nonce");
        assert!(sealer.open("act_2:token", &sealed).is_err());
        assert!(Sealer::new(&KEY.replace('0', "1")).unwrap().open("act_1:token", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(sealer.open("act_1:token", &changed).is_err(), "byte {at}");
            assert!(sealer.open("act_1:token", &sealed[..at]).is_err(), "cut at {at}");
        }
        assert!(Sealer::new("short").is_err());
    }

    #[test]
    fn a_key_is_made_once_for_its_owner_only() {
        let folder = std::env::temp_dir().join(format!("seal-{}", uuid::Uuid::now_v7()));
        let sealed = Sealer::in_folder(&folder).unwrap().seal("p", "x").unwrap();
        assert_eq!(Sealer::in_folder(&folder).unwrap().open("p", &sealed).unwrap().expose(), "x");
        assert_eq!(std::fs::metadata(folder.join(FILE)).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::write(folder.join(FILE), "cut").unwrap();
        assert!(Sealer::in_folder(&folder).is_err());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
