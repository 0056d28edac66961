//! Files on their way from the browser to the REST API: several at once, one after the other. Server functions take no files.
//!
//! On the server none of it happens: a file is chosen after hydration.

use domain::id::AgentId;
use domain::knowledge::Document;
use leptos::ev::{DragEvent, Event};

use crate::error::AppError;

/// A file that somebody chose.
#[derive(Clone)]
pub struct Chosen {
    /// Its name.
    pub name: String,
    #[cfg(feature = "hydrate")]
    file: web_sys::File,
}

#[cfg(feature = "hydrate")]
fn all(files: Option<web_sys::FileList>) -> Vec<Chosen> {
    let Some(files) = files else { return Vec::new() };
    (0..files.length()).filter_map(|i| files.get(i)).map(|file| Chosen { name: file.name(), file }).collect()
}

/// The files in a file field. The field is emptied, so that the same file can be chosen again.
pub fn picked(event: &Event) -> Vec<Chosen> {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let input = event.target().and_then(|t| t.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(input) = input else { return Vec::new() };
        let chosen = all(input.files());
        input.set_value("");
        chosen
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        Vec::new()
    }
}

/// The files that were dropped.
pub fn dropped(event: &DragEvent) -> Vec<Chosen> {
    event.prevent_default();
    #[cfg(feature = "hydrate")]
    return event.data_transfer().map(|data| all(data.files())).unwrap_or_default();
    #[cfg(not(feature = "hydrate"))]
    Vec::new()
}

/// Sends one file.
pub async fn send(agent: AgentId, chosen: Chosen, category: String) -> Result<Document, AppError> {
    #[cfg(feature = "hydrate")]
    {
        let (status, body) = browser::post(&format!("/api/agents/{agent}/knowledge"), &chosen, &category)
            .await
            .map_err(|error| AppError::Network { message: error.as_string().unwrap_or_default() })?;
        if (200..300).contains(&status) {
            return serde_json::from_str(&body).map_err(|error| AppError::Network { message: error.to_string() });
        }
        Err(refusal(status, &body))
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (agent, chosen, category);
        Err(AppError::Network { message: "files are sent by browsers only".into() })
    }
}

/// What an answer of the API that is no success means: its sentence, or the sentences about the fields.
#[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "the server sends no files"))]
fn refusal(status: u16, body: &str) -> AppError {
    #[derive(Default, serde::Deserialize)]
    #[serde(default)]
    struct Inner {
        message: String,
        problems: domain::problem::Problems,
    }
    #[derive(Default, serde::Deserialize)]
    #[serde(default)]
    struct Outer {
        error: Inner,
    }
    let Outer { error } = serde_json::from_str(body).unwrap_or_default();
    match status {
        401 => AppError::SignedOut,
        404 => AppError::NotFound,
        _ if !error.problems.is_empty() => AppError::Refused { message: error.problems.to_string() },
        _ if !error.message.is_empty() => AppError::Refused { message: error.message },
        _ => AppError::Refused { message: format!("The server refused the file ({status}).") },
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;

    use super::Chosen;

    pub(super) async fn post(path: &str, chosen: &Chosen, category: &str) -> Result<(u16, String), JsValue> {
        let form = web_sys::FormData::new()?;
        form.append_with_str("category", category)?;
        form.append_with_blob_and_filename("file", &chosen.file, &chosen.name)?;
        let init = web_sys::RequestInit::new();
        init.set_method("POST");
        init.set_body(&form);
        let answer = JsFuture::from(leptos::prelude::window().fetch_with_str_and_init(path, &init)).await?;
        let answer: web_sys::Response = answer.dyn_into()?;
        let body = JsFuture::from(answer.text()?).await?.as_string().unwrap_or_default();
        Ok((answer.status(), body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_say_what_is_wrong_with_the_file() {
        let body =
            r#"{"error":{"code":"invalid","message":"m","problems":[{"field":"file","message":"It is pictures."}]}}"#;
        assert_eq!(refusal(422, body).to_string(), "It is pictures.");
        assert_eq!(refusal(413, "<html>").to_string(), "The server refused the file (413).");
        assert_eq!(refusal(401, "").kind(), "signed_out");
    }
}
