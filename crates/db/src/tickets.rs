//! Tickets, counted per workspace.

use chrono::{DateTime, Utc};
use domain::filter::{Filter, Page};
use domain::guardrail::Priority;
use domain::id::{ConversationId, LeadId, TicketId};
use domain::message::Channel;
use domain::ticket::{self, Ticket, TicketCategory, TicketStatus};

use crate::{Result, Tx};

/// A ticket that is to be opened.
#[derive(Debug, Clone)]
pub struct NewTicket {
    /// Its id.
    pub id: TicketId,
    /// The conversation it came from.
    pub conversation_id: ConversationId,
    /// The person.
    pub lead_id: LeadId,
    /// Over which channel.
    pub channel: Channel,
    /// What it is about, in a line.
    pub subject: String,
    /// What it is about, in a word.
    pub category: TicketCategory,
    /// How soon somebody should look.
    pub priority: Priority,
}

/// Opens a ticket with the next number of the workspace, unless the conversation has an open one. Gives whether it did.
pub async fn insert(tx: &mut Tx, new: &NewTicket, now: DateTime<Utc>) -> Result<bool> {
    let workspace = tx.workspace().uuid();
    // One counter per workspace: two tickets opened at the same moment wait for each other until the first is committed.
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('tickets', 0) # hashtextextended($1::text, 0))",
        workspace.to_string()
    )
    .execute(tx.conn())
    .await?;
    let done = sqlx::query!(
        "insert into tickets (id, workspace_id, number, conversation_id, lead_id, channel, subject, category, priority, created_at, updated_at)
         select $1, $2, coalesce((select max(number) from tickets where workspace_id = $2), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $9
         on conflict (conversation_id) where status in ('open', 'pending') do nothing",
        new.id.uuid(),
        workspace,
        new.conversation_id.uuid(),
        new.lead_id.uuid(),
        new.channel.as_str(),
        new.subject,
        new.category.as_str(),
        new.priority.as_str(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The open ticket of a conversation.
pub async fn open_of(tx: &mut Tx, conversation: ConversationId) -> Result<Option<Ticket>> {
    Ok(page(tx, None, Some(conversation), None, &Filter { status: Some("unsolved".into()), ..Filter::default() }, 1, 0)
        .await?
        .pop())
}

/// One ticket.
pub async fn find(tx: &mut Tx, id: TicketId) -> Result<Option<Ticket>> {
    Ok(page(tx, Some(id), None, None, &Filter::default(), 1, 0).await?.pop())
}

/// The tickets of one person, the newest first, at most `limit`.
pub async fn of_lead(tx: &mut Tx, lead: LeadId, limit: i64) -> Result<Vec<Ticket>> {
    page(tx, None, None, Some(lead), &Filter::default(), limit, 0).await
}

/// Tickets, the newest first. `status` narrows to a state, or to `unsolved` for open and pending; `q` searches number, subject and person.
pub async fn list(tx: &mut Tx, filter: &Filter) -> Result<Page<Ticket>> {
    let at = filter.at();
    let items = page(tx, None, None, None, filter, at.limit(), at.offset()).await?;
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from tickets t join leads l on l.id = t.lead_id
           where l.deleted_at is null
             and ($1::text is null or t.status = $1 or ($1 = 'unsolved' and t.status in ('open', 'pending')))
             and ($2::text is null or t.channel = $2)
             and ($3::text is null or fold(t.subject) like (select fold($3)) or l.folded like (select fold($3)) or 'TKT-' || lpad(t.number::text, 4, '0') ilike $3)"#,
        Filter::word(&filter.status),
        Filter::word(&filter.channel),
        filter.like()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Page::of(items, at, total))
}

async fn page(
    tx: &mut Tx,
    only: Option<TicketId>,
    conversation: Option<ConversationId>,
    lead: Option<LeadId>,
    filter: &Filter,
    limit: i64,
    offset: i64,
) -> Result<Vec<Ticket>> {
    let rows = sqlx::query!(
        r#"select t.id as "id: TicketId", t.number, t.conversation_id as "conversation_id: ConversationId", t.lead_id as "lead_id: LeadId",
                  coalesce(nullif(l.name, ''), p.value, 'Unknown') as "lead_name!", t.channel as "channel: Channel", t.subject,
                  t.category as "category: TicketCategory", t.priority as "priority: Priority", t.status as "status: TicketStatus",
                  t.created_at, t.updated_at, t.resolved_at
           from tickets t
           join leads l on l.id = t.lead_id
           left join lead_identifiers p on p.lead_id = l.id and p.kind = 'phone'
           where l.deleted_at is null
             and ($1::uuid is null or t.id = $1)
             and ($2::uuid is null or t.conversation_id = $2)
             and ($3::uuid is null or t.lead_id = $3)
             and ($4::text is null or t.status = $4 or ($4 = 'unsolved' and t.status in ('open', 'pending')))
             and ($5::text is null or t.channel = $5)
             and ($6::text is null or fold(t.subject) like (select fold($6)) or l.folded like (select fold($6)) or 'TKT-' || lpad(t.number::text, 4, '0') ilike $6)
           order by t.created_at desc, t.id desc
           limit $7 offset $8"#,
        only.map(TicketId::uuid),
        conversation.map(ConversationId::uuid),
        lead.map(LeadId::uuid),
        Filter::word(&filter.status),
        Filter::word(&filter.channel),
        filter.like(),
        limit,
        offset
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Ticket {
            id: r.id,
            number: ticket::shown(r.number),
            conversation_id: r.conversation_id,
            lead_id: r.lead_id,
            lead_name: r.lead_name,
            channel: r.channel,
            subject: r.subject,
            category: r.category,
            priority: r.priority,
            status: r.status,
            created_at: r.created_at,
            updated_at: r.updated_at,
            resolved_at: r.resolved_at,
        })
        .collect())
}

/// Changes how a ticket stands. The time of solving follows from its state.
pub async fn change(
    tx: &mut Tx,
    id: TicketId,
    status: TicketStatus,
    category: TicketCategory,
    priority: Priority,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update tickets
         set status = $2, category = $3, priority = $4, updated_at = $5,
             resolved_at = case when $2 in ('resolved', 'closed') then coalesce(resolved_at, $5) end
         where id = $1",
        id.uuid(),
        status.as_str(),
        category.as_str(),
        priority.as_str(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
