//! Files between the browser and the REST API: choosing, sending, and saving a report. Server functions take no files, so this is the
//! one place where the app speaks the API's JSON itself.
//!
//! On the server none of it happens: a file is chosen after hydration.

use domain::lead::ColumnMapping;
use leptos::ev::{DragEvent, Event};
use leptos::prelude::*;
use serde::de::DeserializeOwned;

use crate::error::AppError;

/// A file that somebody chose.
#[derive(Clone)]
pub struct Chosen {
    /// Its name.
    pub name: String,
    #[cfg(feature = "hydrate")]
    file: web_sys::File,
}

/// A browser's file stays on its thread. The server has none, and its threads share what a page keeps.
#[cfg(feature = "hydrate")]
type Kept = LocalStorage;
#[cfg(not(feature = "hydrate"))]
type Kept = SyncStorage;

/// A place for the chosen file.
pub fn slot() -> StoredValue<Option<Chosen>, Kept> {
    StoredValue::new_with_storage(None)
}

#[cfg(feature = "hydrate")]
fn first(files: Option<web_sys::FileList>) -> Option<Chosen> {
    let file = files?.get(0)?;
    Some(Chosen { name: file.name(), file })
}

/// The file in a file field. The field is emptied, so that the same file can be chosen again after it was mended.
pub fn picked(event: &Event) -> Option<Chosen> {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let input = event.target()?.dyn_into::<web_sys::HtmlInputElement>().ok()?;
        let chosen = first(input.files());
        input.set_value("");
        chosen
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        None
    }
}

/// The file that was dropped.
pub fn dropped(event: &DragEvent) -> Option<Chosen> {
    event.prevent_default();
    #[cfg(feature = "hydrate")]
    return first(event.data_transfer()?.files());
    #[cfg(not(feature = "hydrate"))]
    None
}

/// Sends a file to an address of the API, and reads the answer.
pub async fn send<T: DeserializeOwned>(
    path: &str,
    chosen: Chosen,
    mapping: Option<ColumnMapping>,
) -> Result<T, AppError> {
    #[cfg(feature = "hydrate")]
    {
        let (status, body) = browser::post(path, &chosen, mapping.as_ref())
            .await
            .map_err(|error| AppError::Network { message: error.as_string().unwrap_or_default() })?;
        if (200..300).contains(&status) {
            return serde_json::from_str(&body).map_err(|error| AppError::Network { message: error.to_string() });
        }
        Err(refusal(status, &body))
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (path, chosen, mapping);
        Err(AppError::Network { message: "files are sent by browsers only".into() })
    }
}

/// What an answer of the API that is no success means for the page.
#[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "the server sends no files"))]
fn refusal(status: u16, body: &str) -> AppError {
    #[derive(Default, serde::Deserialize)]
    #[serde(default)]
    struct Inner {
        message: String,
        problems: domain::problem::Problems,
        reference: String,
    }
    #[derive(Default, serde::Deserialize)]
    #[serde(default)]
    struct Outer {
        error: Inner,
    }
    let Outer { error } = serde_json::from_str(body).unwrap_or_default();
    let message =
        if error.message.is_empty() { format!("The server refused the file ({status}).") } else { error.message };
    match status {
        401 => AppError::SignedOut,
        403 => AppError::Forbidden { message },
        404 => AppError::NotFound,
        _ if !error.problems.is_empty() => AppError::Invalid { problems: error.problems },
        429 => AppError::TooMany { message },
        500.. => AppError::Internal { reference: error.reference },
        _ => AppError::Refused { message },
    }
}

/// Saves a text as a file in the browser's downloads.
pub fn save_as(name: &str, text: &str) {
    #[cfg(feature = "hydrate")]
    let _ = browser::save(name, text);
    #[cfg(not(feature = "hydrate"))]
    let _ = (name, text);
}

#[cfg(feature = "hydrate")]
mod browser {
    use domain::lead::ColumnMapping;
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;

    use super::Chosen;

    pub(super) async fn post(
        path: &str,
        chosen: &Chosen,
        mapping: Option<&ColumnMapping>,
    ) -> Result<(u16, String), JsValue> {
        let form = web_sys::FormData::new()?;
        if let Some(mapping) = mapping {
            form.append_with_str("mapping", &serde_json::to_string(mapping).unwrap_or_default())?;
        }
        form.append_with_blob_and_filename("file", &chosen.file, &chosen.name)?;
        let init = web_sys::RequestInit::new();
        init.set_method("POST");
        init.set_body(&form);
        let answer = JsFuture::from(leptos::prelude::window().fetch_with_str_and_init(path, &init)).await?;
        let answer: web_sys::Response = answer.dyn_into()?;
        let body = JsFuture::from(answer.text()?).await?.as_string().unwrap_or_default();
        Ok((answer.status(), body))
    }

    pub(super) fn save(name: &str, text: &str) -> Result<(), JsValue> {
        let parts = js_sys::Array::of1(&JsValue::from_str(text));
        let options = web_sys::BlobPropertyBag::new();
        options.set_type("text/csv;charset=utf-8");
        let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options)?;
        let url = web_sys::Url::create_object_url_with_blob(&blob)?;
        let link: web_sys::HtmlAnchorElement = leptos::prelude::document().create_element("a")?.dyn_into()?;
        link.set_href(&url);
        link.set_download(name);
        link.click();
        web_sys::Url::revoke_object_url(&url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_of_the_api_are_told_apart() {
        let body = r#"{"error":{"code":"invalid","message":"m","problems":[{"field":"file","message":"empty"}],"reference":"r"}}"#;
        assert_eq!(refusal(422, body).problems().of("file"), Some("empty"));
        assert_eq!(refusal(401, "").kind(), "signed_out");
        assert_eq!(refusal(413, "<html>"), AppError::Refused { message: "The server refused the file (413).".into() });
        assert_eq!(refusal(500, r#"{"error":{"reference":"x1"}}"#), AppError::Internal { reference: "x1".into() });
    }
}
