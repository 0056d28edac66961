//! The text of a page in the order in which it is read. Most programs draw Arabic and Hebrew as it looks, from left to right, which is from
//! the last letter to the first; where the letters go says whether a page does.

use pdf_extract::{MediaBox, OutputDev, OutputError, PlainTextOutput, Transform};
use unicode_bidi::{BidiClass, BidiInfo, bidi_class};

/// Writes a page's text, and counts which way its right-to-left letters go.
pub(super) struct Directed<'a> {
    plain: PlainTextOutput<&'a mut String>,
    /// Where the letter before was, if it was one of these.
    last: Option<(f64, f64)>,
    rightward: usize,
    leftward: usize,
}

impl<'a> Directed<'a> {
    pub fn new(text: &'a mut String) -> Self {
        Self { plain: PlainTextOutput::new(text), last: None, rightward: 0, leftward: 0 }
    }

    /// Whether the letters stand as they look, not as they are read.
    pub fn is_as_it_looks(&self) -> bool {
        self.rightward > self.leftward
    }
}

impl OutputDev for Directed<'_> {
    fn begin_page(
        &mut self,
        page: u32,
        media: &MediaBox,
        art: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        self.plain.begin_page(page, media, art)
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        self.plain.end_page()
    }

    fn output_character(
        &mut self,
        place: &Transform,
        width: f64,
        spacing: f64,
        size: f64,
        signs: &str,
    ) -> Result<(), OutputError> {
        let here = signs.chars().any(is_right_to_left).then_some((place.m31, place.m32));
        if let (Some((x, y)), Some((last_x, last_y))) = (here, self.last)
            && (y - last_y).abs() < f64::EPSILON
        {
            self.rightward += usize::from(x > last_x);
            self.leftward += usize::from(x < last_x);
        }
        self.last = here;
        self.plain.output_character(place, width, spacing, size, signs)
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        self.plain.begin_word()
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        self.plain.end_word()
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        self.plain.end_line()
    }
}

fn is_right_to_left(c: char) -> bool {
    matches!(bidi_class(c), BidiClass::R | BidiClass::AL)
}

/// Lines that stand as they look, as they are read. The rules that put a text in the order in which it looks also lead back.
pub(super) fn as_read(text: &str) -> String {
    let read = |line: &str| {
        let bidi = BidiInfo::new(line, None);
        bidi.paragraphs.iter().map(|part| bidi.reorder_line(part, part.range.clone()).into_owned()).collect::<String>()
    };
    text.lines().map(read).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hebrew_that_stands_as_it_looks_is_read_from_its_first_letter() {
        let looks = "םולש";
        assert_eq!(as_read(looks), "שלום");
        assert_eq!(as_read("םלוע םולש"), "שלום עולם");
        assert_eq!(as_read("open at nine\nPrice 12"), "open at nine\nPrice 12");
        assert_eq!(as_read("Hello םולש"), "Hello שלום");
    }
}
