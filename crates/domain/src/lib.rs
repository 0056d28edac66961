//! What things are, and every rule that needs no outside world.
//!
//! Not here: IO, async, clocks, randomness, SQL, HTTP, Leptos. "Now" is always an argument.
//! The modules stand in reading order.

pub mod closed_list;
pub mod id;
pub mod json;
pub mod money;
pub mod pause;
pub mod problem;
pub mod text;

pub mod access;
pub mod action;
pub mod advice;
pub mod agent;
pub mod api_key;
pub mod budget;
pub mod content;
pub mod conversation;
pub mod diff;
pub mod erasure;
pub mod format;
pub mod guardrail;
pub mod intent;
pub mod keyword;
pub mod knowledge;
pub mod lead;
pub mod library;
pub mod message;
pub mod name;
pub mod segments;
pub mod sentiment;
pub mod skill;
pub mod spending;
pub mod suite;
pub mod template;
pub mod ticket;
pub mod turn;
pub mod words;

pub mod campaign;
pub mod flow;
pub mod gate;

pub mod event;
pub mod filter;
pub mod job;
pub mod work;
