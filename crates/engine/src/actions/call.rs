//! Calling one webhook: fill its templates, sign, ask up to three times, read the answer, write everything down.
//!
//! A call may arrive more than once (an answer that got lost, a turn that is begun anew): every try carries the same `webhook-id`, so
//! that the other side can tell. What a call came to is remembered for as long as its message waits for an answer.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use channels::http::{Answered, Failure, origin};
use channels::{Secret, standard};
use db::actions::Remembered;
use domain::access::Right;
use domain::action::{Action, CallReport, Try, fill_body, fill_url};
use domain::event::EventKind;
use domain::id::{ActionId, AgentId, CampaignId, ConversationId, LeadId, MessageId, WebhookLogId};
use domain::message::Channel;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{may_carry_token, place};
use crate::{Cx, Error, Result, events};

/// The waits before the second and the third try (spec WHK-02).
const WAITS: [Duration; 2] = [Duration::from_millis(250), Duration::from_millis(1_000)];
/// How much of an answer is kept for people, in characters.
const MOST_KEPT: usize = 4_000;
/// What stands where a secret was.
const MASK: &str = "••••••";
/// Said of a call that was not answered while there was time for it.
const TOO_SLOW: &str = "no answer came in the time that this turn has";

/// What a call is about: where the placeholders of its templates come from.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The person; none in a test without one.
    pub lead_id: Option<LeadId>,
    /// The conversation.
    pub conversation_id: Option<ConversationId>,
    /// The campaign that began it.
    pub campaign_id: Option<CampaignId>,
    /// Over which channel.
    pub channel: Option<Channel>,
    /// What the person wrote.
    pub message: String,
    /// The message that is being answered: the same call for it is made once, however often the answer is begun.
    pub answers: Option<MessageId>,
    /// Until when the other side is waited for; without, as long as all tries take.
    pub until: Option<Instant>,
}

/// What came of a call that is made once.
#[derive(Debug, Clone, PartialEq)]
pub struct Called {
    /// Whether the other side took it.
    pub ok: bool,
    /// What the model is told.
    pub told: Value,
    /// Whether it was made at an earlier try of the answer, and not again.
    pub is_repeat: bool,
}

/// Calls a webhook of this agent as a tool. A failure is a report, not an error: the model is told that it failed. Wrong arguments and
/// another agent's webhook are refused before anything is sent.
pub async fn call(cx: &Cx, agent: AgentId, id: ActionId, arguments: &Value, about: &About) -> Result<Called> {
    let mut tx = cx.read().await?;
    let (action, sealed) = db::actions::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if action.agent_id != agent {
        return Err(Error::NotFound);
    }
    let given = action.draft.read_arguments(arguments).map_err(|reason| Error::field("arguments", reason))?;
    let once = about.conversation_id.zip(about.answers);
    let key = match once {
        Some((conversation, message)) => {
            let key = call_key(cx, conversation, message, id, &given)?;
            if let Some(Remembered { ok, told }) = db::actions::remembered(&mut tx, &key).await? {
                return Ok(Called { ok, told, is_repeat: true });
            }
            key
        }
        None => uuid::Uuid::now_v7().simple().to_string(),
    };
    let mut values: BTreeMap<String, Value> = match about.lead_id {
        Some(lead) => crate::runs::values(&mut tx, lead, about.campaign_id, None).await?,
        None => BTreeMap::new(),
    }
    .into_iter()
    .map(|(name, value)| (name, Value::String(value)))
    .collect();
    let agent_name = db::agents::find(&mut tx, agent).await?.map(|a| a.draft.name).unwrap_or_default();
    let workspace = db::users::workspace_name(&mut tx).await?;
    drop(tx);
    let id_of = |id: Option<String>| id.map_or(Value::Null, Value::String);
    values.extend(
        [
            ("lead.id", id_of(about.lead_id.map(|id| id.to_string()))),
            ("agent.id", agent.to_string().into()),
            ("agent.name", agent_name.clone().into()),
            ("conversation.id", id_of(about.conversation_id.map(|id| id.to_string()))),
            ("campaign.id", id_of(about.campaign_id.map(|id| id.to_string()))),
            ("message.body", about.message.clone().into()),
            ("message.channel", id_of(about.channel.map(|c| c.to_string()))),
            ("workspace.name", workspace.into()),
            ("now", cx.now().to_rfc3339().into()),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    values.extend(given);
    let (report, is_over) = ask(cx, &action, &sealed, values, &key, about.until).await?;
    let done = match report.error() {
        None => Remembered { ok: true, told: report.shown.clone() },
        Some(why) => Remembered { ok: false, told: json!({ "error": why }) },
    };
    let subject = about.conversation_id.map_or_else(|| id.to_string(), |id| id.to_string());
    let remember = once.filter(|_| is_over).map(|answered| (answered, key.as_str(), &done));
    write_down(cx, &action, &agent_name, &subject, &report, remember).await?;
    let Remembered { ok, told } = done;
    Ok(Called { ok, told, is_repeat: false })
}

/// The one name of a call: what is being answered, by which webhook, with which arguments. Their order says nothing.
fn call_key(
    cx: &Cx,
    conversation: ConversationId,
    message: MessageId,
    action: ActionId,
    arguments: &BTreeMap<String, Value>,
) -> Result<String> {
    let arguments = serde_json::to_string(arguments).map_err(Error::internal)?;
    let name = format!("{}\n{conversation}\n{message}\n{action}\n{arguments}", cx.workspace());
    let hash = Sha256::digest(name.as_bytes());
    Ok(hex::encode(hash.get(..16).unwrap_or_default()))
}

/// Calls a webhook with made-up values, for the operator. It really calls; the log says so.
pub async fn test(cx: &Cx, id: ActionId) -> Result<CallReport> {
    cx.may(Right::Write)?;
    let mut tx = cx.read().await?;
    let (action, sealed) = db::actions::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let agent = db::agents::find(&mut tx, action.agent_id).await?.ok_or(Error::NotFound)?;
    drop(tx);
    let mut values = action.draft.sample_values();
    values.insert("agent.id".to_owned(), agent.id.to_string().into());
    values.insert("agent.name".to_owned(), agent.draft.name.clone().into());
    values.insert("now".to_owned(), cx.now().to_rfc3339().into());
    let key = uuid::Uuid::now_v7().simple().to_string();
    let (report, _) = ask(cx, &action, &sealed, values, &key, None).await?;
    write_down(cx, &action, &agent.draft.name, "test", &report, None).await?;
    Ok(report)
}

/// What came of the tries, and whether that is the last word: not when time ran out before the other side answered.
async fn ask(
    cx: &Cx,
    action: &Action,
    sealed: &db::actions::Sealed,
    values: BTreeMap<String, Value>,
    key: &str,
    until: Option<Instant>,
) -> Result<(CallReport, bool)> {
    let open = |field, sealed: &Option<Vec<u8>>| {
        sealed.as_deref().map(|s| cx.parts().sealer.open(&place(action.id, field), s)).transpose()
    };
    let (token, secret) = (open("token", &sealed.token)?, open("secret", &sealed.secret)?);
    let draft = &action.draft;
    let url = fill_url(&draft.url, &values);
    let body = if draft.method.has_body() {
        fill_body(&draft.body, &values).map_err(|reason| Error::field("body", reason))?
    } else {
        String::new()
    };
    let mut headers = standard::headers(&format!("msg_{key}"), cx.now(), &body, secret.as_ref());
    if let Some(token) = &token {
        headers.push(("authorization".to_owned(), format!("Bearer {}", token.expose())));
    }
    // Decided when it is saved; what was saved before that rule is held to it here.
    let refused = match &token {
        Some(_) => may_carry_token(cx, &url).err(),
        None => None,
    }
    .or_else(|| {
        (origin(&url) != origin(&draft.url)).then(|| "Filled in, the address leads to another host".to_owned())
    });
    let (mut tries, mut answered, mut is_over) = (Vec::new(), None::<Answered>, true);
    for wait in std::iter::once(None).chain(WAITS.map(Some)) {
        if let Some(wait) = wait {
            if until.is_some_and(|until| Instant::now() + wait >= until) {
                is_over = false;
                break;
            }
            tokio::time::sleep(wait).await;
        }
        let started = Instant::now();
        let sent = Some(body.clone()).filter(|_| draft.method.has_body());
        let result = match &refused {
            Some(why) => Some(Err(Failure::Refused(why.clone()))),
            None => {
                let asked = cx.parts().guarded.call(draft.method.as_str(), &url, &headers, sent);
                match until {
                    Some(until) => tokio::time::timeout_at(until.into(), asked).await.ok(),
                    None => Some(asked.await),
                }
            }
        };
        let latency_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let Some(result) = result else {
            tries.push(Try { status: None, error: Some(TOO_SLOW.to_owned()), latency_ms });
            (answered, is_over) = (None, false);
            break;
        };
        match result {
            Ok(answer) => {
                let error = failure(&answer);
                // It arrived and would be answered in the same way again; and what it does may better not be done three times.
                let is_final = answer.status < 400;
                tries.push(Try { status: Some(answer.status), error, latency_ms });
                answered = Some(answer);
                if is_final {
                    break;
                }
            }
            Err(failure) => {
                let is_refused = matches!(failure, Failure::Refused(_));
                tries.push(Try { status: None, error: Some(failure.to_string()), latency_ms });
                answered = None;
                // The same address is refused again.
                if is_refused {
                    break;
                }
            }
        }
    }
    let ok = tries.last().is_some_and(|t| t.error.is_none());
    let secrets = [&token, &secret];
    let answer = masked(answered.map(|a| a.body).unwrap_or_default(), &secrets);
    let shown = match (ok, tries.last().and_then(|t| t.error.as_deref())) {
        (true, _) => draft.read_answer(&answer),
        (false, error) => json!({ "error": format!("The call failed: {}.", error.unwrap_or("no answer")) }),
    };
    let report = CallReport {
        ok,
        tries,
        method: draft.method,
        url: masked(url, &secrets),
        headers: headers.into_iter().map(|(name, value)| shown_header(name, value)).collect(),
        body: masked(body, &secrets),
        answer: domain::text::cut(&answer, MOST_KEPT).to_owned(),
        shown,
    };
    Ok((report, is_over))
}

/// Why an answer counts as failed: anything but 2xx, an answer too long to be read whole, and one that is a page for people, such as
/// a wrong address or a network's sign-in gives.
fn failure(answer: &Answered) -> Option<String> {
    let begins: String = answer.body.trim_start().chars().take(14).collect::<String>().to_ascii_lowercase();
    let is_page = begins.starts_with("<!doctype html") || begins.starts_with("<html");
    match answer.status {
        200..=299 if answer.cut => Some("the answer is longer than 256 KiB".to_owned()),
        200..=299 if is_page => Some("the address answered with a web page in place of data".to_owned()),
        200..=299 => None,
        300..=399 => Some(format!("the address redirects (status {}), which is not followed", answer.status)),
        status => Some(format!("the address answered with status {status}")),
    }
}

/// A text without the secrets, should the other side have echoed them.
fn masked(text: String, secrets: &[&Option<Secret>]) -> String {
    let known = secrets.iter().filter_map(|s| s.as_ref()).filter(|s| !s.is_empty());
    known.fold(text, |text, secret| text.replace(secret.expose(), MASK))
}

fn shown_header(name: String, value: String) -> (String, String) {
    let value = match name.as_str() {
        "authorization" => format!("Bearer {MASK}"),
        "webhook-signature" => format!("v1,{MASK}"),
        "webhook-id" | "webhook-timestamp" => value,
        _ => format!("sha256={MASK}"),
    };
    (name, value)
}

/// One row for each try, and an alert when the last one failed; in the same transaction what is remembered of it.
async fn write_down(
    cx: &Cx,
    action: &Action,
    agent_name: &str,
    subject: &str,
    report: &CallReport,
    remember: Option<((ConversationId, MessageId), &str, &Remembered)>,
) -> Result<()> {
    let mut tx = cx.write().await?;
    if let Some((answered, key, done)) = remember {
        let id = cx.new_id::<WebhookLogId>().uuid();
        db::actions::remember(&mut tx, id, answered, key, done, cx.now()).await?;
    }
    for (number, one) in (1..).zip(&report.tries) {
        let log = db::webhooks::Log {
            direction: "out",
            provider: "action",
            kind: "agent.action",
            subject: subject.to_owned(),
            status: one.status.map(i32::from),
            body: Some(json!({
                "action": action.id, "name": action.draft.name, "agent": action.agent_id, "try": number,
                "method": report.method, "shown": report.shown,
            })),
            error: one.error.clone(),
            latency_ms: i32::try_from(one.latency_ms).ok(),
        };
        db::webhooks::insert(&mut tx, cx.new_id::<WebhookLogId>(), &log, cx.now()).await?;
    }
    if !report.ok {
        let title = format!("{agent_name}: {}", action.draft.name);
        events::record(cx, &mut tx, EventKind::AgentActionFailed, action.agent_id, &title).await?;
    }
    tx.commit().await?;
    Ok(())
}
