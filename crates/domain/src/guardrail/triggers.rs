//! The forced classes and how people word them.

use super::Forced;
use crate::words::Text;

pub(super) fn find(_: &Text) -> Vec<Forced> {
    vec![]
}

pub(super) fn own(_: &Text, _: &[String]) -> Vec<Forced> {
    vec![]
}
