//! What the engine does, against a real Postgres, a scripted model and a phone network that counts. The worker is driven by hand and
//! the clock stands still until it is moved.

mod campaigns;
mod crash;
mod inbox;
mod walls;
mod world;
