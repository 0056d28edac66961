//! Orders to the model inside a message.

use crate::words::Text;

pub(super) fn find(_: &Text) -> Option<String> {
    None
}
