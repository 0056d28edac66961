//! Which address, headers and body a call has, by provider. The only place that knows all of them; what has a path of its own (vectors,
//! speech, health) comes here for address and headers.

use domain::agent::{ModelChoice, Provider};
use futures::StreamExt;
use futures::stream::BoxStream;
use reqwest::header::HeaderValue;
use reqwest::{Client, Method, RequestBuilder};

use crate::settings::{Secret, Settings};
use crate::{Ask, Delta, Error};
use crate::{anthropic, gemini, http, openai, scripted};

/// The pieces of one answer.
pub(crate) type Deltas = BoxStream<'static, Result<Delta, Error>>;

/// The key of a provider, if it has one.
pub(crate) fn key(settings: &Settings, provider: Provider) -> Option<&Secret> {
    match provider {
        Provider::OpenAi => settings.openai_api_key.as_ref(),
        Provider::Anthropic => settings.anthropic_api_key.as_ref(),
        Provider::Gemini => settings.gemini_api_key.as_ref(),
        Provider::Compatible => settings.compatible_api_key.as_ref(),
        Provider::Scripted => None,
    }
}

fn base(settings: &Settings, provider: Provider) -> &str {
    let base = match provider {
        Provider::OpenAi => &settings.openai_base_url,
        Provider::Anthropic => &settings.anthropic_base_url,
        Provider::Gemini => &settings.gemini_base_url,
        Provider::Compatible => settings.compatible_base_url.as_deref().unwrap_or_default(),
        Provider::Scripted => "",
    };
    base.trim_end_matches('/')
}

/// A request to a provider, with the headers that each of its requests needs.
pub(crate) fn request(
    http: &Client,
    settings: &Settings,
    provider: Provider,
    method: Method,
    path: &str,
) -> Result<RequestBuilder, Error> {
    let mut request = http.request(method, format!("{}{path}", base(settings, provider)));
    if provider == Provider::Anthropic {
        request = request.header("anthropic-version", anthropic::VERSION);
    }
    if let Some(key) = key(settings, provider) {
        let (name, value) = match provider {
            Provider::Anthropic => ("x-api-key", HeaderValue::from_str(key.expose())),
            Provider::Gemini => ("x-goog-api-key", HeaderValue::from_str(key.expose())),
            _ => ("authorization", HeaderValue::from_str(&format!("Bearer {}", key.expose()))),
        };
        let mut value = value.map_err(|_| Error::Key {
            reason: format!("the key of `{provider}` contains characters that no key has"),
        })?;
        value.set_sensitive(true);
        request = request.header(name, value);
    }
    Ok(request)
}

/// Begins one call. `stream`: text as it is made, or the whole answer at once.
pub(crate) fn open(http: &Client, settings: &Settings, choice: &ModelChoice, ask: &Ask, stream: bool) -> Deltas {
    let provider = choice.provider;
    let (path, body) = match provider {
        Provider::Scripted => return scripted::stream(&choice.model, ask, stream),
        Provider::OpenAi | Provider::Compatible => {
            (openai::PATH.into(), serde_json::to_vec(&openai::body(choice, ask, stream)))
        }
        Provider::Anthropic => (anthropic::PATH.into(), serde_json::to_vec(&anthropic::body(choice, ask, stream))),
        Provider::Gemini => (gemini::path(&choice.model, stream), serde_json::to_vec(&gemini::body(choice, ask))),
    };
    let body = body.map_err(|error| Error::Malformed { reason: format!("the request cannot be written: {error}") });
    let request = match body.and_then(|body| Ok(request(http, settings, provider, Method::POST, &path)?.body(body))) {
        Ok(request) => request.header("content-type", "application/json"),
        Err(error) => return futures::stream::iter([Err(error)]).boxed(),
    };
    let request = if stream { request.header("accept", "text/event-stream") } else { request };
    let key = key(settings, provider).cloned();
    match provider {
        Provider::Anthropic => {
            let shape = ask.schema.as_ref().map(|schema| schema.name.clone());
            http::call(provider, request, key, anthropic::Decoder::of(shape))
        }
        Provider::Gemini => http::call(provider, request, key, gemini::Decoder::default()),
        _ => http::call(provider, request, key, openai::Decoder::default()),
    }
}
