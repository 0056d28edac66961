//! The running Postgres: started by a thread of its own, which watches it, starts it again when it dies, and stops it.
//!
//! The thread matters: Linux ends the child when the *thread* that started it ends, so it must live as long as the server.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::account::Account;
use super::binaries::Binaries;
use super::cluster::Cluster;
use super::{Error, leftover};

/// Recovery after a crash may take this long.
const READY_WITHIN: Duration = Duration::from_secs(180);
/// A fast shutdown writes a checkpoint.
const STOPPED_WITHIN: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Deaths in a row after which it stays down.
const TRIES: u32 = 5;

/// Everything that starting (again) needs.
#[derive(Debug)]
pub(super) struct Launch {
    cluster: Cluster,
    binaries: Binaries,
    account: Option<Account>,
    port: u16,
}

/// The watching thread. Dropping it stops Postgres and waits for that.
#[derive(Debug)]
pub(super) struct Supervisor {
    orders: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
    pid: Arc<AtomicI32>,
}

impl Launch {
    pub(super) fn new(cluster: Cluster, binaries: Binaries, account: Option<Account>) -> Result<Self, Error> {
        let port = cluster.port()?;
        Ok(Self { cluster, binaries, account, port })
    }

    fn spawn(&self) -> Result<Child, Error> {
        let mut postgres = command(&self.binaries.bin.join("postgres"), &self.cluster.data(), self.account.as_ref())?;
        let mut set = |setting: &str| {
            postgres.args(["-c", setting]);
        };
        set(&format!("port={}", self.port));
        set("listen_addresses=127.0.0.1");
        set("unix_socket_directories=");
        set("timezone=UTC");
        set("log_timezone=UTC");
        // Statements and details carry what people wrote; neither belongs into a log.
        set("log_min_error_statement=panic");
        set("log_error_verbosity=terse");
        if self.cluster.throwaway {
            for off in ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300"] {
                set(off);
            }
        }
        let log = self.cluster.open_log()?;
        let again = log.try_clone().map_err(|e| Error::at(&self.cluster.log(), e))?;
        postgres.stdin(Stdio::null()).stdout(again).stderr(log);
        postgres.spawn().map_err(|e| Error::at(&self.cluster.data(), e))
    }

    /// Waits until the note names *our* process and says ready: the note of a crashed one may still say so, too.
    fn until_ready(&self, child: &mut Child, logged: u64) -> Result<(), Error> {
        let note = self.cluster.data().join("postmaster.pid");
        let (own, started) = (i32::try_from(child.id()).ok(), Instant::now());
        loop {
            if let Ok(Some(_)) = child.try_wait() {
                let log = fs::read(self.cluster.log()).unwrap_or_default();
                let new = log.get(usize::try_from(logged).unwrap_or(0)..).unwrap_or(&log);
                return Err(Error::said(&String::from_utf8_lossy(new), &self.cluster.log()));
            }
            let ready =
                fs::read_to_string(&note).is_ok_and(|text| text.lines().nth(7).is_some_and(|l| l.trim() == "ready"));
            if ready && leftover::pid_in(&note) == own {
                return Ok(());
            }
            if started.elapsed() > READY_WITHIN {
                let reason = format!("it was not ready after {} seconds", READY_WITHIN.as_secs());
                stop(child);
                return Err(Error::Start { reason, log: self.cluster.log() });
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Starts it and waits. What its predecessor still holds (the port, a shared memory block whose last user is just
    /// leaving) is given a moment. Only a first start may take another port: later the pool knows the one it has.
    fn start(&mut self, first: bool) -> Result<Child, Error> {
        let started = Instant::now();
        loop {
            leftover::clear(&self.cluster)?;
            let logged = fs::metadata(self.cluster.log()).map_or(0, |meta| meta.len());
            let mut child = self.spawn()?;
            match self.until_ready(&mut child, logged) {
                Ok(()) => return Ok(child),
                Err(Error::Start { reason, .. })
                    if started.elapsed() < Duration::from_secs(20)
                        && ["still in use", "could not create any TCP/IP sockets"]
                            .iter()
                            .any(|w| reason.contains(w)) =>
                {
                    thread::sleep(Duration::from_millis(200));
                    if first {
                        self.port = self.cluster.port()?;
                    }
                }
                Err(other) => return Err(other),
            }
        }
    }
}

impl Supervisor {
    /// Starts Postgres and gives the watcher and the port once it is ready.
    pub(super) fn start(launch: Launch) -> Result<(Self, u16), Error> {
        let (tell, hear) = mpsc::channel();
        let (orders, heard) = mpsc::channel();
        let pid = Arc::new(AtomicI32::new(0));
        let known = Arc::clone(&pid);
        let path = launch.cluster.data();
        let thread =
            thread::Builder::new().name("postgres".to_owned()).spawn(move || watch(launch, &tell, &heard, &known));
        let thread = thread.map_err(|e| Error::at(&path, e))?;
        let port = hear.recv().expect("the thread tells how the start went before it ends")?;
        Ok((Self { orders: Some(orders), thread: Some(thread), pid }, port))
    }

    /// The process of Postgres.
    pub(super) fn pid(&self) -> i32 {
        self.pid.load(Ordering::Relaxed)
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        drop(self.orders.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn watch(mut launch: Launch, tell: &Sender<Result<u16, Error>>, orders: &Receiver<()>, pid: &AtomicI32) {
    let mut child = match launch.start(true) {
        Ok(child) => child,
        Err(error) => {
            let _ = tell.send(Err(error));
            return;
        }
    };
    let known = |child: &Child| pid.store(i32::try_from(child.id()).unwrap_or_default(), Ordering::Relaxed);
    known(&child);
    let _ = tell.send(Ok(launch.port));
    let (mut deaths, mut since) = (0, Instant::now());
    loop {
        match orders.recv_timeout(LOOK_EVERY) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return stop(&mut child),
        }
        let Ok(Some(status)) = child.try_wait() else { continue };
        deaths = if since.elapsed() > Duration::from_secs(60) { 1 } else { deaths + 1 };
        tracing::warn!(%status, deaths, "the database process ended by itself, starting it again");
        let started = if deaths > TRIES { None } else { Some(launch.start(false)) };
        match started {
            Some(Ok(new)) => child = new,
            Some(Err(error)) => return tracing::error!(%error, "the database could not be started again"),
            None => {
                return tracing::error!("the database process keeps ending, giving up; see its log in the data folder");
            }
        }
        known(&child);
        since = Instant::now();
    }
}

/// Fast shutdown, then immediate, then none at all; each is safe for committed data.
fn stop(child: &mut Child) {
    for (signal, patience) in [
        (Signal::SIGINT, STOPPED_WITHIN),
        (Signal::SIGQUIT, Duration::from_secs(5)),
        (Signal::SIGKILL, Duration::from_secs(5)),
    ] {
        if let Ok(pid) = i32::try_from(child.id()) {
            let _ = kill(Pid::from_raw(pid), signal);
        }
        let asked = Instant::now();
        while asked.elapsed() < patience {
            if !matches!(child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// A command on a cluster folder, as the right user, that ends with the thread that starts it.
///
/// A user who is not root may be unable to walk to the folder (it lies below root's private home). Then the child is
/// put into it and told to use the folder it stands in, which needs no walk.
pub(super) fn command(program: &Path, data: &Path, account: Option<&Account>) -> Result<Command, Error> {
    let mut command = Command::new(program);
    command.env_clear().env("LC_ALL", "C").env("TZ", "UTC").current_dir("/");
    for name in ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    // A group of its own: Ctrl-C in a terminal reaches the server, which stops Postgres when it has finished with it.
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let walks = account.is_none_or(|account| data.parent().is_some_and(|parent| account.can_enter(parent)));
    if !walks && !cfg!(target_os = "linux") {
        let user = account.map(|account| account.name.clone()).unwrap_or_default();
        return Err(Error::Unreachable { user, path: data.to_owned() });
    }
    command.arg("-D").arg(if walks { data } else { Path::new("/proc/self/cwd") });
    if let Some(account) = account {
        use std::os::unix::process::CommandExt as _;
        command.uid(account.uid).gid(account.gid);
    }
    let folder = fs::File::open(data).map_err(|e| Error::at(data, e))?;
    before_exec(&mut command, folder);
    Ok(command)
}

/// What the child does between `fork` and `exec`, when it is the right user already.
#[allow(unsafe_code)]
fn before_exec(command: &mut Command, folder: fs::File) {
    use std::os::unix::process::CommandExt as _;

    let parent = std::process::id();
    let prepare = move || {
        nix::unistd::fchdir(&folder)?;
        #[cfg(target_os = "linux")]
        {
            nix::sys::prctl::set_pdeathsig(Signal::SIGINT)?;
            // Too late if the parent died before the line above; then there is nobody left to start for.
            if u32::try_from(nix::unistd::getppid().as_raw()) != Ok(parent) {
                return Err(std::io::Error::from(std::io::ErrorKind::Interrupted));
            }
        }
        #[cfg(not(target_os = "linux"))]
        let _ = parent;
        Ok(())
    };
    // SAFETY: the closure runs in the forked child and calls only fchdir, prctl and getppid, which are async-signal-safe;
    // it allocates nothing and takes no lock. The folder it captures was opened before the fork and stays open in it.
    unsafe {
        command.pre_exec(prepare);
    }
}
