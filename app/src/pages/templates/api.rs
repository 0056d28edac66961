//! All server functions of the templates.

use domain::filter::Filter;
use domain::id::TemplateId;
use domain::template::{Template, TemplateDraft};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::backend::cx;
use crate::error::AppError;

/// The first hundred templates, by channel and name; a workspace has a few dozen.
#[server(prefix = "/fn", input = Json)]
pub async fn list_templates(filter: Filter) -> Result<Vec<Template>, AppError> {
    let cx = cx().await?;
    let mut tx = cx.read().await?;
    let filter = Filter { page_size: Some(100), ..filter };
    Ok(db::templates::list(&mut tx, &filter).await?.items)
}

/// What the drawer edits. A struct of its own, because nothing inside nothing does not survive the way to the browser.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TemplateEditor {
    /// The template as it was last saved; none for a new one.
    pub template: Option<Template>,
}

/// What the drawer edits: `new`, or the id of a template.
#[server(prefix = "/fn", input = Json)]
pub async fn edit_template(key: String) -> Result<TemplateEditor, AppError> {
    let cx = cx().await?;
    if key == "new" {
        return Ok(TemplateEditor { template: None });
    }
    let id: TemplateId = key.parse().map_err(|_| engine::Error::NotFound)?;
    Ok(TemplateEditor { template: Some(engine::templates::get(&cx, id).await?) })
}

/// Makes a template, or saves one.
#[server(prefix = "/fn", input = Json)]
pub async fn save_template(id: Option<TemplateId>, draft: TemplateDraft) -> Result<Template, AppError> {
    let cx = cx().await?;
    Ok(match id {
        None => engine::templates::create(&cx, draft).await?,
        Some(id) => engine::templates::save(&cx, id, draft).await?,
    })
}

/// Hands a template in to WhatsApp.
#[server(prefix = "/fn", input = Json)]
pub async fn submit_template(id: TemplateId) -> Result<Template, AppError> {
    let cx = cx().await?;
    Ok(engine::templates::submit(&cx, id).await?)
}

/// Deletes a template.
#[server(prefix = "/fn", input = Json)]
pub async fn delete_template(id: TemplateId) -> Result<(), AppError> {
    let cx = cx().await?;
    Ok(engine::templates::delete(&cx, id).await?)
}

/// Makes the starter templates that are missing. Gives how many.
#[server(prefix = "/fn", input = Json)]
pub async fn add_starter_templates() -> Result<i64, AppError> {
    let cx = cx().await?;
    Ok(engine::templates::add_starters(&cx).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_editor_of_a_new_template_survives_the_way_to_the_browser() {
        let sent = Some(TemplateEditor { template: None });
        let json = serde_json::to_string(&sent).unwrap_or_default();
        assert_eq!(serde_json::from_str::<Option<TemplateEditor>>(&json).ok(), Some(sent));
    }
}
