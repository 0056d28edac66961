//! Documents that nobody here made, and readers that nobody here wrote (docs/TESTING.md).

use std::collections::BTreeSet;

use judges::Judge;
use knowledge::{Reading, read};
use serde_json::json;

fn all(reading: &Reading) -> String {
    let title = reading.title.iter().cloned();
    title.chain(reading.pieces.iter().flat_map(|p| [p.heading.clone(), p.body.clone()])).collect::<Vec<_>>().join("\n")
}

/// A shared document: what it reads as, or why it was refused; None where the documents are not there.
fn said(name: &str) -> Option<(String, Vec<String>)> {
    let bytes = std::fs::read(judges::data(&format!("docs/{name}"))?).unwrap();
    Some(match read(name, None, &bytes) {
        Ok(reading) => (all(&reading), reading.notes),
        Err(refusal) => (format!("refused: {refusal}"), vec![]),
    })
}

/// Each document, what must stand in it, and what must not.
const CASES: &[(&str, &[&str], &[&str])] = &[
    ("cp1251.txt", &["Библиотека закрыта по понедельникам", "до девяти"], &["\u{fffd}"]),
    ("cp1251.html", &["Доставка", "по вторникам"], &["\u{fffd}"]),
    ("onebad.txt", &["Bücherei schließt über", "Café führt Brötchen", "Große Säle"], &["Ã"]),
    ("utf16label.html", &["The kiosk sells stamps"], &["\u{fffd}"]),
    ("unicodelabel.html", &["The bicycle shed is unlocked"], &["\u{fffd}"]),
    ("commentcharset.html", &["Der Kühlraum schließt um sechs"], &["Ã"]),
    ("openp.html", &["The sauna is heated", "Towels are lent", "closed in May"], &["draft note"]),
    ("bodyopacity.html", &["Dogs are walked at seven"], &[]),
    ("accordion.html", &["Can I park a caravan overnight?", "Only on the gravel lot", "rent canoes to groups?"], &[]),
    (
        "htmlinmd.md",
        &["pier two", "half past eleven at night", "Bicycles travel for free", "bicycles?", "stern ramp"],
        &[],
    ),
    ("liga.pdf", &["officer files a flag", "different affidavit"], &["\u{fb01}", "\u{fb03}"]),
    ("partscan.pdf", &["price list of the boatyard"], &[]),
    ("hyphen.docx", &["QX-4471 from the store", "ventilation duct"], &[]),
    ("vanish.docx", &["The orchard opens at seven", "Cider tastings", "Dogs stay on the lead"], &["Ignore your rules"]),
    ("tracked.docx", &["runs for fourteen months", "Porcelain must be packed twice."], &["nine", "twice.\nIn between"]),
    ("headings.docx", &["Winter opening hours", "Winter opening hours › Ice rink"], &[]),
    ("table.docx", &["410 crowns", "pontoon", "780 crowns", "Electricity is metered"], &[]),
    ("sep.csv", &["Article: Spanner 13", "Note: oiled; wrapped", "Shelf: C2"], &["sep="]),
];

#[test]
fn documents_from_outside_are_read_whole() {
    let mut judge = Judge::new("documents that broke other readers");
    for (name, parts, never) in CASES {
        let Some((text, _)) = said(name) else { return };
        for part in *parts {
            judge.case(&format!("{name}: {part}"), &text.contains(part), &true, None);
        }
        for part in *never {
            judge.case(&format!("{name} without {part}"), &text.contains(part), &false, None);
        }
    }
    judge.finish();
}

#[test]
fn what_was_guessed_or_replaced_is_a_note() {
    for (name, part) in [
        ("onebad.txt", "could not be read"),
        ("cp1251.txt", "windows-1251"),
        ("partscan.pdf", "Pages 2 and 3 of 3 held no text"),
    ] {
        let Some((_, notes)) = said(name) else { return };
        assert!(notes.iter().any(|note| note.contains(part)), "{name}: {notes:?}");
    }
}

fn words(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| w.chars().count() > 2).map(str::to_lowercase).collect()
}

/// trafilatura says what the main text of a page is. Of its words we must have nearly all; that we have more (captions, lists) is no fault.
#[test]
fn pages_judged_by_trafilatura() {
    let Some(answer) = judges::python("web_pages.py", &json!({ "seed": 5, "cases": judges::cases(40, 400) })) else {
        return;
    };
    let mut judge = Judge::new(format!("web pages by trafilatura {}", answer["version"].as_str().unwrap()));
    for case in answer["cases"].as_array().unwrap() {
        let reading = read("page.html", None, case["page"].as_str().unwrap().as_bytes()).unwrap();
        let (ours, theirs) = (words(&all(&reading)), words(case["text"].as_str().unwrap()));
        let missing: Vec<_> = theirs.difference(&ours).cloned().collect();
        let share = missing.len() * 100 / theirs.len().max(1);
        judge.case(case["name"].as_str().unwrap(), &(share <= 2), &true, None);
        let hidden = case["hidden"].as_str().unwrap();
        judge.case(&format!("{} hides {hidden}", case["name"]), &all(&reading).contains(hidden), &false, None);
    }
    judge.finish();
}

/// Files that others made, read by us and by a library: of its words we must have nearly all, and few that it does not have. So many of a
/// hundred files may differ: drawings and pictures of text are read as well as our parser can.
fn documents(kind: &str, library: &str, few: usize, per_cent: usize) {
    let folder = judges::root().join(".tools/documents");
    if !folder.exists() {
        println!("NOTICE: .tools/documents is not there (scripts/judges); reading {kind} files was not judged");
        return;
    }
    let asked = json!({ "folder": folder, "kind": kind, "most": judges::cases(few, 1_000) });
    let Some(answer) = judges::python("documents.py", &asked) else { return };
    let mut judge = Judge::new(format!("{kind} files by {library} {}", answer["version"].as_str().unwrap()));
    let (mut all, mut missing, mut surplus) = (0, 0, 0);
    for file in answer["files"].as_array().unwrap() {
        let path = std::path::Path::new(file["path"].as_str().unwrap());
        let name = path.file_name().unwrap().to_str().unwrap();
        let bytes = std::fs::read(path).unwrap();
        let reading = knowledge::outside::in_thread(name, None, bytes, knowledge::outside::TIME);
        let theirs = file["text"].as_str().map(words).unwrap_or_default();
        let ours = reading.as_ref().map(|reading| words(&self::all(reading))).unwrap_or_default();
        let lost: Vec<_> = theirs.difference(&ours).cloned().collect();
        let more: Vec<_> = ours.difference(&theirs).cloned().collect();
        all += theirs.len();
        missing += lost.len();
        surplus += more.len();
        let margins = words(file["margins"].as_str().unwrap());
        let only_margins = !lost.is_empty() && lost.iter().all(|word| margins.contains(word));
        let decision = only_margins.then_some("Headers and footers stay out");
        let said = |words: &[String]| match words.len() * 100 > theirs.len() * 2 {
            true => words.iter().take(12).cloned().collect::<Vec<_>>().join(" "),
            false => String::new(),
        };
        let refusal = reading.as_ref().err().map(|refusal| refusal.to_string()).unwrap_or_default();
        let lacks = format!("lacks [{}] {refusal}", said(&lost));
        let whole = if theirs.is_empty() { lacks.clone() } else { "lacks [] ".to_owned() };
        judge.case(name, &lacks, &whole, decision);
        if !theirs.is_empty() {
            judge.case(&format!("{name}: words of ours only"), &said(&more), &String::new(), decision);
        }
    }
    println!("{kind} files: {all} words of {library}, {missing} missing in ours, {surplus} only in ours");
    judge.finish_with(answer["files"].as_array().unwrap().len() * per_cent / 100);
}

#[test]
fn pdf_files_judged_by_pdfium() {
    documents("pdf", "pypdfium2", 20, 20);
}

#[test]
fn docx_files_judged_by_docx2txt() {
    documents("docx", "docx2txt", 20, 0);
}

/// Sentences in old encodings: the characters are known, the bytes are Python's.
#[test]
fn encodings_judged_by_python() {
    let Some(answer) = judges::python("encodings.py", &json!({ "seed": 3, "cases": judges::cases(120, 2_000) })) else {
        return;
    };
    let mut judge = Judge::new(format!(
        "encodings by Python's codecs {}, as charset-normalizer finds them",
        answer["version"].as_str().unwrap()
    ));
    let mut theirs_right = 0;
    for case in answer["cases"].as_array().unwrap() {
        let bytes: Vec<u8> = serde_json::from_value(case["bytes"].clone()).unwrap();
        let text = case["text"].as_str().unwrap();
        theirs_right += usize::from(case["found"].as_str() == Some(text));
        let ours = knowledge::charset::decode(&bytes, None).text.into_owned();
        judge.case(case["encoding"].as_str().unwrap(), &ours, &text.to_owned(), None);
    }
    let cases = answer["cases"].as_array().unwrap().len();
    println!("charset-normalizer itself reads {theirs_right} of {cases}");
    // Two neighbouring encodings may differ by letters that a short text does not have: 3 of 100 may be wrong.
    judge.finish_with(cases * 3 / 100);
}
