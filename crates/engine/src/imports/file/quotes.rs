//! Quotation marks in CSV (RFC 4180): a cell that begins with one ends with one. Where a mark is opened and not closed, everything behind it
//! would become one cell, and people would be lost; such a line is read as it stands, and told.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// The text with its stray marks made harmless, and the rows they stand in (from 1 below the heading, 0 for the heading), each with the
/// number of its line, which for the first is `line`.
pub(super) fn repair(text: &str, delimiter: u8, mut line: usize) -> (Cow<'_, [u8]>, BTreeMap<i64, usize>) {
    let bytes = text.as_bytes();
    let (mut out, mut stray): (Vec<u8>, _) = (Vec::new(), BTreeMap::new());
    let (mut at, mut copied, mut row) = (0, 0, -1);
    while at < bytes.len() {
        let (end, is_whole) = record(bytes, at, delimiter);
        // The reader skips empty lines and does not count them.
        if bytes[at..end].iter().any(|b| !matches!(b, b'\n' | b'\r')) {
            row += 1;
        }
        if is_whole {
            line += lines(&bytes[at..end]);
            at = end;
            continue;
        }
        stray.insert(row, line);
        let end = end_of_line(bytes, at);
        out.extend_from_slice(&bytes[copied..at]);
        write_as_it_stands(&bytes[at..end], delimiter, &mut out);
        line += 1;
        (at, copied) = (end, end);
    }
    if stray.is_empty() {
        return (Cow::Borrowed(bytes), stray);
    }
    out.extend_from_slice(&bytes[copied..]);
    (Cow::Owned(out), stray)
}

/// Where the record that begins here ends, its line end included, and whether all its marks are closed.
fn record(bytes: &[u8], from: usize, delimiter: u8) -> (usize, bool) {
    let mut at = from;
    loop {
        // The beginning of a cell.
        if bytes.get(at) == Some(&b'"') {
            at += 1;
            loop {
                match bytes.get(at) {
                    None => return (bytes.len(), false),
                    Some(b'"') if bytes.get(at + 1) == Some(&b'"') => at += 2,
                    Some(b'"') => break,
                    Some(_) => at += 1,
                }
            }
            at += 1;
            while bytes.get(at) == Some(&b' ') {
                at += 1;
            }
            if bytes.get(at).is_some_and(|b| *b != delimiter && !matches!(b, b'\n' | b'\r')) {
                return (at, false);
            }
        }
        while bytes.get(at).is_some_and(|b| *b != delimiter && !matches!(b, b'\n' | b'\r')) {
            at += 1;
        }
        match bytes.get(at) {
            Some(b) if *b == delimiter => at += 1,
            Some(_) => return (end_of_line(bytes, at), true),
            None => return (bytes.len(), true),
        }
    }
}

/// Behind the next line end.
fn end_of_line(bytes: &[u8], from: usize) -> usize {
    let Some(at) = bytes[from..].iter().position(|b| matches!(b, b'\n' | b'\r')) else { return bytes.len() };
    let at = from + at;
    at + if bytes[at..].starts_with(b"\r\n") { 2 } else { 1 }
}

fn lines(bytes: &[u8]) -> usize {
    bytes.iter().enumerate().filter(|(i, b)| **b == b'\n' || (**b == b'\r' && bytes.get(i + 1) != Some(&b'\n'))).count()
}

/// One line with every cell in marks of its own. A cell that has a mark at its very beginning and end loses the two.
fn write_as_it_stands(line: &[u8], delimiter: u8, out: &mut Vec<u8>) {
    let body = line.strip_suffix(b"\n").unwrap_or(line);
    let body = body.strip_suffix(b"\r").unwrap_or(body);
    for (i, cell) in body.split(|b| *b == delimiter).enumerate() {
        if i > 0 {
            out.push(delimiter);
        }
        let inner = cell.strip_prefix(b"\"").unwrap_or(cell);
        let cell = inner.strip_suffix(b"\"").filter(|_| inner.len() < cell.len()).unwrap_or(inner);
        out.push(b'"');
        for byte in cell {
            out.extend(std::iter::repeat_n(*byte, if *byte == b'"' { 2 } else { 1 }));
        }
        out.push(b'"');
    }
    out.extend_from_slice(&line[body.len()..]);
}
