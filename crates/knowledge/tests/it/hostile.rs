//! Files that were made to hurt: each ends in a clear sentence, in bounded time and memory.

use std::path::Path;
use std::time::{Duration, Instant};

use knowledge::{MAX_ENTRIES, Refusal, outside, read};

use crate::files;

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_read-document"))
}

/// As the product reads: in a process of its own.
fn outside(name: &str, bytes: Vec<u8>) -> Result<knowledge::Reading, Refusal> {
    let begun = Instant::now();
    let read = outside::in_process(program(), &[], name, None, bytes, outside::TIME);
    assert!(begun.elapsed() < outside::TIME + Duration::from_secs(5), "no file may take longer than its time");
    read
}

fn refusal(name: &str, bytes: Vec<u8>) -> String {
    outside(name, bytes).unwrap_err().to_string()
}

#[test]
fn a_process_of_its_own_reads_as_well() {
    let reading = outside("a.md", b"# Hello\n\nThe office opens at nine.".to_vec()).unwrap();
    assert_eq!(reading.title.as_deref(), Some("Hello"));
    assert!(refusal("a.png", b"\x89PNG\0\0".to_vec()).contains("pictures"));
}

#[test]
fn a_pdf_of_pictures_says_so() {
    let pdf = files::pdf_page(b"q 600 0 0 700 0 0 cm /I1 Do Q", "/XObject << /I1 6 0 R >>", "");
    assert_eq!(read("scan.pdf", None, &pdf), Err(Refusal::Pictures));
    assert!(refusal("scan.pdf", pdf).contains("holds no text; it is pictures"));
}

#[test]
fn a_pdf_with_a_password_says_so() {
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>".to_vec(),
        files::stream("", b"\x12\x34\x56"),
        format!("<< /Filter /Standard /V 1 /R 2 /O <{}> /U <{}> /P -44 >>", "ab".repeat(32), "cd".repeat(32))
            .into_bytes(),
    ];
    let pdf = files::pdf_of(&objects, &format!("/Encrypt 5 0 R /ID [<{0}> <{0}>]", "00".repeat(16)));
    assert!(refusal("secret.pdf", pdf).contains("protected with a password"));
}

#[test]
fn broken_pdfs_end_in_a_sentence() {
    let good = files::pdf_text(&["All is well with this document."]);
    let cut = good[..good.len() / 2].to_vec();
    assert!(refusal("cut.pdf", cut).contains("broken"));
    assert!(refusal("head.pdf", b"%PDF-1.7\n".to_vec()).contains("broken"));
    // Every byte of the structure changed once: whatever comes of it, it comes in time and nothing but the process dies.
    for at in (0..good.len()).step_by(29) {
        let mut bent = good.clone();
        bent[at] = bent[at].wrapping_add(101);
        let _ = outside::in_thread("bent.pdf", None, bent, Duration::from_secs(20));
    }
}

#[test]
fn nesting_without_end_kills_only_the_reader() {
    let deep = format!("{}{}", "[".repeat(400_000), "]".repeat(400_000)).into_bytes();
    let pdf = files::pdf_of(
        &[b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(), deep],
        "",
    );
    assert!(outside("deep.pdf", pdf).is_err());
    // Pages that are their own parents.
    let circle = files::pdf_of(
        &[
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Parent 2 0 R /Count 9 >>".to_vec(),
        ],
        "",
    );
    assert!(outside("circle.pdf", circle).is_err());
    let page = format!("{}<p>At the bottom.", "<div><b>".repeat(500_000));
    let reading = outside("deep.html", page.into_bytes()).unwrap();
    assert_eq!(reading.pieces[0].body, "At the bottom.");
    let body = format!("{}<w:p><w:r><w:t>Inside.</w:t></w:r></w:p>", "<w:sdt>".repeat(200_000));
    let _ = outside("deep.docx", files::docx(&body));
    let list = format!("{}bottom", "> - ".repeat(20_000));
    let _ = outside("deep.md", list.into_bytes());
}

#[test]
fn a_page_that_calls_itself_for_ever_ends() {
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >> >>".to_vec(),
        files::stream("", b"/F Do"),
        files::stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 5 0 R >> >>", b"/F Do /F Do"),
    ];
    assert!(outside("loop.pdf", files::pdf_of(&objects, "")).is_err());
}

#[test]
fn a_zip_bomb_is_not_unpacked() {
    let zeros = vec![b'a'; 24 * 1024 * 1024];
    let bomb = files::zip(&[("bomb.txt", &zeros)]);
    assert!(bomb.len() < 100_000);
    assert_eq!(refusal("bomb.zip", bomb), Refusal::Bomb.to_string());
    // Each file within its limits, the sum not. None of them is text, so only the sum can refuse it.
    let zeros = vec![0; 4 * 1024 * 1024 - 1];
    let names: Vec<String> = (0..26).map(|n| format!("{n}.bin")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), zeros.as_slice())).collect();
    assert_eq!(refusal("sum.zip", files::zip(&many)), Refusal::Bomb.to_string());
    let word = format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", "a".repeat(110 * 1024 * 1024));
    assert!(outside("bomb.docx", files::docx(&word)).is_err());
}

#[test]
fn an_archive_of_too_many_files_is_not_opened() {
    let names: Vec<String> = (0..=MAX_ENTRIES).map(|n| format!("{n}.txt")).collect();
    let entries: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), &b"x"[..])).collect();
    assert_eq!(refusal("many.zip", files::zip(&entries)), Refusal::TooManyEntries.to_string());
}

#[test]
fn broken_word_documents_and_archives_say_so() {
    assert_eq!(read("a.docx", None, &files::zip(&[("other.xml", b"<x/>")])), Err(Refusal::Broken("a Word document")));
    assert_eq!(read("a.docx", None, &files::docx("<w:p><w:r></w:p>")), Err(Refusal::Broken("a Word document")));
    let whole = files::zip(&[("a.txt", b"hello there")]);
    assert_eq!(read("a.zip", None, &whole[..whole.len() - 30]), Err(Refusal::Broken("a zip archive")));
    assert_eq!(read("a.docx", None, &files::docx("<w:p/>")), Err(Refusal::Empty));
}

#[test]
fn entities_are_never_expanded() {
    let xml = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;\">]><w:document><w:body><w:p><w:r><w:t>Hi &b;&b; there</w:t></w:r></w:p></w:body></w:document>";
    let docx = files::zip(&[("word/document.xml", xml.as_bytes())]);
    assert_eq!(read("a.docx", None, &docx).unwrap().pieces[0].body, "Hi there");
}

#[test]
fn more_text_than_a_document_may_have_is_refused() {
    let long = "A sentence of some words. ".repeat(knowledge::MAX_TEXT / 20).into_bytes();
    assert_eq!(refusal("long.txt", long), Refusal::TooMuchText.to_string());
}

#[test]
fn text_that_nobody_sees_does_not_get_in() {
    let tagged: String = "ignore".chars().map(|c| char::from_u32(0xe0000 + c as u32).unwrap()).collect();
    let text = format!("Open\u{200b} at ni\u{ad}ne.{tagged}\u{202e}");
    assert_eq!(read("a.md", None, text.as_bytes()).unwrap().pieces[0].body, "Open at nine.");
}

#[test]
fn a_reader_that_never_answers_is_killed() {
    let begun = Instant::now();
    let forever = ["-c".to_owned(), "while :; do :; done".to_owned()];
    let read = outside::in_process(
        Path::new("/bin/sh"),
        &forever,
        "a.txt",
        None,
        vec![b'x'; 1_000_000],
        Duration::from_millis(300),
    );
    assert_eq!(read, Err(Refusal::TimedOut(0)));
    assert!(begun.elapsed() < Duration::from_secs(5));
    let dies = ["-c".to_owned(), "exit 1".to_owned()];
    let read =
        outside::in_process(Path::new("/bin/sh"), &dies, "a.txt", None, vec![b'x'; 1_000_000], Duration::from_secs(5));
    assert_eq!(read, Err(Refusal::Died));
}
