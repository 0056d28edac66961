//! What the palette finds besides pages: leads, campaigns and agents by their names. The one server call of the frame; it is made only
//! while somebody types.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::backend::cx;
use crate::error::AppError;

/// What something found is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A person.
    Lead,
    /// A campaign.
    Campaign,
    /// An agent.
    Agent,
}

/// Something found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// What to call it.
    pub label: String,
    /// Where it is.
    pub href: String,
}

/// At most five of each whose name, number or address has the text. Fewer than two characters find nothing.
#[server(prefix = "/fn", input = Json)]
pub async fn find_by_name(text: String) -> Result<Vec<Found>, AppError> {
    use domain::filter::Filter;
    let cx = cx().await?;
    if text.trim().chars().count() < 2 {
        return Ok(Vec::new());
    }
    let filter = Filter { q: Some(text), page_size: Some(5), ..Filter::default() };
    let mut tx = cx.read().await?;
    let agents = db::agents::list(&mut tx, &filter, cx.now()).await?.items.into_iter().take(5).map(|row| Found {
        kind: Kind::Agent,
        href: format!("/agents?edit={}", row.agent.id),
        label: row.agent.draft.name,
    });
    let mut found: Vec<Found> = agents.collect();
    found.extend(db::campaigns::list(&mut tx, &filter).await?.items.into_iter().map(|row| Found {
        kind: Kind::Campaign,
        href: format!("/campaigns/{}", row.campaign.id),
        label: row.campaign.name,
    }));
    found.extend(db::leads::list(&mut tx, &filter).await?.items.into_iter().map(|lead| Found {
        kind: Kind::Lead,
        href: format!("/leads?edit={}", lead.id),
        label: lead.title().to_owned(),
    }));
    Ok(found)
}
