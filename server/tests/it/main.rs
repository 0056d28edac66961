//! Project rules, and what only the whole server can show.

mod tidy;
