//! The data folder as a whole: one server at a time, and never one older than the data.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::Error;

const OURS: &str = env!("CARGO_PKG_VERSION");
/// A server that was just killed or stopped needs a moment to let go.
const PATIENCE: Duration = Duration::from_secs(2);

/// A data folder that this process holds.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes the folder if needed, locks it, and refuses data of a newer version. Nothing in it is changed.
    pub(super) fn take(path: &Path) -> Result<Self, Error> {
        fs::create_dir_all(path).map_err(|e| Error::at(path, e))?;
        let path = path.canonicalize().map_err(|e| Error::at(path, e))?;
        let lock_file = path.join("server.lock");
        let lock = File::options().create(true).truncate(false).write(true).open(&lock_file);
        let lock = lock.map_err(|e| Error::at(&path, e))?;
        let started = Instant::now();
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if started.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(50));
                }
                Err(TryLockError::WouldBlock) => return Err(Error::InUse { path }),
                Err(TryLockError::Error(e)) => return Err(Error::at(&lock_file, e)),
            }
        }
        let folder = Self { path, _lock: lock };
        folder.check()?;
        Ok(folder)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn check(&self) -> Result<(), Error> {
        let Ok(found) = fs::read_to_string(self.path.join("version")) else { return Ok(()) };
        let found = found.trim();
        if numbers(found) > numbers(OURS) {
            return Err(Error::Newer { path: self.path.clone(), found: found.to_owned(), ours: OURS });
        }
        Ok(())
    }

    /// Writes this version down, once it runs.
    pub(super) fn mark(&self) -> Result<(), Error> {
        let target = self.path.join("version");
        if fs::read_to_string(&target).is_ok_and(|found| found.trim() == OURS) {
            return Ok(());
        }
        let new = self.path.join("version.new");
        fs::write(&new, format!("{OURS}\n")).and_then(|()| fs::rename(&new, &target)).map_err(|e| Error::at(&target, e))
    }
}

/// `1.2.3-rc1` as (1, 2, 3); what is no number counts as 0.
fn numbers(version: &str) -> Vec<u32> {
    let plain = version.split(['-', '+']).next().unwrap_or_default();
    plain.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(numbers("0.10.0") > numbers("0.9.9"));
        assert!(numbers("1.0.0") > numbers("0.99.0"));
        assert!(numbers("0.1.0-rc1") <= numbers("0.1.0"));
    }
}
