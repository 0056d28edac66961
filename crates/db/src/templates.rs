//! Templates: their text and where they stand.

use chrono::{DateTime, Utc};
use domain::filter::{Filter, Page, PageAt};
use domain::flow::check::KnownTemplate;
use domain::id::TemplateId;
use domain::message::Channel;
use domain::template::{Template, TemplateDraft, TemplateState};

use crate::{Result, Tx};

struct Row {
    id: TemplateId,
    name: String,
    channel: Channel,
    language: String,
    body: String,
    state: TemplateState,
    reason: Option<String>,
    provider_ref: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Row> for Template {
    fn from(r: Row) -> Self {
        Self {
            id: r.id,
            draft: TemplateDraft { name: r.name, channel: r.channel, language: r.language, body: r.body },
            state: r.state,
            reason: r.reason,
            provider_ref: r.provider_ref,
            created_at: r.created_at,
            updated_at: r.updated_at,
        }
    }
}

/// The templates that a filter (`q`, `channel`, `status`) leaves, by channel and name.
pub async fn list(tx: &mut Tx, filter: &Filter) -> Result<Page<Template>> {
    page(tx, filter, filter.at()).await
}

async fn page(tx: &mut Tx, filter: &Filter, at: PageAt) -> Result<Page<Template>> {
    let (like, channel, state) = (filter.like(), Filter::word(&filter.channel), Filter::word(&filter.status));
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: TemplateId", name, channel as "channel: Channel", language, body, state as "state: TemplateState", reason,
                  provider_ref, created_at, updated_at
           from templates
           where deleted_at is null
             and ($1::text is null or fold(name) like (select fold($1)) or fold(body) like (select fold($1)))
             and ($2::text is null or channel = $2)
             and ($3::text is null or state = $3)
           order by channel, name
           limit $4 offset $5"#,
        like,
        channel,
        state,
        at.limit(),
        at.offset()
    )
    .fetch_all(tx.conn())
    .await?;
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from templates
           where deleted_at is null
             and ($1::text is null or fold(name) like (select fold($1)) or fold(body) like (select fold($1)))
             and ($2::text is null or channel = $2)
             and ($3::text is null or state = $3)"#,
        like,
        channel,
        state
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Page::of(rows.into_iter().map(Template::from).collect(), at, total))
}

/// One template.
pub async fn find(tx: &mut Tx, id: TemplateId) -> Result<Option<Template>> {
    let row = sqlx::query_as!(
        Row,
        r#"select id as "id: TemplateId", name, channel as "channel: Channel", language, body, state as "state: TemplateState", reason,
                  provider_ref, created_at, updated_at
           from templates where id = $1 and deleted_at is null"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Template::from))
}

/// The template of that name on a channel: a name is unique there.
pub async fn find_named(tx: &mut Tx, channel: Channel, name: &str) -> Result<Option<Template>> {
    let row = sqlx::query_as!(
        Row,
        r#"select id as "id: TemplateId", name, channel as "channel: Channel", language, body, state as "state: TemplateState", reason,
                  provider_ref, created_at, updated_at
           from templates where channel = $1 and name = $2 and deleted_at is null"#,
        channel.as_str(),
        name
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Template::from))
}

/// Every template as the rules of a flow see it.
pub async fn known(tx: &mut Tx) -> Result<Vec<KnownTemplate>> {
    sqlx::query_as!(
        KnownTemplate,
        r#"select id as "id: TemplateId", name, channel as "channel: Channel", state as "state: TemplateState"
           from templates where deleted_at is null order by channel, name"#
    )
    .fetch_all(tx.conn())
    .await
}

/// Makes a template as a draft. A taken name breaks `templates_name_unique`.
pub async fn insert(tx: &mut Tx, id: TemplateId, draft: &TemplateDraft, now: DateTime<Utc>) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into templates (id, workspace_id, name, channel, language, body, state, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        id.uuid(),
        workspace,
        draft.name,
        draft.channel.as_str(),
        draft.language,
        draft.body,
        TemplateState::Draft.as_str(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The same as [`insert`], but leaves a template of that channel and name as it is. Gives whether it was made.
pub async fn insert_if_missing(tx: &mut Tx, id: TemplateId, draft: &TemplateDraft, now: DateTime<Utc>) -> Result<bool> {
    let workspace = tx.workspace().uuid();
    let done = sqlx::query!(
        "insert into templates (id, workspace_id, name, channel, language, body, state, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
         on conflict (workspace_id, channel, name) where deleted_at is null do nothing",
        id.uuid(),
        workspace,
        draft.name,
        draft.channel.as_str(),
        draft.language,
        draft.body,
        TemplateState::Draft.as_str(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes a template's text, and its state: what was approved is another text.
pub async fn update(
    tx: &mut Tx,
    id: TemplateId,
    draft: &TemplateDraft,
    state: TemplateState,
    provider_ref: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update templates
         set name = $2, channel = $3, language = $4, body = $5, state = $6, provider_ref = $7, reason = null, updated_at = $8
         where id = $1 and deleted_at is null",
        id.uuid(),
        draft.name,
        draft.channel.as_str(),
        draft.language,
        draft.body,
        state.as_str(),
        provider_ref,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that a template was handed in, unless its text changed since `seen`. Gives whether it was noted.
pub async fn set_submitted(
    tx: &mut Tx,
    id: TemplateId,
    seen: DateTime<Utc>,
    provider_ref: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "update templates set state = $3, provider_ref = $4, reason = null, updated_at = $5
         where id = $1 and updated_at = $2 and deleted_at is null",
        id.uuid(),
        seen,
        TemplateState::Submitted.as_str(),
        provider_ref,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes the provider's decision, if it is still about what we handed in. Gives whether it was noted.
pub async fn set_decision(
    tx: &mut Tx,
    id: TemplateId,
    provider_ref: &str,
    state: TemplateState,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "update templates set state = $3, reason = $4, updated_at = $5
         where id = $1 and provider_ref = $2 and state = 'submitted' and deleted_at is null",
        id.uuid(),
        provider_ref,
        state.as_str(),
        reason,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The name of a running or paused campaign whose drawing names this template, if there is one.
pub async fn used_by(tx: &mut Tx, id: TemplateId) -> Result<Option<String>> {
    sqlx::query_scalar!(
        "select c.name
         from campaigns c
         join flow_versions v on v.id = c.flow_version_id
         where c.deleted_at is null and c.status in ('active', 'paused') and strpos(v.graph::text, $1) > 0
         order by c.id
         limit 1",
        id.to_string()
    )
    .fetch_optional(tx.conn())
    .await
}

/// Deletes a template for everybody and frees its name. Gives whether there was one.
pub async fn soft_delete(tx: &mut Tx, id: TemplateId, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "update templates set deleted_at = $2, updated_at = $2 where id = $1 and deleted_at is null",
        id.uuid(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
