//! How an SMS is cut: carriers bill by segments, and one unusual character halves what fits in one.
//!
//! Here: the alphabets (3GPP TS 23.038) and where a long text is parted. Not here: what a channel allows (`message`).

/// The characters of the GSM alphabet beyond ASCII letters and digits.
const GSM: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
/// The ones of its extension table: an escape stands before each, so they count twice.
const GSM_EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// What fits into a text that is one segment, and into each of several: those carry a header.
const GSM_ROOM: (u32, u32) = (160, 153);
const UNICODE_ROOM: (u32, u32) = (70, 67);

/// What a text becomes on the air.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// Whether an unusual character forces the alphabet with 70 characters to a segment.
    pub unicode: bool,
    /// What is billed: septets of the GSM alphabet, or UTF-16 units.
    pub units: u32,
    /// Where the second segment and those after it begin, as byte positions in the text.
    pub splits: Vec<u32>,
}

impl Cut {
    /// How many segments; 0 for no text.
    pub fn segments(&self) -> u32 {
        if self.units == 0 { 0 } else { u32::try_from(self.splits.len()).unwrap_or(u32::MAX).saturating_add(1) }
    }

    /// What fits into one segment of this alphabet.
    pub fn room(&self) -> u32 {
        if self.unicode { UNICODE_ROOM.0 } else { GSM_ROOM.0 }
    }
}

/// How many septets a character takes; `None` when the GSM alphabet does not have it.
fn septets(c: char) -> Option<u32> {
    if c.is_ascii_alphanumeric() || GSM.contains(c) { Some(1) } else { GSM_EXTENDED.contains(c).then_some(2) }
}

/// Cuts a text as carriers do. A character is never parted: what does not fit whole goes into the next segment.
pub fn cut(text: &str) -> Cut {
    let unicode = text.chars().any(|c| septets(c).is_none());
    let width = |c: char| if unicode { 1 + u32::from(c > '\u{ffff}') } else { septets(c).unwrap_or(1) };
    let (alone, each) = if unicode { UNICODE_ROOM } else { GSM_ROOM };
    let units = text.chars().map(width).sum();
    let mut splits = Vec::new();
    if units > alone {
        let mut filled = 0;
        for (at, c) in text.char_indices() {
            if filled + width(c) > each {
                splits.push(u32::try_from(at).unwrap_or(u32::MAX));
                filled = 0;
            }
            filled += width(c);
        }
    }
    Cut { unicode, units, splits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_as_carriers_cut_them() {
        for (text, units, segments, unicode) in [
            (String::new(), 0, 0, false),
            ("a".repeat(160), 160, 1, false),
            ("a".repeat(161), 161, 2, false),
            ("a".repeat(306), 306, 2, false),
            ("a".repeat(307), 307, 3, false),
            ("€".repeat(80), 160, 1, false),
            ("€".repeat(81), 162, 2, false),
            ("ü".repeat(160), 160, 1, false),
            ("ç".to_owned(), 1, 1, true),
            ("`".to_owned(), 1, 1, true),
            ("ş".repeat(70), 70, 1, true),
            ("ş".repeat(71), 71, 2, true),
            ("ş".repeat(134), 134, 2, true),
            ("ş".repeat(135), 135, 3, true),
            ("🙂".repeat(35), 70, 1, true),
            ("🙂".repeat(36), 72, 2, true),
        ] {
            let cut = cut(&text);
            assert_eq!((cut.units, cut.segments(), cut.unicode), (units, segments, unicode), "{text}");
            assert_eq!(cut.room(), if unicode { 70 } else { 160 });
        }
    }

    #[test]
    fn no_character_is_parted() {
        assert_eq!(cut(&"a".repeat(161)).splits, [153]);
        assert_eq!(cut(&"a".repeat(307)).splits, [153, 306]);
        // 152 septets leave one free, which half a euro sign cannot use.
        let text = format!("{}€{}", "a".repeat(152), "a".repeat(10));
        assert_eq!(cut(&text).splits, [152]);
        // 306 septets would fit into two segments, were it not for the one that stays empty.
        let text = format!("{}€{}", "a".repeat(152), "a".repeat(152));
        assert_eq!((cut(&text).units, cut(&text).splits), (306, vec![152, 306]));
        // 66 units leave one free, which half a surrogate pair cannot use.
        let text = format!("{}🙂{}", "ş".repeat(66), "ş".repeat(10));
        assert_eq!(cut(&text).splits, [132]);
        assert_eq!(cut(&"🙂".repeat(67)).segments(), 3, "33 to a segment, not 33 and a half");
    }
}
