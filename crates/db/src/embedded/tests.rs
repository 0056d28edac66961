//! Real servers in folders of their own: killed, started again, refused.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use sqlx::{Connection as _, PgConnection};

use super::*;

/// Set in the copy of this test program that plays the server which is killed.
const HOLD: &str = "TEST_HOLDS_DATA_DIR";

fn quick() -> Options {
    Options { throwaway: true, ..Options::default() }
}

async fn connect(url: &str) -> PgConnection {
    PgConnection::connect(url).await.expect("the server answers")
}

async fn count(url: &str) -> i64 {
    sqlx::query_scalar("select count(*) from kept")
        .fetch_one(&mut connect(url).await)
        .await
        .expect("the table is there")
}

async fn keep_row(url: &str, id: i32) {
    let mut connection = connect(url).await;
    sqlx::raw_sql("create table if not exists kept (id int)").execute(&mut connection).await.expect("made");
    sqlx::query("insert into kept values ($1)").bind(id).execute(&mut connection).await.expect("kept");
}

#[tokio::test]
async fn data_outlives_a_stop_and_the_folder_has_one_server() {
    let home = tempfile::tempdir().expect("a folder");
    let data = home.path().join("data");
    let first = Embedded::start_with(&data, quick()).await.expect("starts in a new folder");
    keep_row(&first.url(), 1).await;
    let refused = Embedded::start_with(&data, quick()).await.expect_err("the folder is taken");
    assert!(matches!(refused, Error::InUse { .. }), "{refused}");
    assert_eq!(count(&first.url()).await, 1, "the refused one disturbed nothing");
    let pid = first.pid();
    first.stop().await;
    assert!(nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), None).is_err(), "it was stopped and reaped");
    let again = Embedded::start_with(&data, quick()).await.expect("starts again");
    assert_eq!(count(&again.url()).await, 1);
    let version: String =
        sqlx::query_scalar("show listen_addresses").fetch_one(&mut connect(&again.url()).await).await.expect("told");
    assert_eq!(version, "127.0.0.1");
    again.stop().await;
}

#[tokio::test]
async fn secrets_of_the_folder_are_private_and_the_password_is_asked() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = tempfile::tempdir().expect("a folder");
    let embedded = Embedded::start_with(home.path(), quick()).await.expect("starts");
    for file in ["postgres/password", "postgres/log"] {
        let mode = std::fs::metadata(home.path().join(file)).expect("there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{file}");
    }
    let wrong = embedded.url().replacen("@127.0.0.1", "x@127.0.0.1", 1);
    assert!(PgConnection::connect(&wrong).await.is_err(), "a wrong password must not do");
    embedded.stop().await;
}

/// Not a test by itself: the server that the next test kills.
#[tokio::test]
async fn holds_a_database_until_killed() {
    let Some(data) = std::env::var_os(HOLD) else { return };
    let embedded = Embedded::start_with(Path::new(&data), Options::default()).await.expect("starts");
    println!("\nURL {}", embedded.url());
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn every_acknowledged_row_outlives_a_killed_server() {
    let home = tempfile::tempdir().expect("a folder");
    for round in 1..=3 {
        let mut server = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "embedded::tests::holds_a_database_until_killed", "--nocapture"])
            .env(HOLD, home.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("runs");
        let mut lines = BufReader::new(server.stdout.take().expect("piped")).lines().map_while(Result::ok);
        let url = lines.find_map(|line| line.strip_prefix("URL ").map(str::to_owned)).expect("it starts");
        keep_row(&url, round).await;
        server.kill().expect("killed");
        server.wait().expect("gone");
    }
    let embedded = Embedded::start(home.path()).await.expect("starts after kill -9");
    assert_eq!(count(&embedded.url()).await, 3);
    embedded.stop().await;
}

#[tokio::test]
async fn a_killed_postgres_comes_back_at_the_same_address() {
    let home = tempfile::tempdir().expect("a folder");
    let embedded = Embedded::start_with(home.path(), Options::default()).await.expect("starts");
    keep_row(&embedded.url(), 1).await;
    let before = embedded.pid();
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(before), nix::sys::signal::Signal::SIGKILL).expect("killed");
    let started = std::time::Instant::now();
    while embedded.pid() == before && started.elapsed().as_secs() < 60 {
        tokio::task::yield_now().await;
    }
    assert_ne!(embedded.pid(), before, "it was started again");
    assert_eq!(count(&embedded.url()).await, 1);
    embedded.stop().await;
}

#[tokio::test]
async fn the_note_of_a_dead_postgres_whose_number_lives_on_does_not_stand_in_the_way() {
    let home = tempfile::tempdir().expect("a folder");
    let embedded = Embedded::start_with(home.path(), quick()).await.expect("starts");
    keep_row(&embedded.url(), 1).await;
    let note = home.path().join("postgres/cluster/postmaster.pid");
    let text = std::fs::read_to_string(&note).expect("a running server has a note");
    embedded.stop().await;
    let (_, rest) = text.split_once('\n').expect("lines");
    // A living process that belongs to the very user Postgres runs as: that one Postgres would believe.
    let mut command = Command::new("sleep");
    if let Some(account) = account::Account::needed() {
        use std::os::unix::process::CommandExt as _;
        command.uid(account.uid).gid(account.gid);
    }
    let mut stranger = command.arg("600").spawn().expect("runs");
    std::fs::write(&note, format!("{}\n{rest}", stranger.id())).expect("written");
    let again = Embedded::start_with(home.path(), quick()).await;
    stranger.kill().expect("killed");
    stranger.wait().expect("gone");
    let again = again.expect("starts");
    assert_eq!(count(&again.url()).await, 1);
    again.stop().await;
}

#[tokio::test]
async fn data_of_another_postgres_is_refused_unharmed() {
    let home = tempfile::tempdir().expect("a folder");
    let cluster = home.path().join("postgres/cluster");
    std::fs::create_dir_all(&cluster).expect("made");
    std::fs::write(cluster.join("PG_VERSION"), "99\n").expect("written");
    let error = Embedded::start_with(home.path(), quick()).await.expect_err("refused").to_string();
    assert!(error.contains("PostgreSQL 99"), "{error}");
    let names: Vec<_> = std::fs::read_dir(&cluster).expect("there").flatten().map(|e| e.file_name()).collect();
    assert_eq!(names, ["PG_VERSION"]);
}

#[tokio::test]
async fn data_of_a_newer_version_is_refused_unharmed() {
    let home = tempfile::tempdir().expect("a folder");
    std::fs::write(home.path().join("version"), "999.0.0\n").expect("written");
    let error = Embedded::start_with(home.path(), quick()).await.expect_err("refused").to_string();
    assert!(error.contains("999.0.0") && error.contains("DATA_DIR"), "{error}");
    assert!(!home.path().join("postgres").exists());
}

#[tokio::test]
async fn an_interrupted_first_run_is_begun_anew() {
    let home = tempfile::tempdir().expect("a folder");
    let half = home.path().join("postgres/cluster.new");
    std::fs::create_dir_all(half.join("base")).expect("made");
    std::fs::write(home.path().join("postgres/password"), "cut").expect("written");
    let embedded = Embedded::start_with(home.path(), quick()).await.expect("starts");
    assert!(!half.exists());
    embedded.stop().await;
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_one_sentence() {
    let home = tempfile::tempdir().expect("a folder");
    let file = home.path().join("data");
    std::fs::write(&file, "not a folder").expect("written");
    let error = Embedded::start_with(&file, quick()).await.expect_err("refused").to_string();
    assert!(error.starts_with("Cannot write to") && error.contains("DATA_DIR"), "{error}");
}

#[test]
fn a_full_disk_is_told_apart() {
    let full = std::io::Error::from_raw_os_error(nix::errno::Errno::ENOSPC as i32);
    assert!(matches!(Error::at(Path::new("data"), full), Error::DiskFull { .. }));
    let said = "running bootstrap script ... FATAL:  could not write to file: No space left on device";
    assert!(matches!(Error::said(said, Path::new("log")), Error::DiskFull { .. }));
    let said = "LOG:  starting\n2026-01-01 UTC [7] FATAL:  could not create lock file: Permission denied\n";
    let other = Error::said(said, Path::new("log")).to_string();
    assert!(other.contains("did not start: could not create lock file: Permission denied;"), "{other}");
}
