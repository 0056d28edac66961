//! What the emulated phone network has to be told after a restart, over all workspaces. Read as the administrator, once at start:
//! the network is outside of the product, so the walls between workspaces do not concern it.

use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};

use crate::Result;

/// What the network knew.
#[derive(Debug, Default)]
pub struct Memory {
    /// Approved WhatsApp templates: the provider's id and the body.
    pub templates: Vec<(String, String)>,
    /// Who wrote on WhatsApp in the last day: their number, ours, when.
    pub windows: Vec<(String, String, DateTime<Utc>)>,
    /// Who opted out of SMS: their number, ours.
    pub opt_outs: Vec<(String, String)>,
}

/// Reads it all.
pub async fn memory(admin_url: &str) -> Result<Memory> {
    let mut connection = PgConnection::connect(admin_url).await?;
    let templates = sqlx::query!(
        r#"select provider_ref as "provider_ref!", body from templates
           where channel = 'whatsapp' and provider_ref is not null and deleted_at is null"#
    )
    .fetch_all(&mut connection)
    .await?;
    let windows = sqlx::query!(
        r#"select m.from_number as "lead!", m.to_number as "ours!", max(m.created_at) as "at!" from messages m
           where m.channel = 'whatsapp' and m.direction = 'inbound' and m.created_at > now() - interval '1 day'
             and m.from_number is not null and m.to_number is not null
           group by 1, 2"#
    )
    .fetch_all(&mut connection)
    .await?;
    let opt_outs = sqlx::query!(
        r#"select s.value as "lead!", n.number as "ours!" from suppressions s
           join sender_numbers n on n.workspace_id = s.workspace_id and n.channel = 'sms'
           where s.reason = 'sms'"#
    )
    .fetch_all(&mut connection)
    .await?;
    connection.close().await?;
    Ok(Memory {
        templates: templates.into_iter().map(|r| (r.provider_ref, r.body)).collect(),
        windows: windows.into_iter().map(|r| (r.lead, r.ours, r.at)).collect(),
        opt_outs: opt_outs.into_iter().map(|r| (r.lead, r.ours)).collect(),
    })
}
