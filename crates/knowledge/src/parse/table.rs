//! CSV: each row as a sentence of its headings and cells, so that it can be understood alone.

use crate::Refusal;
use crate::block::Parsed;

/// Spreadsheets may write `sep=;` before the heading.
fn stated_delimiter(text: &str) -> (Option<u8>, &str) {
    let stated = text.strip_prefix("sep=").and_then(|rest| {
        let (line, rest) = rest.split_once('\n')?;
        match line.trim_end_matches('\r').as_bytes() {
            [delimiter @ (b',' | b';' | b'\t' | b'|')] => Some((*delimiter, rest)),
            _ => None,
        }
    });
    stated.map_or((None, text), |(delimiter, rest)| (Some(delimiter), rest))
}

/// Reads CSV with commas, semicolons or tabs.
pub(super) fn parse(text: &str) -> Result<Parsed, Refusal> {
    let (stated, text) = stated_delimiter(text);
    let first = text.lines().next().unwrap_or_default();
    let most = [b',', b';', b'\t'].into_iter().max_by_key(|d| first.bytes().filter(|b| b == d).count());
    let delimiter = stated.or(most).unwrap_or(b',');
    let mut rows = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let heading = rows.headers().map_err(|_| Refusal::Broken("CSV"))?.clone();
    let mut parsed = Parsed::default();
    let mut bad = 0;
    for row in rows.records() {
        let Ok(row) = row else {
            bad += 1;
            continue;
        };
        let cells: Vec<String> = row
            .iter()
            .enumerate()
            .filter(|(_, cell)| !cell.trim().is_empty())
            .map(|(i, cell)| match heading.get(i).map(str::trim).filter(|name| !name.is_empty()) {
                Some(name) => format!("{name}: {}", cell.trim()),
                None => cell.trim().to_owned(),
            })
            .collect();
        parsed.text(&cells.join("; "))?;
    }
    if bad > 0 {
        parsed.notes.push(format!("{bad} rows could not be read."));
    }
    Ok(parsed)
}
