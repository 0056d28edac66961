//! `POST /api/webhooks/receive`: verify, parse, hand over, answer at once. What follows is the worker's.

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use channels::parse::Parsed;
use channels::{Secret, generic, parse, signature, twiml};
use domain::id::{MessageId, WorkspaceId};
use domain::keyword::Key;
use domain::message::{Channel, Inbound, StatusReport};
use domain::problem::Problems;
use engine::{Engine, inbox};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use crate::api::{ApiError, ErrorBody};

/// No post of Twilio's has nearly as many fields. Sorting a megabyte of them for a signature that is wrong would be work for nothing.
const MOST_FIELDS: usize = 300;

/// What posts are verified against.
#[derive(Clone)]
pub struct HookKeys {
    /// The Twilio token that signs posts.
    pub twilio_token: Secret,
    /// The secret of generic posts; none: they are refused.
    pub generic: Option<Secret>,
}

/// The webhooks' part of the API's description.
#[derive(OpenApi)]
#[openapi(paths(receive))]
pub struct Described;

/// A person's message, handed over by any system. The header `X-Agency-OS-Signature` signs it.
#[derive(Debug, Deserialize, ToSchema)]
pub struct GenericPost {
    /// Over which channel they wrote.
    pub channel: Channel,
    /// Their number, in the form +14155550123.
    pub from: String,
    /// Our number that they wrote to; it names the workspace.
    pub to: String,
    /// What they wrote.
    pub body: String,
    /// The other system's id of the message: the same one again is taken in once.
    pub message_id: String,
}

/// The fields of Twilio's posts that are read; the others are taken for the signature only.
#[derive(ToSchema)]
#[schema(rename_all = "PascalCase")]
#[expect(dead_code, reason = "describes the form; it is read field by field")]
struct TwilioPost {
    /// The sender; `whatsapp:+…` over WhatsApp.
    from: String,
    /// The receiver.
    to: String,
    /// The text of a message.
    body: Option<String>,
    /// Twilio's id of a message.
    message_sid: Option<String>,
    /// How far a message of ours is: `sent`, `delivered`, `read`, `undelivered`, `failed`.
    message_status: Option<String>,
    /// Why it failed.
    error_code: Option<String>,
    /// How many pictures or files came with it; each has a `MediaUrl…` and a `MediaContentType…`, and those that are there are taken.
    num_media: Option<u32>,
    /// `STOP` or `START`, when Twilio saw one.
    opt_out_type: Option<String>,
    /// What is behind the WhatsApp button that was pressed; `STOP` opts out.
    button_payload: Option<String>,
    /// Twilio's id of a call.
    call_sid: Option<String>,
    /// How far a call is.
    call_status: Option<String>,
    /// The keys that were pressed; 2 and 9 stop calls to this person.
    digits: Option<String>,
}

/// That a post was taken in.
#[derive(Serialize, ToSchema)]
struct Received {
    /// Always true.
    received: bool,
}

/// Takes in what people write and what became of our messages: Twilio's posts, and signed JSON of other systems.
///
/// Each is taken in once, whatever is repeated, and answered at once; what follows is the worker's. What a person wrote and cannot be
/// stored as a message just now is kept, and the worker tries again for more than an hour. A message to a number that no workspace
/// has is answered with 200 and forgotten, because its sender would only repeat it.
#[utoipa::path(post, path = "/api/webhooks/receive", tag = "webhooks", operation_id = "receive_webhook", security(()),
    params(
        ("message" = Option<MessageId>, Query, description = "Our own id of the message that a report is about. We put it into the address that Twilio gets."),
        ("X-Twilio-Signature" = Option<String>, Header, description = "Twilio's signature over address and fields; needed for forms."),
        ("X-Agency-OS-Signature" = Option<String>, Header, description = "`sha256=` and the HMAC-SHA256 of the raw body with `GENERIC_WEBHOOK_SECRET`, in hex; needed for JSON.")),
    request_body(content((GenericPost = "application/json"), (TwilioPost = "application/x-www-form-urlencoded"))),
    responses(
        (status = 200, description = "Taken in, or known already.", content((Received = "application/json"), (String = "text/xml"))),
        (status = 400, body = ErrorBody, description = "The post cannot be read."),
        (status = 403, body = ErrorBody, description = "The signature does not fit, or JSON is switched off (no `GENERIC_WEBHOOK_SECRET`)."),
        (status = 413, body = ErrorBody), (status = 500, body = ErrorBody)))]
pub(crate) async fn receive(
    State(engine): State<Engine>,
    Extension(keys): Extension<Arc<HookKeys>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let taken = if kind.starts_with("application/json") {
        receive_generic(&engine, &keys, &headers, &body).await
    } else {
        receive_twilio(&engine, &keys, query.as_deref(), &headers, &body).await
    };
    taken.unwrap_or_else(IntoResponse::into_response)
}

async fn receive_twilio(
    engine: &Engine,
    keys: &HookKeys,
    query: Option<&str>,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response, ApiError> {
    if body.iter().filter(|byte| **byte == b'&').count() >= MOST_FIELDS {
        let problems = Problems::one("body", format!("The post has more than {MOST_FIELDS} fields."));
        return Err(ApiError::invalid(StatusCode::BAD_REQUEST, problems));
    }
    let pairs: Vec<(String, String)> = url_pairs(body);
    let signed = headers.get(signature::HEADER).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let query_part = query.map(|q| format!("?{q}")).unwrap_or_default();
    let public_url = &engine.parts().settings.public_url;
    // Both mounts are one handler; Twilio signs the address that it was given.
    let genuine = ["/api/webhooks/receive", "/api/v1/webhooks/receive"].iter().any(|path| {
        let url = format!("{public_url}{path}{query_part}");
        signature::verify(&url, &pairs, signed, keys.twilio_token.expose())
    });
    if !genuine {
        let why = "The signature does not fit. Check that TWILIO_AUTH_TOKEN and PUBLIC_URL are those that Twilio uses.";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "bad_signature", why));
    }
    let now = engine.parts().clock.now();
    let parsed = parse::parse(&pairs, now).map_err(|e| {
        ApiError::invalid(StatusCode::BAD_REQUEST, Problems::one("body", format!("The post cannot be read: {e}.")))
    })?;
    let named = named_message(query);
    match parsed {
        Parsed::Inbound(inbound) => {
            take_in(engine, &inbound).await?;
            Ok(xml(twiml::empty_response().to_owned()))
        }
        Parsed::KeyPress(inbound) => {
            // What is said is true: taking the key in stopped the calls, in the same transaction.
            let said = match (take_in(engine, &inbound).await?, parse::key(&inbound)) {
                (Some(inbox::Received::New(_) | inbox::Received::Repeated), Some(Key::NoCalls)) => {
                    "Thank you. We will not call you again. Goodbye."
                }
                (Some(_), _) => "Thank you. We have noted it. Goodbye.",
                (None, _) => "Thank you. Goodbye.",
            };
            Ok(xml(twiml::key_answer(said)))
        }
        Parsed::Status(report) => {
            settle(engine, &report, named, is_call(&pairs)).await?;
            Ok(xml(twiml::empty_response().to_owned()))
        }
        Parsed::Ignored(reason) => {
            tracing::info!(reason, "a post from Twilio has nothing for us");
            Ok(xml(twiml::empty_response().to_owned()))
        }
    }
}

async fn receive_generic(
    engine: &Engine,
    keys: &HookKeys,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response, ApiError> {
    let Some(secret) = &keys.generic else {
        return Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "not_set_up",
            "Generic webhooks are off: set GENERIC_WEBHOOK_SECRET to use them.",
        ));
    };
    let signed = headers.get(generic::HEADER).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !generic::verify(body, signed, secret.expose()) {
        return Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "bad_signature",
            "The signature does not fit the body and the shared secret.",
        ));
    }
    let inbound = generic::parse(body, engine.parts().clock.now()).map_err(|e| {
        ApiError::invalid(StatusCode::BAD_REQUEST, Problems::one("body", format!("The post cannot be read: {e}.")))
    })?;
    take_in(engine, &inbound).await?;
    Ok((StatusCode::OK, axum::Json(Received { received: true })).into_response())
}

/// Gives what became of it; none when nobody here has the number.
async fn take_in(engine: &Engine, inbound: &Inbound) -> Result<Option<inbox::Received>, ApiError> {
    let workspaces = match workspace_of(engine, inbound.channel, &inbound.to).await? {
        Some(workspace) => vec![workspace],
        None if inbound.raw.get("MessagingServiceSid").is_some() => inbox::of_pool(engine, inbound).await?,
        None => vec![],
    };
    let mut became = None;
    for workspace in workspaces {
        let received = inbox::receive(&engine.system(workspace), inbound).await?;
        became.get_or_insert(received);
    }
    if became.is_none() {
        // The provider would only repeat it; nobody here has this number.
        tracing::warn!(channel = %inbound.channel, "a message came in for a number that no workspace has");
    }
    Ok(became)
}

/// A number belongs to one workspace per channel; one that is set up for another channel only still names it.
async fn workspace_of(engine: &Engine, channel: Channel, number: &str) -> Result<Option<WorkspaceId>, ApiError> {
    let db = &engine.parts().db;
    for channel in [channel, Channel::Sms, Channel::Whatsapp, Channel::Voice] {
        if let Some(found) = db::conversations::workspace_of_number(db, channel, number).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

async fn settle(
    engine: &Engine,
    report: &StatusReport,
    named: Option<MessageId>,
    channel: Channel,
) -> Result<(), ApiError> {
    let workspace = match named {
        Some(id) => db::messages::workspace_of(&engine.parts().db, id).await?,
        None => workspace_of(engine, channel, &report.our_number).await?,
    };
    let Some(workspace) = workspace else { return Ok(()) };
    let known = inbox::delivery_status(&engine.system(workspace), report, named, channel).await?;
    if !known {
        tracing::debug!("a report about a message that is not ours");
    }
    Ok(())
}

/// Our own id of the message, which we put into the callback's address: so that a report that is quicker than the answer to the send,
/// or comes after a crash, still finds its message.
fn named_message(query: Option<&str>) -> Option<MessageId> {
    query?.split('&').find_map(|pair| pair.strip_prefix("message="))?.parse().ok()
}

fn is_call(pairs: &[(String, String)]) -> Channel {
    let has = |name: &str| pairs.iter().any(|(n, _)| n == name);
    if has("CallSid") {
        return Channel::Voice;
    }
    let whatsapp = pairs.iter().any(|(n, v)| (n == "From" || n == "To") && v.starts_with("whatsapp:"));
    if whatsapp { Channel::Whatsapp } else { Channel::Sms }
}

fn url_pairs(body: &[u8]) -> Vec<(String, String)> {
    serde_urlencoded::from_bytes(body).unwrap_or_default()
}

fn xml(body: String) -> Response {
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], body).into_response()
}
