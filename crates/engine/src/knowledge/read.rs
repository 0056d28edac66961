//! The jobs that read a document.

use domain::id::DocumentId;

use crate::worker::Next;
use crate::{Cx, Result};

/// Reads an uploaded file into passages.
pub(crate) async fn parse(_cx: &Cx, _id: DocumentId, _last: bool) -> Result<Next> {
    Ok(Next::Done)
}

/// Fetches a page and reads it into passages.
pub(crate) async fn crawl(_cx: &Cx, _id: DocumentId, _last: bool) -> Result<Next> {
    Ok(Next::Done)
}
