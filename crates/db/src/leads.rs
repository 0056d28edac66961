//! Leads, how they are reached, what they agreed to, and the numbers that are never written to.
//!
//! Not here: which change is allowed (`engine::leads`). The rows beneath a lead (identifiers, consents, suppressions) have no id type
//! and are never named by anybody, so the database numbers them.

use chrono::{DateTime, Utc};
use domain::filter::{Filter, Page};
use domain::id::{AgentId, LeadId, UserId};
use domain::lead::{CheckedLead, Lead, LeadStatus};
use domain::phone::Phone;
use domain::text::Email;
use uuid::Uuid;

use crate::{Result, Tx};

mod consent;

pub use consent::{ConsentRow, consents, insert_consent, is_suppressed, set_consent, suppress, suppressed, unsuppress};

/// The leads that a filter (`q`, `status`) leaves, newest first.
pub async fn list(tx: &mut Tx, filter: &Filter) -> Result<Page<Lead>> {
    let at = filter.at();
    let (like, digits, status) = (filter.like(), filter.digits(), Filter::word(&filter.status));
    let items = sqlx::query_as!(
        Lead,
        r#"select l.id as "id: LeadId", l.name, p.value as "phone?", e.value as "email?", l.company, l.title, l.industry, l.location, l.source,
                  l.notes,
                  l.status as "status: LeadStatus", l.consent, l.consent_at, l.consent_source,
                  l.assigned_agent as "assigned_agent: AgentId", l.created_at, l.updated_at
           from leads l
           left join lead_identifiers p on p.lead_id = l.id and p.kind = 'phone'
           left join lead_identifiers e on e.lead_id = l.id and e.kind = 'email'
           where l.deleted_at is null
             and ($1::text is null or l.folded like (select fold($1)) or l.id in (
                 select i.lead_id from lead_identifiers i where i.value ilike $1 or i.value like $2
             ))
             and ($3::text is null or l.status = $3)
           order by l.id desc
           limit $4 offset $5"#,
        like,
        digits,
        status,
        at.limit(),
        at.offset()
    )
    .fetch_all(tx.conn())
    .await?;
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!"
           from leads l
           where l.deleted_at is null
             and ($1::text is null or l.folded like (select fold($1)) or l.id in (
                 select i.lead_id from lead_identifiers i where i.value ilike $1 or i.value like $2
             ))
             and ($3::text is null or l.status = $3)"#,
        like,
        digits,
        status
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Page::of(items, at, total))
}

/// One lead.
pub async fn find(tx: &mut Tx, id: LeadId) -> Result<Option<Lead>> {
    sqlx::query_as!(
        Lead,
        r#"select l.id as "id: LeadId", l.name, p.value as "phone?", e.value as "email?", l.company, l.title, l.industry, l.location, l.source,
                  l.notes,
                  l.status as "status: LeadStatus", l.consent, l.consent_at, l.consent_source,
                  l.assigned_agent as "assigned_agent: AgentId", l.created_at, l.updated_at
           from leads l
           left join lead_identifiers p on p.lead_id = l.id and p.kind = 'phone'
           left join lead_identifiers e on e.lead_id = l.id and e.kind = 'email'
           where l.id = $1 and l.deleted_at is null"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await
}

/// The lead that is reached at this number.
pub async fn find_by_phone(tx: &mut Tx, phone: &Phone) -> Result<Option<Lead>> {
    for number in phone.names() {
        if let Some(id) = owner(tx, "phone", number.as_str()).await? {
            return find(tx, id).await;
        }
    }
    Ok(None)
}

/// The lead that is reached at this address.
pub async fn find_by_email(tx: &mut Tx, email: &Email) -> Result<Option<Lead>> {
    let id = owner(tx, "email", email.as_str()).await?;
    match id {
        Some(id) => find(tx, id).await,
        None => Ok(None),
    }
}

async fn owner(tx: &mut Tx, kind: &str, value: &str) -> Result<Option<LeadId>> {
    sqlx::query_scalar!(
        r#"select lead_id as "id: LeadId" from lead_identifiers where workspace_id = app_workspace() and kind = $1 and value = $2"#,
        kind,
        value
    )
    .fetch_optional(tx.conn())
    .await
}

/// The ids that a filter leaves, newest first, at most `limit`: the audience of a campaign.
pub async fn ids(tx: &mut Tx, filter: &Filter, limit: i64) -> Result<Vec<LeadId>> {
    let (like, digits, status) = (filter.like(), filter.digits(), Filter::word(&filter.status));
    sqlx::query_scalar!(
        r#"select l.id as "id: LeadId"
           from leads l
           where l.deleted_at is null
             and ($1::text is null or l.folded like (select fold($1)) or l.id in (
                 select i.lead_id from lead_identifiers i where i.value ilike $1 or i.value like $2
             ))
             and ($3::text is null or l.status = $3)
           order by l.id desc
           limit $4"#,
        like,
        digits,
        status,
        limit
    )
    .fetch_all(tx.conn())
    .await
}

/// How many leads stand where, in the order of the list of states; states without leads are left out.
pub async fn counts(tx: &mut Tx) -> Result<Vec<(LeadStatus, i64)>> {
    let rows = sqlx::query!(
        r#"select status as "status: LeadStatus", count(*) as "n!" from leads where deleted_at is null group by status"#
    )
    .fetch_all(tx.conn())
    .await?;
    let mut counts: Vec<_> = rows.into_iter().map(|r| (r.status, r.n)).collect();
    counts.sort_unstable();
    Ok(counts)
}

/// Makes a lead in the state `new`, with its identifiers. A taken one breaks `lead_identifiers_value_unique`.
pub async fn insert(tx: &mut Tx, id: LeadId, lead: &CheckedLead, now: DateTime<Utc>) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into leads (id, workspace_id, name, company, location, source, notes, status, consent, consent_at, consent_source,
             assigned_agent, created_at, updated_at, title, industry)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14, $15)",
        id.uuid(),
        workspace,
        lead.name,
        lead.company,
        lead.location,
        lead.source,
        lead.notes,
        LeadStatus::New.as_str(),
        lead.consent,
        lead.consent_at,
        lead.consent_source,
        lead.assigned_agent.map(AgentId::uuid),
        now,
        lead.title,
        lead.industry
    )
    .execute(tx.conn())
    .await?;
    insert_identifier(tx, id, "phone", lead.phone.as_ref().map(Phone::as_str), now).await?;
    insert_identifier(tx, id, "email", lead.email.as_ref().map(Email::as_str), now).await
}

async fn insert_identifier(tx: &mut Tx, id: LeadId, kind: &str, value: Option<&str>, now: DateTime<Utc>) -> Result<()> {
    let Some(value) = value else { return Ok(()) };
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into lead_identifiers (id, workspace_id, lead_id, kind, value, created_at)
         values (gen_random_uuid(), $1, $2, $3, $4, $5)
         on conflict on constraint lead_identifiers_one_of_a_kind do nothing",
        workspace,
        id.uuid(),
        kind,
        value,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes every field of a lead and its identifiers anew. Its status stays.
pub async fn update(tx: &mut Tx, id: LeadId, lead: &CheckedLead, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update leads
         set name = $2, company = $3, location = $4, source = $5, notes = $6, consent = $7, consent_at = $8, consent_source = $9,
             assigned_agent = $10, updated_at = $11, title = $12, industry = $13
         where id = $1 and deleted_at is null",
        id.uuid(),
        lead.name,
        lead.company,
        lead.location,
        lead.source,
        lead.notes,
        lead.consent,
        lead.consent_at,
        lead.consent_source,
        lead.assigned_agent.map(AgentId::uuid),
        now,
        lead.title,
        lead.industry
    )
    .execute(tx.conn())
    .await?;
    let (phone, email) = (lead.phone.as_ref().map(Phone::as_str), lead.email.as_ref().map(Email::as_str));
    sqlx::query!(
        "delete from lead_identifiers
         where lead_id = $1 and value is distinct from case kind when 'phone' then $2::text else $3::text end",
        id.uuid(),
        phone,
        email
    )
    .execute(tx.conn())
    .await?;
    insert_identifier(tx, id, "phone", phone, now).await?;
    insert_identifier(tx, id, "email", email, now).await
}

/// Deletes a lead for everybody and frees its number and address. Gives whether there was one.
pub async fn soft_delete(tx: &mut Tx, id: LeadId, now: DateTime<Utc>) -> Result<bool> {
    let deleted = sqlx::query!(
        "update leads set deleted_at = $2, updated_at = $2 where id = $1 and deleted_at is null",
        id.uuid(),
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("delete from lead_identifiers where lead_id = $1", id.uuid()).execute(tx.conn()).await?;
    Ok(deleted.rows_affected() == 1)
}

/// Sets where a lead stands, whatever it was. For a message that went out or came in, use [`advance_status`].
pub async fn set_status(tx: &mut Tx, id: LeadId, status: LeadStatus, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update leads set status = $2, updated_at = $3 where id = $1", id.uuid(), status.as_str(), now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Moves a lead on from `new` to `contacted` to `replied`, never back and never out of `opted_out`. Gives whether it moved.
pub async fn advance_status(tx: &mut Tx, id: LeadId, status: LeadStatus, now: DateTime<Utc>) -> Result<bool> {
    let before: &[&str] = match status {
        LeadStatus::Contacted => &["new"],
        LeadStatus::Replied => &["new", "contacted"],
        LeadStatus::New | LeadStatus::OptedOut => return Ok(false),
    };
    let before: Vec<String> = before.iter().map(|word| (*word).to_owned()).collect();
    let moved = sqlx::query!(
        "update leads set status = $2, updated_at = $4 where id = $1 and status = any($3)",
        id.uuid(),
        status.as_str(),
        &before,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(moved.rows_affected() == 1)
}

/// One lead of a batch.
#[derive(Debug, Clone)]
pub struct NewLead {
    /// Its id.
    pub id: LeadId,
    /// What is kept of it.
    pub lead: CheckedLead,
    /// `new`, or `opted_out` for a number that asked us to stop earlier.
    pub status: LeadStatus,
}

/// Makes many leads in one statement, with their identifiers and the record of their consent. Gives the ids of those that were made:
/// a lead of which a number or an address is taken is left out whole.
pub async fn insert_many(
    tx: &mut Tx,
    leads: &[NewLead],
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<Vec<LeadId>> {
    let texts = |of: fn(&CheckedLead) -> &String| leads.iter().map(|n| of(&n.lead).clone()).collect::<Vec<String>>();
    let phones: Vec<Option<String>> =
        leads.iter().map(|n| n.lead.phone.as_ref().map(|p| p.as_str().to_owned())).collect();
    let emails: Vec<Option<String>> =
        leads.iter().map(|n| n.lead.email.as_ref().map(|e| e.as_str().to_owned())).collect();
    let ids: Vec<Uuid> = leads.iter().map(|n| n.id.uuid()).collect();
    let statuses: Vec<String> = leads.iter().map(|n| n.status.as_str().to_owned()).collect();
    let consents: Vec<bool> = leads.iter().map(|n| n.lead.consent).collect();
    let consents_at: Vec<Option<DateTime<Utc>>> = leads.iter().map(|n| n.lead.consent_at).collect();
    let agents: Vec<Option<Uuid>> = leads.iter().map(|n| n.lead.assigned_agent.map(AgentId::uuid)).collect();
    let workspace = tx.workspace().uuid();
    let made = sqlx::query_file!(
        "src/sql/leads_insert_many.sql",
        workspace,
        now,
        &ids,
        &texts(|l| &l.name),
        &phones as &[Option<String>],
        &emails as &[Option<String>],
        &texts(|l| &l.company),
        &texts(|l| &l.location),
        &texts(|l| &l.source),
        &texts(|l| &l.notes),
        &statuses,
        &consents,
        &consents_at as &[Option<DateTime<Utc>>],
        &texts(|l| &l.consent_source),
        &agents as &[Option<Uuid>],
        by.map(UserId::uuid),
        &texts(|l| &l.title),
        &texts(|l| &l.industry)
    )
    .fetch_all(tx.conn())
    .await?;
    let mut whole = Vec::with_capacity(made.len());
    for row in made {
        if row.whole {
            whole.push(row.id);
        } else {
            // Somebody took one of its two identifiers a moment ago: it is their lead's, so this one must not stay with the other.
            soft_delete(tx, row.id, now).await?;
        }
    }
    Ok(whole)
}

/// Which of these numbers and addresses belong to a lead already: `(kind, value)`.
pub async fn taken(tx: &mut Tx, phones: &[String], emails: &[String]) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        "select kind, value from lead_identifiers
         where workspace_id = app_workspace()
           and ((kind = 'phone' and value = any($1)) or (kind = 'email' and value = any($2)))",
        phones,
        emails
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.kind, r.value)).collect())
}

/// The agents a lead may be given to: id and name.
pub async fn agents(tx: &mut Tx) -> Result<Vec<(AgentId, String)>> {
    let rows =
        sqlx::query!(r#"select id as "id: AgentId", name from agents where deleted_at is null order by lower(name)"#)
            .fetch_all(tx.conn())
            .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
}
