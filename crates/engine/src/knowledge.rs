//! What agents know: documents and pages come in, jobs read them, searches find their passages.
//!
//! Not here: how bytes become passages (crate `knowledge`), SQL.

mod rank;
mod read;
mod search;
mod vectors;

pub(crate) use read::{crawl, parse};
pub use search::search;
