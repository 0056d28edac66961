//! The one server function of the overview.

#[cfg(feature = "ssr")]
use chrono::Duration;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::data::Overview;
#[cfg(feature = "ssr")]
use crate::backend::cx;
use crate::error::AppError;

/// Everything on the overview.
#[server(prefix = "/fn", input = Json)]
pub async fn load_overview() -> Result<Overview, AppError> {
    let cx = cx().await?;
    let (mut tx, now) = (cx.read().await?, cx.now());
    let figures = db::overview::figures(&mut tx).await?;
    let day = db::overview::traffic(&mut tx, now - Duration::hours(24)).await?;
    let month = db::overview::traffic(&mut tx, now - Duration::days(30)).await?;
    let usage = db::usage::totals(&mut tx, now - Duration::days(30)).await?;
    let (waiting, dead) = db::jobs::depth(&mut tx).await?;
    let counted = db::overview::hourly(&mut tx, 24, now).await?;
    let hour = |ago: i64| counted.iter().find(|h| h.ago == ago).map_or((0, 0), |h| (h.sent, h.received));
    let alarmed = db::budgets::list(&mut tx, now.date_naive(), now).await?;
    Ok(Overview {
        alarmed: alarmed.into_iter().filter(|b| b.used_up_at.is_some() || b.warned_at.is_some()).collect(),
        spikes: db::spending::spikes(&mut tx, now.date_naive()).await?,
        agents: figures.agents,
        leads: figures.leads,
        templates: figures.templates,
        campaigns: figures.campaigns,
        active_campaigns: figures.active_campaigns,
        started_campaigns: figures.started_campaigns,
        conversations: figures.conversations,
        unread: figures.unread,
        with_human: figures.with_human,
        sent: day.sent,
        received: day.received,
        not_sent: day.not_sent,
        in_doubt: month.in_doubt,
        requests: usage.requests,
        failed_requests: usage.failed,
        cost: usage.cost_micros,
        waiting,
        dead,
        hours: (0..24).rev().map(hour).collect(),
        activity: db::events::recent(&mut tx, 30).await?,
    })
}
