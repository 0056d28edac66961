//! The only way anything is announced: a row in the transaction of the change, and a note to live pages after its commit.

use db::Tx;
use domain::event::{EventKind, LiveNote};

use crate::{Cx, Result};

/// Writes down what happened to what, and tells live pages after the commit. `title` is what people call the subject.
pub(crate) async fn record(
    cx: &Cx,
    tx: &mut Tx,
    kind: EventKind,
    subject: impl std::fmt::Display,
    title: &str,
) -> Result<()> {
    let subject = subject.to_string();
    db::events::insert(tx, cx.new_id(), kind, &subject, title, cx.user(), cx.now()).await?;
    note(tx, kind, subject);
    Ok(())
}

/// Tells live pages only: for changes that are too many or too small for the activity feed.
pub(crate) fn note(tx: &mut Tx, kind: EventKind, subject: impl std::fmt::Display) {
    tx.note(LiveNote { topic: kind.topic().to_owned(), subject: subject.to_string() });
}
