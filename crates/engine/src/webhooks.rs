//! Calls to other systems that operators name: the webhook step of a flow.

use domain::event::EventKind;
use domain::flow::step::Input;
use domain::id::{RunId, WebhookLogId};
use domain::job::Job;

use crate::worker::Next;
use crate::{Cx, Result, events};

/// Calls a webhook for a run, logs it, and tells the run. The delivery id is the same on every try, so that the other side can tell a
/// repeat. A failed last try is an event, and the run goes on by its `failed` exit.
pub(crate) async fn call(cx: &Cx, run_id: RunId, node: &str, visit: u32, url: &str, is_last: bool) -> Result<Next> {
    let mut tx = cx.write().await?;
    let Some(run) = db::runs::lock(&mut tx, run_id).await? else { return Ok(Next::Done) };
    let values = crate::runs::values(
        &mut tx,
        run.lead_id,
        Some(run.campaign_id),
        run.state.reply.as_ref().map(|r| r.body.as_str()),
    )
    .await?;
    drop(tx);
    let value = |name: &str| values.get(name).cloned().unwrap_or_default();
    let body = serde_json::json!({
        "event": "flow.webhook",
        "campaign": { "id": run.campaign_id, "name": value("campaign.name") },
        "lead": { "id": run.lead_id, "name": value("lead.name"), "phone": value("lead.phone"), "email": value("lead.email"),
                  "company": value("lead.company") },
        "reply": run.state.reply.as_ref().map(|r| &r.body),
        "run": run_id, "node": node,
    });
    let headers = vec![("webhook-id".to_owned(), format!("{run_id}:{node}:{visit}"))];
    let answer = cx.parts().guarded.post_json(url, &headers, body.to_string()).await;
    let (status, error, latency) = match &answer {
        Ok(a) if (200..300).contains(&a.status) => (Some(i32::from(a.status)), None, Some(a.latency_ms)),
        Ok(a) => (
            Some(i32::from(a.status)),
            Some(format!("the address answered with status {}", a.status)),
            Some(a.latency_ms),
        ),
        Err(failure) => (None, Some(failure.to_string()), None),
    };
    let mut tx = cx.write().await?;
    let id: WebhookLogId = cx.new_id();
    let log = db::webhooks::Log {
        direction: "out",
        provider: "webhook",
        kind: "flow.webhook",
        subject: run_id.to_string(),
        status,
        body: None,
        error: error.clone(),
        latency_ms: latency.and_then(|l| i32::try_from(l).ok()),
    };
    db::webhooks::insert(&mut tx, id, &log, cx.now()).await?;
    let ok = error.is_none();
    if ok || is_last {
        let job = Job::Step { run_id, input: Input::WebhookDone { visit, ok } };
        db::jobs::enqueue(&mut tx, cx.new_id(), &job, cx.now(), cx.now()).await?;
    }
    if !ok && is_last {
        events::record(cx, &mut tx, EventKind::WebhookFailed, run.campaign_id, &value("campaign.name")).await?;
    }
    tx.commit().await?;
    Ok(match error {
        Some(reason) if !is_last => Next::Retry { reason, after_secs: 0 },
        _ => Next::Done,
    })
}
