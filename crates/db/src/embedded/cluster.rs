//! Postgres's folder: where its parts are, and how a new one is made.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rand::RngCore as _;

use super::Error;
use super::account::Account;
use super::binaries::Binaries;
use super::process;

/// A log beyond this is begun anew at the next start.
const LONGEST_LOG: u64 = 10 * 1024 * 1024;

/// The folder `DATA_DIR/postgres`.
#[derive(Debug, Clone)]
pub(super) struct Cluster {
    folder: PathBuf,
    /// For tests: nothing survives a power cut.
    pub(super) throwaway: bool,
}

impl Cluster {
    pub(super) fn of(data_dir: &Path, throwaway: bool) -> Result<Self, Error> {
        let folder = data_dir.join("postgres");
        fs::create_dir_all(&folder).map_err(|e| Error::at(&folder, e))?;
        Ok(Self { folder, throwaway })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Postgres's own folder.
    pub(super) fn data(&self) -> PathBuf {
        self.folder.join("cluster")
    }

    /// What Postgres writes about itself.
    pub(super) fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// The major version of existing data; `None` for a new folder.
    pub(super) fn major(&self) -> Result<Option<u32>, Error> {
        let file = self.data().join("PG_VERSION");
        match fs::read_to_string(&file) {
            Ok(text) => Ok(text.trim().parse().ok()),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Error::at(&file, e)),
        }
    }

    /// Makes the cluster if there is none, and gives the password of its administrator.
    pub(super) fn prepare(&self, binaries: &Binaries, account: Option<&Account>) -> Result<String, Error> {
        let password = self.password()?;
        if self.major()?.is_none() {
            self.make(binaries, account, &password)?;
        }
        let data = self.data();
        if let Some(account) = account {
            account.own(&data)?;
        }
        fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).map_err(|e| Error::at(&data, e))?;
        Ok(password)
    }

    /// Everything is made under another name and renamed when whole, so an interrupted first run leaves no half cluster.
    fn make(&self, binaries: &Binaries, account: Option<&Account>, password: &str) -> Result<(), Error> {
        let new = self.folder.join("cluster.new");
        let failed = |e| Error::at(&new, e);
        if new.exists() {
            fs::remove_dir_all(&new).map_err(failed)?;
        }
        fs::create_dir(&new).map_err(failed)?;
        fs::set_permissions(&new, fs::Permissions::from_mode(0o700)).map_err(failed)?;
        let given = self.folder.join("password.new");
        write_private(&given, password)?;
        if let Some(account) = account {
            account.own(&new)?;
            account.own_file(&given)?;
        }
        let input = File::open(&given).map_err(|e| Error::at(&given, e))?;
        let mut initdb = process::command(&binaries.bin.join("initdb"), &new, account)?;
        initdb
            .args(["--username=postgres", "--auth=scram-sha-256", "--pwfile=/dev/stdin", "--encoding=UTF8"])
            .stdin(input);
        if binaries.major >= 17 {
            // The built-in rules are the same on every machine and need no ICU.
            initdb.args(["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]);
        } else {
            initdb.arg("--locale=C.UTF-8");
        }
        if self.throwaway {
            initdb.arg("--no-sync");
        }
        let output = initdb.output().map_err(|e| Error::at(&new, e))?;
        fs::remove_file(&given).map_err(|e| Error::at(&given, e))?;
        if !output.status.success() {
            let said =
                format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            fs::write(self.log(), &said).map_err(|e| Error::at(&self.log(), e))?;
            return Err(Error::said(&said, &self.log()));
        }
        fs::rename(&new, self.data()).map_err(failed)
    }

    /// The administrator's password: read, or made with the first cluster.
    fn password(&self) -> Result<String, Error> {
        let file = self.folder.join("password");
        match fs::read_to_string(&file) {
            Ok(text) if text.trim().len() == 64 => return Ok(text.trim().to_owned()),
            Ok(_) if self.data().exists() => {
                let reason = format!("the password in `{}` is damaged", file.display());
                return Err(Error::Start { reason, log: self.log() });
            }
            Ok(_) => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound && !self.data().exists() => {}
            Err(e) => return Err(Error::at(&file, e)),
        }
        let mut bytes = [0u8; 32];
        rand::rng().fill_bytes(&mut bytes);
        let password = hex::encode(bytes);
        let new = self.folder.join("password.made");
        write_private(&new, &password)?;
        fs::rename(&new, &file).map_err(|e| Error::at(&file, e))?;
        Ok(password)
    }

    /// The port of the last run while it is free, so that an open client finds its way back; else any free one.
    pub(super) fn port(&self) -> Result<u16, Error> {
        let file = self.folder.join("port");
        let noted = fs::read_to_string(&file).ok().and_then(|text| text.trim().parse::<u16>().ok());
        if let Some(port) = noted.filter(|&port| port != 0 && TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()) {
            return Ok(port);
        }
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
        let port = free.map_err(|e| Error::at(&file, e))?.port();
        fs::write(&file, format!("{port}\n")).map_err(|e| Error::at(&file, e))?;
        Ok(port)
    }

    /// Opens the log for a new run.
    pub(super) fn open_log(&self) -> Result<File, Error> {
        let log = self.log();
        let long = fs::metadata(&log).is_ok_and(|meta| meta.len() > LONGEST_LOG);
        let opened = OpenOptions::new().create(true).append(!long).write(true).truncate(long).mode(0o600).open(&log);
        opened.map_err(|e| Error::at(&log, e))
    }
}

fn write_private(path: &Path, text: &str) -> Result<(), Error> {
    let failed = |e| Error::at(path, e);
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(failed(e)),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)
}
