//! What an answer may not contain.
