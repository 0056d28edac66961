//! The pages, one folder per area. In each, `api.rs` has all server functions of that area and nothing else.

pub mod agents;
pub mod campaigns;
pub mod console;
pub mod content;
pub mod editing;
pub mod flows;
pub mod inbox;
pub mod leads;
pub mod not_found;
pub mod overview;
pub mod phone;
pub mod replay;
pub mod settings;
pub mod sign_in;
pub mod templates;
pub mod turns;
