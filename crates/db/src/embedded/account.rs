//! Who Postgres runs as. It refuses root, so a server started by root (a container) borrows another user.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::Path;

use nix::unistd::{User, geteuid};

use super::Error;

/// The user that stands in for root.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) name: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Account {
    /// `None` when this process is an ordinary user; else `postgres`, else `nobody`. The user must have an
    /// entry in the password file: `initdb` looks itself up.
    pub(super) fn needed() -> Option<Self> {
        if !geteuid().is_root() {
            return None;
        }
        let known = |name: &str| User::from_name(name).ok().flatten();
        let user = known("postgres").or_else(|| known("nobody"));
        // Without either the start fails with Postgres's own sentence about root.
        user.map(|user| Self { name: user.name, uid: user.uid.as_raw(), gid: user.gid.as_raw() })
    }

    /// Gives a file or a whole folder to this user. What vanishes meanwhile needs no owner: a Postgres of a killed server may still be
    /// removing its files.
    pub(super) fn own(&self, path: &Path) -> Result<(), Error> {
        match self.try_own(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            done => done.map_err(|e| Error::at(path, e)),
        }
    }

    fn try_own(&self, path: &Path) -> io::Result<()> {
        let meta = fs::symlink_metadata(path)?;
        if meta.uid() != self.uid {
            std::os::unix::fs::lchown(path, Some(self.uid), Some(self.gid))?;
        }
        if !meta.is_dir() {
            return Ok(());
        }
        for entry in fs::read_dir(path)? {
            match self.try_own(&entry?.path()) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                done => done?,
            }
        }
        Ok(())
    }

    /// Gives one file to this user.
    pub(super) fn own_file(&self, path: &Path) -> Result<(), Error> {
        chown(path, Some(self.uid), Some(self.gid)).map_err(|e| Error::at(path, e))
    }

    /// Whether this user can get to a folder: every folder above it, and it, lets them pass.
    pub(super) fn can_enter(&self, folder: &Path) -> bool {
        let Ok(folder) = folder.canonicalize() else { return false };
        folder.ancestors().all(|step| fs::metadata(step).is_ok_and(|meta| self.passes(&meta)))
    }

    fn passes(&self, meta: &fs::Metadata) -> bool {
        let bit = if meta.uid() == self.uid {
            0o100
        } else if meta.gid() == self.gid {
            0o010
        } else {
            0o001
        };
        meta.mode() & bit != 0
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn files_that_vanish_meanwhile_do_not_matter() {
        let home = tempfile::tempdir().unwrap();
        let account = Account { name: "me".into(), uid: geteuid().as_raw(), gid: nix::unistd::getegid().as_raw() };
        let note = home.path().join("postmaster.pid");
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    fs::write(&note, "1").unwrap();
                    fs::remove_file(&note).unwrap();
                }
            });
            let all = (0..2_000).map(|_| account.own(home.path())).collect::<Result<Vec<_>, _>>();
            over.store(true, Ordering::Relaxed);
            all.unwrap();
        });
        assert!(account.own(&home.path().join("gone")).is_ok());
    }
}
