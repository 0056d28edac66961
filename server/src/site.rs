//! Where the browser half lies that belongs to this program.
//!
//! `cargo leptos` tells it by variables. Without them (a plain start of the program) the usual places hold, so that the
//! program works when started by hand.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use leptos::config::LeptosOptions;

use crate::config::Config;

/// Leptos's options for this process.
pub fn options(config: &Config) -> LeptosOptions {
    let program = std::env::current_exe().unwrap_or_default();
    let folder = program.parent().unwrap_or(Path::new("."));
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let root = variable("LEPTOS_SITE_ROOT").map_or_else(|| usual_root(folder), PathBuf::from);
    // Beside the program, unless another place is named: tests run the development build with the browser half of the release.
    let hash_file = variable("LEPTOS_HASH_FILE_NAME").unwrap_or_else(|| "hash.txt".to_owned());
    let hashed =
        variable("LEPTOS_HASH_FILES").map_or_else(|| folder.join(&hash_file).exists(), |value| value == "true");
    LeptosOptions::builder()
        .output_name("agent-outreach")
        .hash_file(hash_file.into())
        .site_root(root.to_string_lossy().into_owned())
        .site_addr(SocketAddr::new(config.web.host, config.web.port))
        .reload_port(variable("LEPTOS_RELOAD_PORT").and_then(|port| port.parse().ok()).unwrap_or(3001))
        .hash_files(hashed)
        .build()
}

/// `site` beside the program (an installed one), else where the Makefile and cargo-leptos build to.
fn usual_root(folder: &Path) -> PathBuf {
    let target = folder.parent().unwrap_or(folder);
    let release = folder.file_name().is_some_and(|name| name == "release");
    let places = [folder.join("site"), target.join(if release { "site-release" } else { "site" })];
    places.iter().find(|place| place.is_dir()).unwrap_or(&places[1]).clone()
}
