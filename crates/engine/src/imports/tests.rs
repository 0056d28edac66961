//! Imports against a real database: what a file becomes, and that a crash loses and repeats nothing.

use domain::filter::Filter;
use sqlx::PgPool;

use super::*;
use crate::intake::{Desk, desk};

async fn count(desk: &Desk, q: &str) -> i64 {
    let mut tx = desk.cx.read().await.unwrap();
    db::leads::list(&mut tx, &Filter { q: Some(q.into()), ..Filter::default() }).await.unwrap().total
}

fn many(rows: usize) -> Vec<u8> {
    let lines = (0..rows).map(|i| format!("P{i},+1415{i:07}\n")).collect::<String>();
    format!("name,phone\n{lines}").into_bytes()
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_file_becomes_leads_and_a_report(pool: PgPool) {
    let desk = desk(&pool).await;
    let csv = "Full name;Mobile;E-mail;Opt-in;Agent;Notes\r\n\
               Ada;+1 415 555 0101;ada@b.co;yes;Nobody;=cmd|'/C calc'!A0\r\n\
               Bob;415-555-0101;;no;;same number as Ada\r\n\
               Cy;nonsense;;yes;;\r\n\
               ;;;;;\r\n\
               \"Dee\r\nDoe\";+442079460958;;x;;\r\n";
    let import = start(&desk.cx, "C:\\temp\\my leads.csv", csv.into(), None).await.unwrap();
    assert_eq!((import.status, import.file_name.as_str(), import.processed), (ImportStatus::Done, "my leads.csv", 4));
    assert_eq!((import.result.created, import.result.skipped, import.result.total), (2, 2, 4));
    let said: Vec<_> = import.result.problems.iter().map(|p| (p.row, p.field.as_str())).collect();
    assert_eq!(said, [(1, "assigned_agent"), (2, "phone"), (3, "phone")]);

    let mut tx = desk.cx.read().await.unwrap();
    let ada = domain::phone::Phone::parse("+14155550101").unwrap();
    let ada = db::leads::find_by_phone(&mut tx, &ada).await.unwrap().unwrap();
    assert_eq!((ada.name.as_str(), ada.notes.as_str()), ("Ada", "=cmd|'/C calc'!A0"));
    assert_eq!(
        (ada.consent, ada.consent_source.as_str(), ada.consent_at),
        (true, "csv:my leads.csv", Some(desk.cx.now()))
    );
    drop(tx);
    assert_eq!(count(&desk, "Dee, Doe").await, 1);

    let again = start(&desk.cx, "again.csv", csv.into(), None).await.unwrap();
    assert_eq!((again.result.created, again.result.skipped), (0, 4));
    assert_eq!(count(&desk, "").await, 2);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_chosen_mapping_wins_and_a_bad_file_stores_nothing(pool: PgPool) {
    let desk = desk(&pool).await;
    let csv = b"a,b\nAda,+14155550101\n".to_vec();
    for (bytes, mapping, field) in [
        (csv.clone(), None, "mapping"),
        (csv.clone(), Some(vec![("phone".to_owned(), 9)]), "mapping"),
        (b"".to_vec(), None, "file"),
        (b"name,phone\n".to_vec(), None, "file"),
        (vec![0; 10_000_000], None, "file"),
        (b"Ada,+14155550101\nBob,+14155550102".to_vec(), None, "mapping"),
    ] {
        match start(&desk.cx, "x.csv", bytes, mapping).await {
            Err(Error::Invalid(problems)) => assert_eq!(problems.0[0].field, field),
            other => panic!("{other:?}"),
        }
    }
    let mut tx = desk.cx.read().await.unwrap();
    assert!(db::leads::ids(&mut tx, &Filter::default(), 1).await.unwrap().is_empty());
    drop(tx);
    let mapping = vec![("name".to_owned(), 0), ("phone".to_owned(), 1)];
    let import = start(&desk.cx, "x.csv", csv, Some(mapping)).await.unwrap();
    assert_eq!(import.result.created, 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_long_file_waits_for_the_worker_and_goes_on_after_a_crash(pool: PgPool) {
    let desk = desk(&pool).await;
    let import = start(&desk.cx, "long.csv", many(5_001), None).await.unwrap();
    assert_eq!((import.status, import.result.total, import.processed), (ImportStatus::Queued, 5_001, 0));
    let jobs: i64 =
        sqlx::query_scalar("select count(*) from jobs where kind = 'import'").fetch_one(&pool).await.unwrap();
    assert_eq!(jobs, 1);

    // The first try dies in its second chunk: a lead there cannot be stored.
    sqlx::raw_sql(
        "create function die() returns trigger language plpgsql as $$
         begin if new.name = 'P1500' then raise exception 'crash'; end if; return new; end $$;
         create trigger die before insert on leads for each row execute function die()",
    )
    .execute(&pool)
    .await
    .unwrap();
    assert!(run(&desk.cx, import.id).await.is_err());
    let half = get(&desk.cx, import.id).await.unwrap();
    assert_eq!((half.status, half.processed, half.result.created), (ImportStatus::Running, 1_000, 1_000));
    sqlx::raw_sql("drop trigger die on leads").execute(&pool).await.unwrap();

    // Two workers at once share the rest.
    let (one, two) = tokio::join!(run(&desk.cx, import.id), run(&desk.cx, import.id));
    one.unwrap();
    two.unwrap();
    let done = get(&desk.cx, import.id).await.unwrap();
    assert_eq!((done.status, done.processed), (ImportStatus::Done, 5_001));
    assert_eq!((done.result.created, done.result.skipped), (5_001, 0), "{:?}", done.result.problems.first());
    assert_eq!(count(&desk, "").await, 5_001);
    run(&desk.cx, import.id).await.expect("a finished import is left alone");
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_report_keeps_the_first_500_problems(pool: PgPool) {
    let desk = desk(&pool).await;
    let csv = format!("phone\n{}", "nope\n".repeat(2_100));
    let import = start(&desk.cx, "bad.csv", csv.into(), None).await.unwrap();
    assert_eq!((import.result.created, import.result.skipped), (0, 2_100));
    let rows: Vec<i64> = import.result.problems.iter().map(|p| p.row).collect();
    assert_eq!(rows, (1..=500).collect::<Vec<_>>());
}

#[test]
fn a_preview_shows_the_first_rows_and_what_is_missing() {
    let seen = preview(b"who,mobile\na,1\nb,2,extra\nc\nd,4\ne,5\nf,6\n", None).unwrap();
    assert_eq!((seen.total, seen.rows.len(), seen.mapping), (6, 5, vec![("phone".to_owned(), 1)]));
    assert_eq!(seen.rows[1], ["b", "2"]);
    assert_eq!(seen.rows[2], ["c", ""]);
    assert!(seen.problems.is_empty());
    assert_eq!(preview(b"who,what\na,1\n", None).unwrap().problems.0.len(), 1);
}

#[test]
fn a_preview_says_which_rows_would_be_refused_and_what_is_odd() {
    let csv = "Vorname;Nachname;Telefon;Einwilligung\n\
               Ada;Reyes;0170 1234567;ja\n\
               Bo;;12;nein\n\
               <b>;;0170 1234568;vielleicht\n\
               Cy;;0170 1234569;ja;extra\n\
               Di;;0170 1234567;ja\n";
    let mut mapping = preview(csv.as_bytes(), None).unwrap().mapping;
    mapping.push((lead::COUNTRY_CODE.into(), 49));
    let seen = preview(csv.as_bytes(), Some(mapping)).unwrap();
    assert!(seen.problems.is_empty(), "{:?}", seen.problems);
    assert_eq!((seen.total, seen.good, seen.numbers), (5, 3, vec![1, 2, 3, 4, 5]));
    let marks: Vec<_> = seen.marks.iter().map(|m| (m.row, m.field.as_str())).collect();
    assert_eq!(marks, [(2, "phone"), (3, "consent"), (3, "name"), (4, "row"), (5, "phone")]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn first_and_last_names_are_joined_and_numbers_are_of_the_chosen_country(pool: PgPool) {
    let desk = desk(&pool).await;
    let csv = b"Vorname,Nachname,Telefon\nAda,Reyes,0170 1234567\n".to_vec();
    let mapping = [("first_name", 0), ("last_name", 1), ("phone", 2), (lead::COUNTRY_CODE, 49)];
    let mapping = mapping.map(|(field, n)| (field.to_owned(), n)).to_vec();
    start(&desk.cx, "x.csv", csv, Some(mapping)).await.unwrap();
    let mut tx = desk.cx.read().await.unwrap();
    let ada = db::leads::find_by_phone(&mut tx, &Phone::parse("+491701234567").unwrap()).await.unwrap().unwrap();
    assert_eq!(ada.name, "Ada Reyes");
}
