//! Campaigns: the list, and one campaign with its figures, its people and its launch.
//!
//! Not here: the drawing itself (`pages::flows`), and what may start (`engine::campaigns`).

pub mod api;

mod advice;
mod advised;
mod details;
mod follow;
mod launch;
mod list;
#[cfg(feature = "ssr")]
mod load;
mod new;
mod overview;
mod page;
mod people;
mod steps;
mod why;

pub use list::CampaignsPage;
pub use page::CampaignPage;
