//! Reading documents of every kind, good and hostile. Every file is made here.

#![allow(clippy::unwrap_used, reason = "a failing unwrap in a test is a failing test")]

mod files;
mod fuzz;
mod hostile;
mod kinds;
mod outside;
