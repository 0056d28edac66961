//! What bytes mean as characters, for documents and for lists: by their mark, by what they say of themselves, as UTF-8, or as a reader of many
//! encodings guesses (`chardetng`, which browsers use). Doubt is told.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Characters, and what there is to say about how they were read.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The characters, without the mark.
    pub text: Cow<'a, str>,
    /// Sentences about what was guessed or replaced.
    pub notes: Vec<String>,
}

/// Reads bytes as text. `said` is the encoding that the document names itself, if it does.
pub fn decode<'a>(bytes: &'a [u8], said: Option<&'static Encoding>) -> Decoded<'a> {
    let (encoding, is_guess) = encoding_of(bytes, said);
    let (text, _, has_bad) = encoding.decode(bytes);
    let mut notes = Vec::new();
    if has_bad {
        let count = text.matches(char::REPLACEMENT_CHARACTER).count();
        let signs = if count == 1 { "1 sign is".to_owned() } else { format!("{count} signs are") };
        notes.push(format!("{signs} not {} and could not be read: {}.", encoding.name(), "each stands as \u{fffd}"));
    } else if is_guess {
        notes.push(format!("The file does not say how its letters are written. It was read as {}.", encoding.name()));
    }
    Decoded { text, notes }
}

/// The encoding, and whether it is a guess that may be wrong.
fn encoding_of(bytes: &[u8], said: Option<&'static Encoding>) -> (&'static Encoding, bool) {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return (encoding, false);
    }
    if let Some(said) = said {
        return (said, false);
    }
    if let Some(wide) = wide(bytes) {
        return (wide, true);
    }
    if is_mostly_utf8(bytes) {
        return (UTF_8, false);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    (detector.guess(None, Utf8Detection::Allow), true)
}

/// UTF-16 without a mark: every other byte of ordinary text is zero.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = &bytes[..bytes.len().min(4_096) & !1];
    let zeros = |offset: usize| start.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), start.len() / 2);
    match half {
        0 => None,
        _ if odd * 10 > half * 4 && even == 0 => Some(UTF_16LE),
        _ if even * 10 > half * 4 && odd == 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// Whether the bytes are UTF-8 but for a few: one wrong byte spoils one sign and not the whole text. A text in another encoding hardly ever
/// has signs of several bytes that are right.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut rest, mut right, mut wrong) = (bytes, 0_usize, 0_usize);
    loop {
        match std::str::from_utf8(rest) {
            Ok(text) => {
                right += text.chars().filter(|c| !c.is_ascii()).count();
                return wrong == 0 || right > wrong * 3;
            }
            Err(error) => {
                let (good, bad) = rest.split_at(error.valid_up_to());
                right += std::str::from_utf8(good).map_or(0, |text| text.chars().filter(|c| !c.is_ascii()).count());
                wrong += 1;
                rest = &bad[error.error_len().unwrap_or(bad.len())..];
            }
        }
    }
}

/// The encoding that a page names in its head, by the HTML standard's rules ("prescan a byte stream"): comments do not count, and what is
/// called UTF-16 there can only be UTF-8, because the name could be read.
pub(crate) fn of_page(bytes: &[u8], media: Option<&str>) -> Option<&'static Encoding> {
    let from_server = media.and_then(|m| label(&m.to_ascii_lowercase()));
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(1_024)]).to_ascii_lowercase();
    from_server.or_else(|| {
        let found = metas(&start).find_map(label)?;
        Some(if found == UTF_16LE || found == UTF_16BE { UTF_8 } else { found })
    })
}

/// The `meta` tags of the beginning of a page, outside comments.
fn metas(start: &str) -> impl Iterator<Item = &str> {
    let mut rest = start;
    std::iter::from_fn(move || {
        loop {
            let at = rest.find('<')?;
            rest = &rest[at..];
            if let Some(comment) = rest.strip_prefix("<!--") {
                rest = comment.split_once("-->")?.1;
            } else if rest.strip_prefix("<meta").is_some_and(|tail| tail.starts_with([' ', '\t', '\n', '\r', '/'])) {
                let (tag, tail) = rest.split_once('>')?;
                rest = tail;
                return Some(tag);
            } else {
                rest = &rest[1..];
            }
        }
    })
}

/// The encoding behind `charset=`. A label that nobody knows counts as none.
fn label(text: &str) -> Option<&'static Encoding> {
    let (_, after) = text.split_once("charset")?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next()?,
        _ => value.split(|c: char| c.is_whitespace() || matches!(c, ';' | '"' | '\'' | '>')).next()?,
    };
    Encoding::for_label(value.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (String, usize) {
        let decoded = decode(bytes, None);
        (decoded.text.into_owned(), decoded.notes.len())
    }

    #[test]
    fn one_wrong_byte_spoils_one_sign() {
        let (text, notes) =
            read(b"Die B\xc3\xbccherei schlie\xc3\x9ft \xc3\xbcber Ostern.\nCost\x92s note, caf\xc3\xa9");
        assert_eq!(text, "Die Bücherei schließt über Ostern.\nCost\u{fffd}s note, café");
        assert_eq!(notes, 1);
    }

    #[test]
    fn old_encodings_are_told_apart_and_doubt_is_told() {
        for (encoding, text) in [
            ("windows-1251", "Библиотека закрыта по понедельникам. Читальный зал открыт до девяти."),
            ("windows-1252", "Größe, café, naïve – “curly”, 5 €"),
            ("Shift_JIS", "図書館は月曜日に休みます。閲覧室は九時まで開いています。"),
            ("windows-1253", "Η βιβλιοθήκη είναι κλειστή τις Δευτέρες και ανοιχτή τις Τρίτες."),
            ("GBK", "图书馆星期一不开门。阅览室开到晚上九点。"),
            ("windows-1250", "Knihovna je v pondělí zavřená. Čítárna je otevřena do devíti hodin večer."),
        ] {
            let (bytes, ..) = Encoding::for_label(encoding.as_bytes()).unwrap().encode(text);
            assert_eq!(read(&bytes), (text.to_owned(), 1), "{encoding}");
        }
        let wide: Vec<u8> = "name,phone\nAda,+14155550121".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&wide), ("name,phone\nAda,+14155550121".to_owned(), 1));
        assert_eq!(read("plain and Größe".as_bytes()), ("plain and Größe".to_owned(), 0));
    }

    #[test]
    fn a_page_is_read_as_the_html_standard_says() {
        for (page, encoding) in [
            ("<meta charset=\"utf-16\"><p>x", Some("UTF-8")),
            ("<meta http-equiv=\"Content-Type\" content=\"text/html; charset=unicode\">", Some("UTF-8")),
            ("<!-- charset=windows-1251 --><meta charset=utf-8>", Some("UTF-8")),
            ("<!-- <meta charset=windows-1251> --><p>x", None),
            ("<META CHARSET='Windows-1251'>", Some("windows-1251")),
            ("<meta charset=nonsense><meta charset=koi8-r>", Some("KOI8-R")),
            ("<p>charset=koi8-r</p>", None),
        ] {
            assert_eq!(of_page(page.as_bytes(), None).map(Encoding::name), encoding, "{page}");
        }
        assert_eq!(
            of_page(b"<meta charset=koi8-r>", Some("text/html; charset=utf-8")).map(Encoding::name),
            Some("UTF-8")
        );
    }
}
