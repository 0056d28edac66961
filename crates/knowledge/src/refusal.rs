//! Why a document was not read, in sentences for the one who gave it.

use crate::{MAX_BYTES, MAX_ENTRIES, MAX_UNPACKED};

/// Why a document was not read. The text is for people and says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// More bytes than are looked at.
    #[error("The file is larger than {} MB. Split it into smaller ones.", MAX_BYTES / 1024 / 1024)]
    TooLarge,
    /// More text than is kept.
    #[error("It holds too much text for one document. Split it into smaller ones.")]
    TooMuchText,
    /// No words in it.
    #[error("It holds no text.")]
    Empty,
    /// Scanned pages.
    #[error("It holds no text; it is pictures. Run text recognition (OCR) over it, then upload it again.")]
    Pictures,
    /// It wants a password.
    #[error("It is protected with a password. Save it without one, then upload it again.")]
    Encrypted,
    /// It is not what it claims to be.
    #[error("It is broken or is not really {0}. Open it, save it anew and upload that.")]
    Broken(&'static str),
    /// No kind that is read.
    #[error("{0}")]
    Unknown(String),
    /// An archive with too many files.
    #[error("The archive holds more than {MAX_ENTRIES} files. Split it into smaller ones.")]
    TooManyEntries,
    /// An archive that grows beyond measure.
    #[error("The archive unpacks to more than {} MB, or to far more than its size. It was not unpacked.", MAX_UNPACKED / 1024 / 1024)]
    Bomb,
    /// It took too long.
    #[error("Reading it took longer than {0} seconds, so it was stopped. Split it into smaller ones.")]
    TimedOut(u64),
    /// The reading process died: too much memory, or a fault of a parser.
    #[error("It could not be read: it is broken, or needs more memory than a document may take.")]
    Died,
    /// As the reading process said it.
    #[error("{0}")]
    Said(String),
}
