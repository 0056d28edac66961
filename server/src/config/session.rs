//! The secret that signs sessions and API tokens: given, or made on first run and kept in the data folder.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;

use rand::RngCore as _;

use super::{Config, Secret};

const FILE: &str = "session.secret";

/// The session secret. Without a setting it is read from the data folder, where the first call makes it.
pub fn session_secret(config: &Config) -> Result<Secret, String> {
    if let Some(secret) = &config.web.session_secret {
        return Ok(secret.clone());
    }
    let path = config.database.data_dir.join(FILE);
    let failed = |error: io::Error| format!("Cannot keep the session secret in `{}`: {error}.", path.display());
    fs::create_dir_all(&config.database.data_dir).map_err(failed)?;
    let mut bytes = [0u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    // `create_new`: of two processes that start together one makes it, the other reads it.
    match fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
        Ok(mut file) => file.write_all(hex::encode(bytes).as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(failed(error)),
    }
    let text = fs::read_to_string(&path).map_err(failed)?;
    if text.trim().len() < 32 {
        return Err(format!(
            "`{}` is cut short; delete it (everybody signs in again) and start once more.",
            path.display()
        ));
    }
    Ok(Secret::new(text.trim()))
}
