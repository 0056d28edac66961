//! Archives: each file inside is read as what it is, and what cannot be read is noted. Sizes are counted while unpacking, never
//! believed.

use std::io::{Cursor, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use zip::ZipArchive;

use super::Format;
use crate::block::Parsed;
use crate::{MAX_BYTES, MAX_ENTRIES, MAX_UNPACKED, Refusal};

const BROKEN: Refusal = Refusal::Broken("a zip archive");
/// No document packs better than this; beyond it, and beyond a size that matters, it is a bomb.
const MOST_RATIO: u64 = 200;
const RATIO_MATTERS: u64 = 4 * 1024 * 1024;
/// How many files are named that could not be read.
const NAMED: usize = 20;

/// Refuses an archive whose own count of files is too high, before anything is set aside for them.
pub(super) fn check_count(bytes: &[u8]) -> Result<(), Refusal> {
    let tail = &bytes[bytes.len().saturating_sub(66_000)..];
    let Some(at) = tail.windows(4).rposition(|w| w == b"PK\x05\x06") else { return Err(BROKEN) };
    match tail.get(at + 10..at + 12) {
        Some([low, high]) if usize::from(u16::from_le_bytes([*low, *high])) > MAX_ENTRIES => {
            Err(Refusal::TooManyEntries)
        }
        Some(_) => Ok(()),
        None => Err(BROKEN),
    }
}

/// Whether an archive is a Word document, whatever it is called.
pub(super) fn is_word(bytes: &[u8]) -> bool {
    lists(bytes, b"word/document.xml").unwrap_or_default()
}

/// Whether an archive's own list names a file. It is looked at where it lies: this is asked in the serving process, where no archive
/// may make anybody set memory aside for files that it only claims to hold.
fn lists(bytes: &[u8], wanted: &[u8]) -> Option<bool> {
    let number = |at: usize| Some(usize::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)));
    let tail = bytes.len().saturating_sub(66_000);
    let end = tail + bytes[tail..].windows(4).rposition(|w| w == b"PK\x05\x06")?;
    let (count, size) = (number(end + 10)?, u32::from_le_bytes(bytes.get(end + 12..end + 16)?.try_into().ok()?));
    let mut at = end.checked_sub(usize::try_from(size).ok()?)?;
    for _ in 0..count.min(MAX_ENTRIES) {
        if bytes.get(at..at + 4)? != b"PK\x01\x02" {
            return None;
        }
        let name = number(at + 28)?;
        if bytes.get(at + 46..at + 46 + name)? == wanted {
            return Some(true);
        }
        at += 46 + name + number(at + 30)? + number(at + 32)?;
    }
    Some(false)
}

/// Reads an archive.
pub(super) fn parse(bytes: &[u8]) -> Result<Parsed, Refusal> {
    check_count(bytes)?;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| BROKEN)?;
    if archive.len() > MAX_ENTRIES {
        return Err(Refusal::TooManyEntries);
    }
    let mut parsed = Parsed::default();
    let mut unpacked = 0;
    let mut left_out: Vec<String> = Vec::new();
    let mut only = None;
    for i in 0..archive.len() {
        let Ok(file) = archive.by_index_raw(i) else { continue };
        let (is_dir, encrypted, packed) = (file.is_dir(), file.encrypted(), file.compressed_size());
        let name = file.name().map(|n| shown(&n)).unwrap_or_default();
        drop(file);
        if is_dir
            || name.is_empty()
            || name.starts_with("__MACOSX/")
            || name.rsplit('/').next().is_some_and(|n| n.starts_with('.'))
        {
            continue;
        }
        if encrypted {
            left_out.push(format!("{name}: {}", Refusal::Encrypted));
            continue;
        }
        let content = match unpack(&mut archive, i, packed, &mut unpacked) {
            Ok(content) => content,
            Err(refusal @ (Refusal::Bomb | Refusal::TooMuchText)) => return Err(refusal),
            Err(refusal) => {
                left_out.push(format!("{name}: {refusal}"));
                continue;
            }
        };
        // A fault in one file must not keep the others from being read.
        let read = catch_unwind(AssertUnwindSafe(|| {
            let format = Format::of(&name, None, &content)?;
            if content.iter().all(u8::is_ascii_whitespace) {
                Err(Refusal::Empty)
            } else {
                super::one(format, None, &content)
            }
        }));
        match read.unwrap_or(Err(Refusal::Died)) {
            Ok(inner) if inner.blocks.is_empty() => left_out.push(format!("{name}: {}", Refusal::Empty)),
            Ok(inner) => {
                parsed.nest(&name, inner)?;
                only = Some(());
            }
            Err(Refusal::TooMuchText) => return Err(Refusal::TooMuchText),
            Err(refusal) => left_out.push(format!("{name}: {refusal}")),
        }
    }
    if only.is_none() && !left_out.is_empty() {
        return Err(Refusal::Said(format!("Nothing in the archive could be read. {}", left_out[0])));
    }
    let more = left_out.len().saturating_sub(NAMED);
    left_out.truncate(NAMED);
    parsed.notes = left_out;
    if more > 0 {
        parsed.notes.push(format!("{more} more files were left out."));
    }
    Ok(parsed)
}

/// One file of an archive, while the sum of all and the growth of each stay within their limits.
fn unpack(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    i: usize,
    packed: u64,
    unpacked: &mut u64,
) -> Result<Vec<u8>, Refusal> {
    let file = archive.by_index(i).map_err(|_| BROKEN)?;
    let mut content = Vec::new();
    let room = MAX_UNPACKED.saturating_sub(*unpacked);
    let most = room.min(packed.saturating_mul(MOST_RATIO).max(RATIO_MATTERS));
    let read = file.take(most + 1).read_to_end(&mut content);
    *unpacked += content.len() as u64;
    if content.len() as u64 > most {
        return Err(Refusal::Bomb);
    }
    read.map_err(|_| BROKEN)?;
    if content.len() > MAX_BYTES { Err(Refusal::TooLarge) } else { Ok(content) }
}

/// A file's name as it is shown: no control characters, not too long.
fn shown(name: &str) -> String {
    name.replace('\\', "/").chars().filter(|c| !c.is_control()).take(120).collect()
}
