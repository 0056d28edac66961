//! Documents with parts cut out, doubled and overwritten: read or refused, in bounded time, and what was right text stays it.

use knowledge::{Refusal, read};

use crate::files::{docx, pdf_page, zip};

/// A document that is broken in any way is one of our refusals, and text that came as UTF-8 is not taken for something else.
fn broken(name: &str, file: &str, samples: &[&[u8]], many: usize) {
    judges::fuzz(name, samples, 120, many, |bytes| match read(file, None, bytes) {
        Ok(reading) => {
            let whole = std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\u{fffd}') && !text.contains('&'));
            let lost = reading.pieces.iter().any(|piece| piece.body.contains('\u{fffd}'));
            assert!(!(whole && lost && !bytes.contains(&0)), "a sign was lost: {reading:?}");
        }
        Err(Refusal::Died | Refusal::TimedOut(_)) => panic!("it died"),
        Err(refusal) => assert!(!refusal.to_string().is_empty()),
    });
}

#[test]
fn web_pages_judged_by_proptest() {
    let page = "<!doctype html><html lang=de><head><meta charset=utf-8><title>Öffnungszeiten</title><style>p{}</style></head><body><h1>Räder</h1>\
                <p hidden>weg<p>Täglich <b>9–18</b> Uhr<ul><li>Stadt<li>Berg</ul><table><tr><th>Tag<td>Mo</table><pre>a  b</pre></body></html>";
    broken("web pages", "a.html", &[page.as_bytes()], 20_000);
}

#[test]
fn markdown_judged_by_proptest() {
    let text = "# Räder\n\n- Stadt\n- Berg\n\n| Tag | Zeit |\n| --- | --- |\n| Mo | 9 |\n\n> Zitat [Link](https://x.example \"t\")\n\n```\na  b\n```\n<div>roh</div>\n";
    broken("Markdown", "a.md", &[text.as_bytes()], 20_000);
}

#[test]
fn tables_and_texts_judged_by_proptest() {
    let table = "Rad;Preis;Größe\r\n\"Stadt; leicht\";499;\"M\nL\"\r\nBerg;899;S\r\n";
    broken("tables", "a.csv", &[table.as_bytes(), b"sep=,\na,b\n1,\"2\"\"\"\n"], 20_000);
    broken(
        "plain texts",
        "a.txt",
        &["Wir öffnen um neun.\n\nBücher und Räder \u{1f6b2}\n".as_bytes(), b"\xff\xfeW\0i\0r\0"],
        20_000,
    );
}

#[test]
fn word_files_judged_by_proptest() {
    let body = "<w:p><w:pPr><w:pStyle w:val=\"Heading1\"/></w:pPr><w:r><w:t>Räder</w:t></w:r></w:p><w:p><w:r><w:t xml:space=\"preserve\">Täglich </w:t><w:br/><w:t>neun</w:t></w:r></w:p>\
                <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Mo</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    let whole = docx(body);
    broken("Word files", "a.docx", &[&whole], 20_000);
    // Broken inside, with an archive around it that is right.
    judges::fuzz("the text of Word files", &[body.as_bytes()], 120, 20_000, |bytes| {
        let _ = read("a.docx", None, &docx(&String::from_utf8_lossy(bytes)));
    });
    broken("archives", "a.zip", &[&zip(&[("a.txt", b"Hello there, we open at nine."), ("b/c.docx", &whole)])], 10_000);
}

#[test]
fn pdf_files_judged_by_proptest() {
    let page = pdf_page(
        b"BT /F1 12 Tf 72 720 Td (We open at nine) Tj 0 -20 Td [(Bik) -20 (es)] TJ ET",
        "/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>",
        "",
    );
    broken("PDF files", "a.pdf", &[&page], 4_000);
}

#[test]
fn encodings_judged_by_proptest() {
    let samples: [&[u8]; 3] = ["Größe 9–18 \u{1f6b2}".as_bytes(), b"Gr\xf6\xdfe", b"\xff\xfeG\0r\0"];
    judges::fuzz("encodings", &samples, 300, 30_000, |bytes| {
        let read = knowledge::charset::decode(bytes, None).text;
        let marks: [&[u8]; 3] = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"];
        if let Ok(text) = std::str::from_utf8(bytes)
            && !marks.iter().any(|mark| bytes.starts_with(mark))
            && !bytes.contains(&0)
            && !bytes.contains(&0x1b)
        {
            assert_eq!(read, text);
        }
    });
}
