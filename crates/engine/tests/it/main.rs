//! What the engine does, against a real Postgres, a scripted model and a phone network that counts. The worker is driven by hand and
//! the clock stands still until it is moved.

#![allow(clippy::unwrap_used, reason = "a failing unwrap in a test is a failing test")]

mod advice;
mod campaigns;
mod channels;
mod crash;
mod erasure;
mod escalation;
mod held;
mod hostile;
mod inbox;
mod knowledge;
mod lost;
mod money;
mod numbers;
mod opting;
mod posts;
mod races;
mod spending;
mod tools;
mod turns;
mod walls;
mod work;
mod world;
