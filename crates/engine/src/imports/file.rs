//! An uploaded file as text, and its rows. Pure: bytes in, words out.
//!
//! Not here: what a row means (`super`), the database. Spreadsheets write CSV in many ways; what they write is read, what is no table
//! at all is refused with a sentence that says what to do.

mod quotes;

use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::lead::{COUNTRY_CODE, ColumnMapping, IMPORT_FIELDS};
use domain::phone::Phone;
use domain::problem::Problems;
use knowledge::charset::{self, Decoded};

/// The largest file, in bytes.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;
/// The most rows without the heading.
pub const MAX_ROWS: i64 = 200_000;
/// No heading of a contact list is longer; a file whose first line is, is something else.
const MAX_HEADING_BYTES: usize = 64 * 1024;
const MAX_COLUMNS: usize = 300;

/// The text of a file, and what there is to say about how its letters were read.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded<'_>, Problems> {
    let refuse = |message: String| Err(Problems::one("file", message));
    if bytes.len() > MAX_BYTES {
        return refuse(format!("The file is larger than {} MB. Split it into smaller ones.", MAX_BYTES / 1024 / 1024));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return refuse(
            "This is a spreadsheet file, not CSV. Open it and save it as \"CSV (comma separated)\" first.".into(),
        );
    }
    let decoded = charset::decode(bytes, None);
    if decoded.text.trim().is_empty() {
        return refuse("The file is empty. It needs a heading row and at least one lead.".into());
    }
    if decoded.text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{80}'..='\u{9f}')) {
        return refuse("This is not a text file. Upload a CSV file with a heading row.".into());
    }
    Ok(decoded)
}

/// A file as rows of cells.
pub(super) struct Rows<'t> {
    /// The first row, each cell trimmed and cut to 120 characters.
    pub heading: Vec<String>,
    records: csv::StringRecordsIntoIter<std::io::Cursor<Cow<'t, [u8]>>>,
    stray: BTreeMap<i64, usize>,
    row: i64,
}

impl<'t> Rows<'t> {
    /// Reads the heading; the rows come one by one.
    pub fn new(text: &'t str) -> Result<Self, Problems> {
        let refuse = |message: &str| Problems::one("file", message);
        let (stated, text) = stated_delimiter(text);
        let first_line = text.trim_start_matches(['\n', '\r']).split(['\n', '\r']).next().unwrap_or_default();
        if first_line.len() > MAX_HEADING_BYTES {
            return Err(refuse("The first line is too long for a heading. Upload a CSV file with a heading row."));
        }
        let delimiter = stated.unwrap_or_else(|| guess_delimiter(first_line));
        let first_line_number = 1 + usize::from(stated.is_some());
        let (repaired, stray) = quotes::repair(text, delimiter, first_line_number);
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(std::io::Cursor::new(repaired));
        let mut records = reader.into_records();
        let first = records.next().and_then(Result::ok).ok_or_else(|| refuse("The file has no heading row."))?;
        if first.len() > MAX_COLUMNS {
            return Err(refuse("The heading has more than 300 columns. Remove those that are not about the lead."));
        }
        let heading = first.iter().map(|cell| cell.trim().chars().take(120).collect()).collect();
        Ok(Self { heading, records, stray, row: 0 })
    }

    /// The rows in which a quotation mark was opened and not closed, each with its line in the file, from 1.
    pub fn stray_quotes(&self) -> BTreeMap<i64, usize> {
        self.stray.clone()
    }
}

impl Iterator for Rows<'_> {
    /// The row's number, from 1 without the heading, and its cells.
    type Item = (i64, csv::StringRecord);

    /// Rows without any text are counted but not given: spreadsheets write many of them at the end.
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let record = self.records.next()?.ok()?;
            self.row += 1;
            if record.iter().any(|cell| !cell.trim().is_empty()) {
                return Some((self.row, record));
            }
        }
    }
}

/// Excel may write `sep=;` before the heading.
fn stated_delimiter(text: &str) -> (Option<u8>, &str) {
    let Some(rest) = text.strip_prefix("sep=") else { return (None, text) };
    let mut chars = rest.chars();
    match chars.next() {
        Some(c @ (',' | ';' | '\t' | '|')) => {
            let tail = chars.as_str();
            (u8::try_from(c).ok(), tail.strip_prefix("\r\n").or(tail.strip_prefix('\n')).unwrap_or(tail))
        }
        _ => (None, text),
    }
}

/// Whichever of comma, semicolon, tab and bar stands most often in the heading, outside quotes.
fn guess_delimiter(heading: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    for byte in heading.bytes() {
        quoted ^= byte == b'"';
        if !quoted && let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| *delimiter == byte) {
            *count += 1;
        }
    }
    // The comma wins a tie, and a heading of one column.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| delimiter)
}

/// Everything that keeps a mapping from being used with this heading.
pub(super) fn check_mapping(mapping: &ColumnMapping, heading: &[String]) -> Problems {
    let mut problems = Problems::none();
    for (i, (field, column)) in mapping.iter().enumerate() {
        if field == COUNTRY_CODE {
            if !(1..=999).contains(column) {
                problems.add("mapping", "Give the country's calling code, from 1 to 999.");
            }
            continue;
        }
        if !IMPORT_FIELDS.contains(&field.as_str()) {
            let field: String = field.chars().take(40).collect();
            problems.add("mapping", format!("`{field}` is not a field. Fields are: {}.", IMPORT_FIELDS.join(", ")));
        } else if mapping.iter().take(i).any(|(f, _)| f == field) {
            problems.add("mapping", format!("The field `{field}` is mapped twice."));
        }
        if usize::try_from(*column).map_or(true, |column| column >= heading.len()) {
            problems.add("mapping", format!("There is no column {}; columns count from 0.", column));
        }
    }
    if problems.is_empty() && !mapping.iter().any(|(field, _)| field == "phone" || field == "email") {
        let no_heading = heading.iter().any(|cell| Phone::parse(cell).is_ok() || cell.contains('@'));
        problems.add(
            "mapping",
            if no_heading {
                "The first row looks like a lead. The file needs a heading row, such as: name,phone,email,consent"
            } else {
                "No column holds a phone number or an e-mail address. Name one `phone` or `email`, or choose it."
            },
        );
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<(Vec<String>, Vec<Vec<String>>), Problems> {
        let decoded = decode(bytes)?;
        let mut rows = Rows::new(&decoded.text)?;
        let cells = rows.by_ref().map(|(_, r)| r.iter().map(str::to_owned).collect()).collect();
        Ok((rows.heading, cells))
    }

    #[test]
    fn files_are_read_as_spreadsheets_write_them() {
        let utf16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain("name;phone\r\nZoë;1".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for bytes in [
            "name,phone\nZoë,1".as_bytes(),
            "\u{feff}name,phone\r\nZoë,1\r\n".as_bytes(),
            "name;phone\nZoë;1\n;\n\n".as_bytes(),
            "sep=;\r\nname;phone\r\nZoë;1".as_bytes(),
            "name\tphone\nZoë\t1".as_bytes(),
            "name|phone\nZoë|1".as_bytes(),
            "\"name\",\"phone\"\n\"Zoë\",\"1\"".as_bytes(),
            b"name,phone\nZo\xeb,1",
            &utf16,
        ] {
            let (heading, rows) = read(bytes).expect("readable");
            assert_eq!(heading, ["name", "phone"]);
            assert_eq!(rows, [["Zoë", "1"]]);
        }
        assert_eq!(read(b"phone\n\"a, \"\"b\"\"\nc\"").expect("readable").1, [["a, \"b\"\nc"]]);
        assert_eq!(decode(b"Z\xfcrich, Caf\xe9 \x80 5").expect("readable").text, "Zürich, Café € 5");
    }

    #[test]
    fn what_is_no_table_is_refused_with_a_reason() {
        let garbage: Vec<u8> = (0..10_000_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        for bytes in [
            &b""[..],
            b" \r\n ",
            b"\0\x01\x02",
            b"PK\x03\x04rest",
            &garbage,
            &vec![b'x'; 10_000_000],
            &vec![b','; 100_000],
        ] {
            let problems = read(bytes).expect_err("refused");
            assert_eq!(problems.0.len(), 1);
            assert_eq!(problems.0[0].field, "file");
        }
        assert!(decode(&vec![b'a'; MAX_BYTES + 1]).is_err());
    }

    #[test]
    fn a_mapping_is_checked_against_the_heading() {
        let heading = ["name", "tel"].map(String::from);
        let check = |pairs: &[(&str, u32)]| {
            check_mapping(&pairs.iter().map(|(f, c)| ((*f).to_owned(), *c)).collect(), &heading).0.len()
        };
        assert_eq!(check(&[("name", 0), ("phone", 1)]), 0);
        assert_eq!(check(&[("name", 0)]), 1);
        assert_eq!(check(&[("phone", 0), ("phone", 1)]), 1);
        assert_eq!(check(&[("phone", 2)]), 1);
        assert_eq!(check(&[("shoe", 0), ("phone", 1)]), 1);
    }
}
