//! What an earlier run left behind: a Postgres that is still stopping, or the note of one that is long gone.
//!
//! We hold the folder's lock here, so a Postgres in our cluster has lost its server. It normally notices by itself and
//! stops; we wait for it, then ask. The note (`postmaster.pid`) itself is left to Postgres, which also finds lost backends by
//! it. Only when its process number belongs to somebody else by now (in a container numbers repeat) we mend that number.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::Error;
use super::cluster::Cluster;

/// How long to wait before each stronger request.
const REQUESTS: [(Option<Signal>, Duration); 3] = [
    (None, Duration::from_secs(5)),
    (Some(Signal::SIGINT), Duration::from_secs(20)),
    (Some(Signal::SIGQUIT), Duration::from_secs(10)),
];

/// Waits until no earlier Postgres uses the cluster, and mends a note that would keep a new one from starting.
pub(super) fn clear(cluster: &Cluster) -> Result<(), Error> {
    let note = cluster.data().join("postmaster.pid");
    let Some(pid) = pid_in(&note) else { return Ok(()) };
    for (request, patience) in REQUESTS {
        if let (Some(signal), true) = (request, uses(pid, &cluster.data())) {
            tracing::warn!(pid, signal = signal.as_str(), "stopping a database process of an earlier run");
            let _ = kill(Pid::from_raw(pid), signal);
        }
        let started = Instant::now();
        while uses(pid, &cluster.data()) {
            if started.elapsed() > patience {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    if uses(pid, &cluster.data()) {
        return Err(Error::StillRunning { pid, path: cluster.data() });
    }
    if lives(pid) { mend(&note) } else { Ok(()) }
}

/// Puts our own number into the note: Postgres knows that its parent cannot be an earlier Postgres.
fn mend(note: &Path) -> Result<(), Error> {
    let Ok(text) = fs::read_to_string(note) else { return Ok(()) };
    let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
    fs::write(note, format!("{}\n{rest}", std::process::id())).map_err(|e| Error::at(note, e))
}

fn lives(pid: i32) -> bool {
    kill(Pid::from_raw(pid), None) != Err(Errno::ESRCH)
}

/// The process on the first line of `postmaster.pid`.
pub(super) fn pid_in(note: &Path) -> Option<i32> {
    let pid = fs::read_to_string(note).ok()?.lines().next()?.trim().parse::<i32>().ok()?;
    // A negative number stands for a single-user Postgres.
    Some(pid.abs()).filter(|pid| *pid > 0)
}

/// Whether a process lives and is a Postgres in this folder.
fn uses(pid: i32, data: &Path) -> bool {
    lives(pid) && works_in(pid, data)
}

#[cfg(target_os = "linux")]
fn works_in(pid: i32, data: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    // A zombie has no working folder and no command line, and holds nothing.
    let process = Path::new("/proc").join(pid.to_string());
    if let (Ok(cwd), Ok(data)) = (fs::metadata(process.join("cwd")), fs::metadata(data)) {
        return (cwd.dev(), cwd.ino()) == (data.dev(), data.ino());
    }
    let line = fs::read(process.join("cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&line).split('\0').any(|word| Path::new(word) == data)
}

#[cfg(not(target_os = "linux"))]
fn works_in(pid: i32, data: &Path) -> bool {
    let output = std::process::Command::new("ps").args(["-o", "command=", "-p", &pid.to_string()]).output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(&*data.to_string_lossy()))
}
