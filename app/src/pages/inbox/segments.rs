//! How an SMS is cut: carriers bill by segments, and one unusual character halves what fits in one.

/// The characters of the GSM alphabet beyond ASCII letters, digits and common punctuation (3GPP TS 23.038).
const GSM: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
/// The ones that count twice.
const GSM_DOUBLE: &str = "^{}\\[~]|€";

/// What a text becomes on the air.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    /// Segments; 0 for no text.
    pub segments: u32,
    /// Whether an unusual character forces the short alphabet of 70 characters.
    pub unicode: bool,
}

/// Counts the segments of a text.
pub(super) fn cut(text: &str) -> Cut {
    let gsm = |c: char| c.is_ascii_alphanumeric() || GSM.contains(c);
    let unicode = !text.chars().all(|c| gsm(c) || GSM_DOUBLE.contains(c));
    let units: usize = if unicode {
        text.chars().map(char::len_utf16).sum()
    } else {
        text.chars().map(|c| if GSM_DOUBLE.contains(c) { 2 } else { 1 }).sum()
    };
    let (single, many) = if unicode { (70, 67) } else { (160, 153) };
    let segments = match units {
        0 => 0,
        n if n <= single => 1,
        n => n.div_ceil(many),
    };
    Cut { segments: u32::try_from(segments).unwrap_or(u32::MAX), unicode }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_as_carriers_cut_them() {
        for (text, segments, unicode) in [
            (String::new(), 0, false),
            ("a".repeat(160), 1, false),
            ("a".repeat(161), 2, false),
            ("a".repeat(306), 2, false),
            ("a".repeat(307), 3, false),
            ("€".repeat(80), 1, false),
            ("€".repeat(81), 2, false),
            ("ü".repeat(160), 1, false),
            ("ş".repeat(70), 1, true),
            ("ş".repeat(71), 2, true),
            ("🙂".repeat(35), 1, true),
            ("🙂".repeat(36), 2, true),
        ] {
            assert_eq!(cut(&text), Cut { segments, unicode }, "{text}");
        }
    }
}
