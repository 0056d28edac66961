//! Reading in a process of its own: what goes wrong there (a panic, a stack without end, all memory, no end) ends there.
//!
//! The program that serves starts itself once more with a hidden command ([`use_program`]), hands the document over on standard input
//! and reads one line of JSON. Where no program was set, such as in tests, a thread with a time limit does it.

use std::io::{BufRead, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::{MAX_BYTES, MAX_TEXT, Reading, Refusal};

/// How long a document may take.
pub const TIME: Duration = Duration::from_secs(30);
/// How much memory a reading process may take, addresses that are only set aside included.
const MEMORY: u64 = 1_024 * 1024 * 1024;
/// The stack of a reading thread: parsers that descend by themselves get some way before the process ends.
const STACK: usize = 32 * 1024 * 1024;
/// Stands before the answer; libraries may print before it.
const MARK: &[u8] = b"\n\x02reading:";

static PROGRAM: OnceLock<(PathBuf, Vec<String>)> = OnceLock::new();

#[derive(Serialize, Deserialize)]
struct Head {
    name: String,
    media: Option<String>,
}

/// Sets the program that reads documents for this process, once, at its start.
pub fn use_program(program: PathBuf, arguments: Vec<String>) {
    let _ = PROGRAM.set((program, arguments));
}

/// Reads a document where it can do no harm. Blocks the thread for up to [`TIME`].
pub fn read(name: &str, media: Option<&str>, bytes: Vec<u8>) -> Result<Reading, Refusal> {
    match PROGRAM.get() {
        Some((program, arguments)) => in_process(program, arguments, name, media, bytes, TIME),
        None => in_thread(name, media, bytes, TIME),
    }
}

/// Reads a document in a thread of this process: no panic gets out, and nobody waits longer than the limit.
pub fn in_thread(name: &str, media: Option<&str>, bytes: Vec<u8>, limit: Duration) -> Result<Reading, Refusal> {
    let (name, media) = (name.to_owned(), media.map(str::to_owned));
    let (done, result) = mpsc::channel();
    let thread = std::thread::Builder::new().name("read-document".into()).stack_size(STACK);
    let started = thread.spawn(move || {
        let _ = done.send(crate::read(&name, media.as_deref(), &bytes));
    });
    if started.is_err() {
        return Err(Refusal::Died);
    }
    match result.recv_timeout(limit) {
        Ok(read) => read,
        Err(mpsc::RecvTimeoutError::Timeout) => Err(Refusal::TimedOut(limit.as_secs())),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(Refusal::Died),
    }
}

/// Reads a document in another process, which is killed when the time is up.
pub fn in_process(
    program: &Path,
    arguments: &[String],
    name: &str,
    media: Option<&str>,
    bytes: Vec<u8>,
    limit: Duration,
) -> Result<Reading, Refusal> {
    let head = Head { name: name.to_owned(), media: media.map(str::to_owned) };
    let mut head = serde_json::to_vec(&head).map_err(|_| Refusal::Died)?;
    head.push(b'\n');
    let mut child = Command::new(program)
        .args(arguments)
        // Nothing of ours (keys, the database's address) is there for whoever takes the parser over.
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|_| Refusal::Died)?;
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else { return Err(Refusal::Died) };
    let (done, result) = mpsc::channel();
    std::thread::spawn(move || {
        // A child that dies early closes its end; what it said is then all there is.
        let _ = input.write_all(&head).and_then(|()| input.write_all(&bytes));
    });
    std::thread::spawn(move || {
        let mut said = Vec::new();
        let most = (MAX_TEXT * 4 + 1024 * 1024) as u64;
        let _ = output.take(most).read_to_end(&mut said);
        let _ = done.send(said);
    });
    let deadline = Instant::now() + limit;
    let said = result.recv_timeout(limit);
    let ended = wait(&mut child, deadline);
    match said {
        Ok(said) if ended => answer(&said),
        _ => Err(Refusal::TimedOut(limit.as_secs())),
    }
}

/// Waits for a child that has closed its output or is out of time; kills it at the deadline.
fn wait(child: &mut Child, deadline: Instant) -> bool {
    loop {
        match child.try_wait() {
            Ok(Some(_)) => return true,
            Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(2)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return false;
            }
        }
    }
}

fn answer(said: &[u8]) -> Result<Reading, Refusal> {
    let at = said.windows(MARK.len()).rposition(|w| w == MARK).ok_or(Refusal::Died)?;
    let read: Result<Reading, String> = serde_json::from_slice(&said[at + MARK.len()..]).map_err(|_| Refusal::Died)?;
    read.map_err(Refusal::Said)
}

/// From here on this thread, and what it starts, opens no file and no connection: whoever takes the parser over finds none of our keys. Gives
/// whether the kernel does so.
#[cfg(target_os = "linux")]
fn shut_in() -> bool {
    use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus};
    let shut = Ruleset::default()
        .handle_access(AccessFs::from_all(ABI::V5))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(ABI::V5)))
        .and_then(Ruleset::create)
        .and_then(landlock::RulesetCreated::restrict_self);
    shut.is_ok_and(|status| status.ruleset != RulesetStatus::NotEnforced)
}

/// The other side: reads one document from standard input and says what is in it. The hidden command of the program.
pub fn main() -> ExitCode {
    // Before anything of the document is seen. Systems that do not know a limit go on without it.
    #[cfg(unix)]
    {
        use nix::sys::resource::{Resource, setrlimit};
        #[cfg(any(target_os = "linux", target_os = "android"))]
        let _ = setrlimit(Resource::RLIMIT_AS, MEMORY, MEMORY);
        let _ = setrlimit(Resource::RLIMIT_CPU, TIME.as_secs() * 2, TIME.as_secs() * 2);
        let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
        let _ = setrlimit(Resource::RLIMIT_FSIZE, 0, 0);
    }
    #[cfg(target_os = "linux")]
    let _ = shut_in();
    // A panic is an answer, not something for the log of the product.
    std::panic::set_hook(Box::new(|_| {}));
    let mut input = std::io::stdin().lock();
    let mut head = String::new();
    let mut bytes = Vec::new();
    let head: Option<Head> = input.read_line(&mut head).ok().and_then(|_| serde_json::from_str(&head).ok());
    let (Some(head), Ok(_)) = (head, input.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)) else {
        return ExitCode::FAILURE;
    };
    let read = in_thread(&head.name, head.media.as_deref(), bytes, TIME).map_err(|refusal| refusal.to_string());
    let Ok(json) = serde_json::to_vec(&read) else { return ExitCode::FAILURE };
    let mut output = std::io::stdout().lock();
    match output.write_all(MARK).and_then(|()| output.write_all(&json)).and_then(|()| output.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn whoever_takes_the_parser_over_reads_none_of_our_files() {
        let folder = std::env::temp_dir().join(format!("agent-outreach-shut-{}", std::process::id()));
        std::fs::write(&folder, "a key").expect("written");
        let path = folder.clone();
        // The rules hold for a thread: those of other tests go on.
        let (is_shut, read) = std::thread::spawn(move || (shut_in(), std::fs::read(path))).join().expect("it ends");
        std::fs::remove_file(folder).expect("removed");
        // Kernels without Landlock go on without it, as with every other limit.
        assert!(!is_shut || read.is_err());
    }
}
