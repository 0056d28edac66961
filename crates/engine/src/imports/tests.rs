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
    let lines = (0..rows).map(|i| format!("P{i},+1555{}\n", 2_000_000 + i)).collect::<String>();
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
async fn a_quotation_mark_that_is_never_closed_loses_nobody(pool: PgPool) {
    let desk = desk(&pool).await;
    let csv = "name,phone,email,consent\nAbe One,+14155550121,,yes\n\"Bo Two,+14155550122,,yes\nCy Three,+14155550123,,yes\n\
               Ed \"Ace\" Five,+14155550125,,yes\n\"Flo\nSix\",+14155550126,,yes\n\"Gus \"the\" Seven\",+14155550127,,yes\n";
    let import = start(&desk.cx, "six.csv", csv.into(), None).await.unwrap();
    assert_eq!((import.result.created, import.result.skipped), (6, 0), "{:?}", import.result.problems);
    for name in ["Abe One", "Bo Two", "Cy Three", "Ed \"Ace\" Five", "Flo, Six", "Gus \"the\" Seven"] {
        assert_eq!(count(&desk, name).await, 1, "{name}");
    }
    let said: Vec<_> = import.result.problems.iter().filter(|p| p.field == "row").collect();
    assert_eq!(said.iter().map(|p| (p.row, p.left_out)).collect::<Vec<_>>(), [(2, false), (6, false)]);
    assert!(
        said[0].message.starts_with("In line 3 of the file") && said[1].message.starts_with("In line 8"),
        "{said:?}"
    );
}

#[sqlx::test(migrations = "../../migrations")]
async fn somebody_with_one_good_address_is_taken_in(pool: PgPool) {
    let desk = desk(&pool).await;
    let csv = "name,phone,email\nAda,+14155550121,not-an-email\nBob,12,bob@b.co\nCy,12,nothing\nDee,+14155550124,\n";
    let import = start(&desk.cx, "four.csv", csv.into(), None).await.unwrap();
    assert_eq!((import.result.created, import.result.skipped), (3, 1));
    let said: Vec<_> = import.result.problems.iter().map(|p| (p.row, p.field.as_str(), p.left_out)).collect();
    assert_eq!(said, [(1, "email", false), (2, "phone", false), (3, "phone", true), (3, "email", true)]);
}

#[test]
fn a_column_of_phone_numbers_is_found_whatever_its_heading_says() {
    let csv = "Wer,Mobil-Tel.,Kennung\nAda,+14155550121,7\nBob,0170 1234567,8\nCy,,9\n";
    let seen = preview(csv.as_bytes(), None).unwrap();
    assert!(seen.mapping.contains(&("phone".to_owned(), 1)), "{:?}", seen.mapping);
    let dates = preview(b"name,email,since\nAda,a@b.co,2024-01-01\nBob,b@b.co,2024-01-02\n", None).unwrap();
    assert!(!dates.mapping.iter().any(|(field, _)| field == "phone"), "{:?}", dates.mapping);
}

/// Files with parts cut out, doubled and overwritten are looked at or refused, and no sign of a file in UTF-8 is lost.
#[test]
fn csv_files_judged_by_proptest() {
    let samples: [&[u8]; 4] = [
        "name,phone,email,notes\nAda,+14155550121,a@b.co,\"Räder, \u{1f6b2}\"\n".as_bytes(),
        b"sep=;\r\nName;Mobil\r\n\"B\"\"ob\";0170 1234567\r\n",
        b"\xff\xfen\0a\0m\0e\0",
        b"name\tphone\nAda\t+14155550121\n",
    ];
    judges::fuzz("lists of leads", &samples, 300, 30_000, |bytes| match preview(bytes, None) {
        Ok(seen) => {
            let whole = std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\u{fffd}'));
            let lost = seen.rows.iter().flatten().any(|cell| cell.contains('\u{fffd}'));
            assert!(!(whole && lost), "a sign was lost: {:?}", seen.rows);
        }
        Err(crate::Error::Invalid(problems)) => assert!(!problems.is_empty()),
        Err(other) => panic!("{other}"),
    });
}

/// Python's own reader writes files in its dialects and says what stands in them.
#[test]
fn csv_files_judged_by_pythons_reader() {
    let asked = serde_json::json!({ "seed": 11, "cases": judges::cases(60, 1_500) });
    let Some(answer) = judges::python("csv_files.py", &asked) else { return };
    let mut judge = judges::Judge::new(format!("CSV files by Python {}", answer["version"].as_str().unwrap()));
    for case in answer["cases"].as_array().unwrap() {
        let bytes: Vec<u8> = serde_json::from_value(case["bytes"].clone()).unwrap();
        let theirs = case["rows"].to_string();
        let ours = match file::decode(&bytes) {
            Ok(decoded) => {
                let rows = file::Rows::new(&decoded.text).unwrap();
                let heading = rows.heading.clone();
                let rows = rows.map(|(_, record)| record.iter().map(str::to_owned).collect::<Vec<_>>());
                serde_json::json!(std::iter::once(heading).chain(rows).collect::<Vec<_>>()).to_string()
            }
            Err(problems) => problems.to_string(),
        };
        judge.case(case["dialect"].as_str().unwrap(), &ours, &theirs, None);
    }
    judge.finish();
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_chosen_mapping_wins_and_a_bad_file_stores_nothing(pool: PgPool) {
    let desk = desk(&pool).await;
    let csv = b"a,b\nAda,+14155550101\n".to_vec();
    for (bytes, mapping, field) in [
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
