//! The project's rules as tests: directions, sizes, heads, guards, and lists that must agree.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace is above the server").to_owned()
}

/// Every file below a folder with this ending, with its path from the root.
fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(&at).unwrap_or_else(|e| panic!("{}: {e}", at.display())).flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let name = path.strip_prefix(root()).expect("below the root").to_string_lossy().into_owned();
                found.push((name, fs::read_to_string(&path).expect("readable")));
            }
        }
    }
    found.sort();
    found
}

fn rust() -> Vec<(String, String)> {
    ["crates", "app/src", "frontend/src", "server/src", "server/tests"].iter().flat_map(|f| files(f, ".rs")).collect()
}

/// Fails with every offender at once.
fn none(rule: &str, offenders: Vec<String>) {
    assert!(offenders.is_empty(), "{rule}:\n  {}", offenders.join("\n  "));
}

#[test]
fn dependencies_point_one_way() {
    let allowed: &[(&str, &[&str])] = &[
        ("crates/domain", &[]),
        ("crates/db", &["domain"]),
        ("crates/llm", &["domain"]),
        ("crates/channels", &["domain"]),
        ("crates/knowledge", &[]),
        ("crates/engine", &["domain", "db", "llm", "channels", "knowledge"]),
        ("crates/judges", &[]),
        ("app", &["domain", "db", "engine"]),
        ("frontend", &["app"]),
        ("server", &["app", "domain", "db", "llm", "channels", "knowledge", "engine"]),
    ];
    let crates = ["domain", "db", "llm", "channels", "knowledge", "engine", "app"];
    let mut wrong = Vec::new();
    for (folder, may) in allowed {
        let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).expect("a manifest");
        for name in crates {
            let depends =
                manifest.lines().any(|l| l.starts_with(&format!("{name} =")) || l.starts_with(&format!("{name}.")));
            if depends && !may.contains(&name) {
                wrong.push(format!("{folder} depends on {name}"));
            }
        }
    }
    none("arrows never turn back (docs/ARCHITECTURE.md)", wrong);
}

#[test]
fn pages_hold_no_sql_no_http_and_no_transactions() {
    let words = ["sqlx::", "reqwest::", "query!(", "channels::", "llm::"];
    let wrong = files("app/src", ".rs")
        .into_iter()
        .flat_map(|(name, text)| {
            let hits: Vec<_> =
                words.iter().filter(|w| code(&text).contains(**w)).map(|w| format!("{name}: `{w}`")).collect();
            hits
        })
        .collect();
    none("`app` asks `db` and `engine`, nothing else", wrong);
}

/// A file without its comment lines.
fn code(text: &str) -> String {
    text.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_server_function_asks_who_is_there() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (name, text) in files("app/src", ".rs") {
        for part in text.split("#[server").skip(1) {
            seen += 1;
            let attributes = part.split(']').next().unwrap_or_default();
            if attributes.contains("GetUrl") {
                wrong.push(format!("{name}: GET encodings defeat SameSite cookies"));
            }
            if !name.ends_with("api.rs") {
                wrong.push(format!("{name}: server functions live in api.rs"));
            }
            let body = part.split_once("{\n").map(|(_, b)| b).unwrap_or_default();
            let first =
                body.lines().map(str::trim).find(|l| !l.is_empty() && !l.starts_with("use ")).unwrap_or_default();
            if !first.contains("cx().await?") && !first.starts_with("// Open to anyone") {
                wrong.push(format!("{name}: the first line is `{first}`, not `let cx = cx().await?;`"));
            }
        }
    }
    assert!(seen > 10, "only {seen} server functions were found: the test looks in the wrong place");
    none("the guard line comes first", wrong);
}

#[test]
fn elements_that_bite_live_in_the_kit() {
    let mut wrong = Vec::new();
    for (name, text) in files("app/src", ".rs") {
        // The theme's script in the document's shell is a constant of ours.
        if name.starts_with("app/src/ui/") || name == "app/src/lib.rs" {
            continue;
        }
        let text = code(&text);
        for word in ["<textarea", "<table", "inner_html"] {
            if text.contains(word) {
                wrong.push(format!("{name}: `{word}`"));
            }
        }
    }
    none("`textarea`, `table` and `inner_html` only in app/src/ui", wrong);
}

#[test]
fn every_promise_names_a_test_that_is_there() {
    let text = fs::read_to_string(root().join("docs/TESTING.md")).expect("docs/TESTING.md");
    let mut wrong = Vec::new();
    let mut seen = 0;
    for row in text.lines().filter(|l| l.starts_with('|') && l.matches('|').count() == 4) {
        let cells: Vec<_> = row.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let (file, test) = (cells[2], cells[3]);
        if !(file.ends_with(".rs") || file.ends_with(".ts") || file.ends_with(".mjs")) {
            continue;
        }
        seen += 1;
        match fs::read_to_string(root().join(file)) {
            Ok(held) if held.contains(test) => {}
            Ok(_) => wrong.push(format!("{file} has no `{test}`")),
            Err(error) => wrong.push(format!("{file}: {error}")),
        }
    }
    assert!(seen > 20, "only {seen} promises were found: the test looks in the wrong place");
    none("docs/TESTING.md", wrong);
}

/// What people, providers and programs send comes in here. Whoever reads it says what is wrong with it, and does not take nothing instead.
#[test]
fn what_a_caller_sent_is_not_dropped_without_a_word() {
    let doors = [
        "server/src/api/",
        "server/src/v1/",
        "server/src/mcp/",
        "server/src/hooks.rs",
        "crates/channels/src/parse.rs",
        "crates/channels/src/generic",
        "crates/channels/src/signature.rs",
        "crates/channels/src/twilio",
        "crates/engine/src/imports",
        "crates/engine/src/knowledge",
        "crates/knowledge/src",
    ];
    let reads = [
        "from_str(",
        "from_str::<",
        "from_slice",
        "from_bytes(",
        "from_utf8(",
        ".parse()",
        ".parse::<",
        ".decode(",
        ".next()?",
    ];
    let drops = [".ok()", "unwrap_or_default()", "unwrap_or(", "unwrap_or_else(|_|"];
    // A piece of the line, and why nothing is lost there.
    let fine = [
        ("strip_prefix(\"message=\")", "an address without our id: the report is found by the provider's"),
        (
            "serde_urlencoded::from_bytes(body)",
            "pairs of texts are read from any bytes; what is garbled has no good signature",
        ),
        ("let mut chunk: Value = serde_json::from_str(data)", "an event of a provider goes on as it came"),
        (
            "let arguments = serde_json::from_str(&text)",
            "checked before; numbers too large to be read stay in the text",
        ),
        ("from_str(&id)", "an id that we made"),
        ("from_slice::<Whole>(whole)", "an answer without its usage is estimated, and goes on as it came"),
        (".and_then(|v| v.parse().ok())", "a length that was announced; what comes is counted"),
        ("map(catalogue::shown)", "no such tool, and that is the answer"),
        ("self.records.next()?", "text that was decoded, in rows of any length: there is nothing to refuse"),
        ("form.filled(\"CallDuration\")", "how long a call was is shown where it is known"),
        ("serde_json::from_str(&head)", "of our own process; without it the document is refused"),
        ("value.parse::<u8>()", "the level of a heading; its words are kept"),
    ];
    let mut used = vec![false; fine.len()];
    let mut wrong = Vec::new();
    for (name, text) in rust() {
        if !doors.iter().any(|door| name.starts_with(door)) || name.contains("tests") {
            continue;
        }
        let text = code(text.split("#[cfg(test)]").next().unwrap_or_default());
        for line in text.lines().map(str::trim) {
            if !(reads.iter().any(|word| line.contains(word)) && drops.iter().any(|word| line.contains(word))) {
                continue;
            }
            match fine.iter().position(|(piece, _)| line.contains(piece)) {
                Some(at) => used[at] = true,
                None => wrong.push(format!("{name}: {line}")),
            }
        }
    }
    let unused =
        fine.iter().zip(&used).filter(|(_, used)| !**used).map(|((piece, _), _)| format!("no longer there: {piece}"));
    wrong.extend(unused);
    none("say what is wrong with what was sent", wrong);
}

#[test]
fn no_list_ignores_a_filter_that_it_does_not_know() {
    let mut wrong = Vec::new();
    for (name, text) in files("server/src/api", ".rs") {
        if text.contains("ApiQuery<Filter>") {
            wrong.push(format!("{name}: `Filter` takes any field; use a struct of the list's own"));
        }
        for part in text.split("IntoParams)]").skip(1) {
            let head = part.split('{').next().unwrap_or_default();
            if !head.contains("deny_unknown_fields") {
                wrong.push(format!("{name}: {} lacks `deny_unknown_fields`", head.lines().last().unwrap_or_default()));
            }
        }
    }
    none("an unknown filter is 400", wrong);
}

/// The text from after an opening brace to the one that closes it.
fn block(text: &str) -> &str {
    let mut depth = 1;
    let end = text.find(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        depth == 0
    });
    &text[..end.unwrap_or(text.len())]
}

#[test]
fn what_comes_after_an_answer_reads_nothing_that_may_be_gone() {
    let mut wrong = Vec::new();
    for (name, text) in files("app/src", ".rs") {
        let text = code(&text);
        // On the server a page is made once and not left.
        for (at, begin) in text.match_indices("async move {").filter(|_| !name.ends_with("api.rs")) {
            let body = block(&text[at + begin.len()..]);
            let after = body.split_once(".await").map_or("", |(_, after)| after);
            for word in [".run(", ".get_untracked()", ".with_untracked(", ".get_value()", ".with_value("] {
                if after.contains(word) {
                    wrong.push(format!("{name}: `{word}` after `.await`"));
                }
            }
        }
    }
    none("the page may have been left by then, and that would end the tab: the `try_` of it", wrong);
}

#[test]
fn only_the_gate_makes_permits() {
    let wrong = rust()
        .into_iter()
        .filter(|(name, text)| {
            let allowed = name == "crates/engine/src/send.rs"
                || name.starts_with("crates/channels/")
                || name.ends_with("tidy.rs");
            !allowed && text.contains("granted_by_gate")
        })
        .map(|(name, _)| name)
        .collect();
    none("engine::send is the only code that can reach a channel", wrong);
}

#[test]
fn shared_types_have_no_sizes_of_the_machine() {
    let wrong = files("crates/domain/src", ".rs")
        .into_iter()
        .flat_map(|(name, text)| {
            let lines: Vec<_> = text
                .lines()
                .filter(|l| {
                    l.trim_start().starts_with("pub ")
                        && l.trim_end().ends_with(',')
                        && (l.contains("usize") || l.contains("isize"))
                })
                .map(|l| format!("{name}: {}", l.trim()))
                .collect();
            lines
        })
        .collect();
    none("the browser has 32 bits: no usize or isize in shared types", wrong);
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut wrong = Vec::new();
    for (name, text) in rust() {
        let lines = text.lines().count();
        if lines > 500 {
            wrong.push(format!("{name}: {lines} lines"));
        }
        if !text.starts_with("//!") {
            wrong.push(format!("{name}: no head comment"));
        }
    }
    for (name, text) in files("migrations", ".sql") {
        if !text.starts_with("-- ") {
            wrong.push(format!("{name}: a migration opens with a comment that says why"));
        }
    }
    none("files are at most 500 lines and open with what lives there", wrong);
}

#[test]
fn the_example_file_lists_exactly_the_settings() {
    let text = fs::read_to_string(root().join(".env.example")).expect("readable");
    let listed: Vec<&str> = text
        .lines()
        .filter_map(|l| l.trim_start_matches('#').split_once('='))
        .map(|(name, _)| name)
        .filter(|name| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        })
        .collect();
    let known: Vec<&str> = server::config::SETTINGS.iter().map(|s| s.name).collect();
    assert_eq!(listed, known, ".env.example and server/src/config/settings.rs differ");
}

#[test]
fn every_operation_of_the_api_is_described() {
    let described = serde_json::to_value(server::api::router().1).expect("a description is JSON");
    let (mut names, mut wrong) = (std::collections::HashSet::new(), Vec::new());
    for (path, methods) in described["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let mut want = |holds: bool, what: &str| {
                if !holds {
                    wrong.push(format!("{method} {path}: {what}"));
                }
            };
            let answers = |status: &str| !operation["responses"][status].is_null();
            let name = operation["operationId"].as_str().unwrap_or_default();
            want(names.insert(name.to_owned()), "another operation has the same `operation_id`");
            want(!operation["summary"].is_null(), "no sentence");
            let open = operation["security"].as_array().is_some_and(|all| all.contains(&serde_json::json!({})));
            want(open || answers("401"), "401 is not named");
            want(!path.contains('{') || answers("404"), "404 is not named");
            want(operation["requestBody"].is_null() || answers("400"), "400 is not named");
        }
    }
    none("what clients rely on is in the OpenAPI description", wrong);
}

#[test]
fn every_event_has_a_live_topic() {
    let missing = domain::event::EventKind::ALL
        .iter()
        .map(|kind| kind.topic())
        .filter(|topic| !app::live::TOPICS.contains(topic))
        .map(str::to_owned)
        .collect();
    none("pages can only listen to a topic that app/src/live.rs knows", missing);
}

#[test]
fn the_browser_half_carries_nothing_of_the_server() {
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "-p",
            "frontend",
            "--target",
            "wasm32-unknown-unknown",
            "-e",
            "normal",
            "--prefix",
            "none",
            "--offline",
        ])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8_lossy(&tree.stdout);
    assert!(tree.contains("leptos v"), "the tree was not read");
    let heavy = ["sqlx", "tokio", "axum", "reqwest", "engine", "db", "chrono-tz"];
    let wrong = tree
        .lines()
        .filter_map(|l| l.split(' ').next())
        .filter(|name| heavy.contains(name))
        .map(str::to_owned)
        .collect();
    none("these reach the browser", wrong);
}

/// The name that a type has in the description of the API: its own one, or another one that it was given.
fn shown_name(attributes: &str, own: &str) -> String {
    let given = attributes.split_once("schema(as = ").or_else(|| own.split_once(" as "));
    let name = given.map_or(own, |(_, rest)| rest);
    name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn two_types_of_the_api_have_two_names() {
    let mut known: std::collections::BTreeMap<String, Vec<String>> = Default::default();
    for (file, text) in [files("crates/domain/src", ".rs"), files("server/src", ".rs")].concat() {
        let mut attributes = String::new();
        for line in text.lines().map(str::trim) {
            let kind = ["struct ", "enum "].iter().find_map(|word| {
                let plain = line.trim_start_matches("pub(super) ").trim_start_matches("pub(crate) ");
                plain.trim_start_matches("pub ").strip_prefix(word)
            });
            if line.starts_with('#') || line.starts_with("closed_list!") {
                attributes.push_str(line);
            } else if let Some(own) = kind {
                if attributes.contains("ToSchema") || attributes.contains("closed_list!") {
                    known.entry(shown_name(&attributes, own)).or_default().push(file.clone());
                }
                attributes.clear();
            } else if !line.starts_with("//") {
                attributes.clear();
            }
        }
    }
    assert!(known.contains_key("GuardrailRule") && known.contains_key("LeadDraft"), "it reads them");
    let twice =
        known.into_iter().filter(|(_, files)| files.len() > 1).map(|(name, files)| format!("{name}: {files:?}"));
    none("one of them would stand for both in the description: give it another with `schema(as = …)`", twice.collect());
}

/// Dialogs and drawers that leave a dead page behind were the worst fault of an hour of use; each has a row of its own, which says how it
/// is opened, and is left in every way there.
#[test]
fn every_dialog_has_a_row_in_the_browser_test_that_leaves_it() {
    let table = fs::read_to_string(root().join("end2end/support/windows.ts")).expect("the table of dialogs");
    let rows = |file: &str| table.matches(&format!("source: \"{file}\"")).count();
    let opens =
        ["<Dialog\n", "<Dialog ", "<Drawer\n", "<Drawer ", "<ConfirmDialog\n", "<ConfirmDialog ", "dialog::modal("];
    let mut wrong = Vec::new();
    let mut known = 0;
    for (name, text) in files("app/src", ".rs").into_iter().filter(|(name, _)| !name.starts_with("app/src/ui/")) {
        let file = name.trim_start_matches("app/src/");
        let (made, shown) = (opens.iter().map(|open| text.matches(open).count()).sum::<usize>(), rows(file));
        known += shown;
        if made > shown {
            wrong.push(format!("{name} makes {made} dialogs, end2end/support/windows.ts opens {shown} of them"));
        }
    }
    let all = table.matches("source: \"").count();
    if all > known {
        wrong.push(format!("end2end/support/windows.ts names {} dialogs of files that are gone", all - known));
    }
    none("every dialog is opened and left in every way", wrong);
}

#[test]
fn every_page_has_a_browser_test_that_names_it() {
    let pages: std::collections::BTreeSet<String> = fs::read_dir(root().join("app/src/pages"))
        .expect("readable")
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let mut named = std::collections::BTreeSet::new();
    for (_, text) in files("end2end", ".spec.ts") {
        let lines = text.lines().filter_map(|line| line.strip_prefix("// Pages: "));
        named.extend(lines.flat_map(|line| line.trim_end_matches('.').split(", ")).map(str::to_owned));
    }
    let unknown = named.difference(&pages).map(|name| format!("{name} is no folder of app/src/pages"));
    let untested = pages.difference(&named).map(|name| format!("no `// Pages:` line of end2end names {name}"));
    none("`make quick` finds the browser tests of a page by these lines", unknown.chain(untested).collect());
}
