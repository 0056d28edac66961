//! Conversations, who holds them, and our own numbers.

use chrono::{DateTime, Utc};
use domain::conversation::{Conversation, ConversationStatus, Owner};
use domain::filter::{Filter, Page};
use domain::guardrail::Priority;
use domain::id::{AgentId, CampaignId, ConversationId, LeadId, UserId, WorkspaceId};
use domain::intent::Intent;
use domain::lead::LeadStatus;
use domain::message::{Channel, Direction, Status};
use domain::sentiment::Trend;
use domain::skill::Escalation;
use domain::ticket;
use uuid::Uuid;

use crate::{Db, Result, Tx};

/// How many messages a search in conversations looks at, the newest of those that hold its words.
const MOST_MESSAGES: i32 = 10_000;

/// Makes these our numbers, and no others: a channel that is not named has none.
pub async fn set_numbers(tx: &mut Tx, numbers: &[(Uuid, Channel, String)], now: DateTime<Utc>) -> Result<()> {
    let workspace = tx.workspace().uuid();
    let ids: Vec<Uuid> = numbers.iter().map(|n| n.0).collect();
    let channels: Vec<String> = numbers.iter().map(|n| n.1.to_string()).collect();
    let numbers: Vec<String> = numbers.iter().map(|n| n.2.clone()).collect();
    sqlx::query!("delete from sender_numbers where workspace_id = $1 and channel <> all($2)", workspace, &channels)
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "insert into sender_numbers (id, workspace_id, channel, number, created_at)
         select n.id, $1, n.channel, n.number, $5 from unnest($2::uuid[], $3::text[], $4::text[]) as n (id, channel, number)
         on conflict on constraint sender_numbers_one_per_channel do update set number = excluded.number
         where sender_numbers.number <> excluded.number",
        workspace,
        &ids,
        &channels,
        &numbers,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The number that we send from on a channel.
pub async fn our_number(tx: &mut Tx, channel: Channel) -> Result<Option<String>> {
    sqlx::query_scalar!("select number from sender_numbers where channel = $1", channel.as_str())
        .fetch_optional(tx.conn())
        .await
}

/// Which workspace one of our numbers belongs to.
pub async fn workspace_of_number(db: &Db, channel: Channel, number: &str) -> Result<Option<WorkspaceId>> {
    let id = sqlx::query_scalar!("select workspace_of_number($1, $2)", channel.as_str(), number)
        .fetch_one(db.pool())
        .await?;
    Ok(id.map(WorkspaceId::new))
}

/// The workspace of an installation that has only one.
pub async fn sole_workspace(db: &Db) -> Result<Option<WorkspaceId>> {
    let id = sqlx::query_scalar!("select sole_workspace()").fetch_one(db.pool()).await?;
    Ok(id.map(WorkspaceId::new))
}

/// The workspaces that have talked with a person over a channel, the latest first.
pub async fn workspaces_of_person(db: &Db, channel: Channel, number: &str) -> Result<Vec<WorkspaceId>> {
    let ids = sqlx::query_scalar!(
        r#"select workspaces_of_person as "id!" from workspaces_of_person($1, $2)"#,
        channel.as_str(),
        number
    )
    .fetch_all(db.pool())
    .await?;
    Ok(ids.into_iter().map(WorkspaceId::new).collect())
}

/// Finds the lead's conversation on a channel, or begins it, and locks it: everything about one conversation happens in order.
/// A new one is held by the AI and gets the agent and the campaign; an existing one keeps what it has unless it has none.
pub async fn open_locked(
    tx: &mut Tx,
    id: ConversationId,
    lead: LeadId,
    channel: Channel,
    agent: Option<AgentId>,
    campaign: Option<CampaignId>,
    now: DateTime<Utc>,
) -> Result<Held> {
    let workspace = tx.workspace().uuid();
    sqlx::query_as!(
        Held,
        r#"insert into conversations (id, workspace_id, lead_id, channel, status, owner, agent_id, campaign_id,
                                      last_message_at, created_at, updated_at)
           values ($1, $2, $3, $4, 'open', 'ai', $5, $6, $7, $7, $7)
           on conflict (lead_id, channel) do update
           set agent_id = coalesce(conversations.agent_id, excluded.agent_id),
               campaign_id = coalesce(excluded.campaign_id, conversations.campaign_id)
           returning id as "id: ConversationId", lead_id as "lead_id: LeadId", channel as "channel: Channel", owner as "owner: Owner",
                     owner_epoch, agent_id as "agent_id: AgentId", campaign_id as "campaign_id: CampaignId", last_inbound_at,
                     escalated_at"#,
        id.uuid(),
        workspace,
        lead.uuid(),
        channel.as_str(),
        agent.map(AgentId::uuid),
        campaign.map(CampaignId::uuid),
        now
    )
    .fetch_one(tx.conn())
    .await
}

/// What deciding about a conversation needs, read under its lock.
#[derive(Debug, Clone)]
pub struct Held {
    /// Which.
    pub id: ConversationId,
    /// With whom.
    pub lead_id: LeadId,
    /// Over which channel.
    pub channel: Channel,
    /// Who holds it.
    pub owner: Owner,
    /// Rises with every change of owner.
    pub owner_epoch: i32,
    /// The agent that answers.
    pub agent_id: Option<AgentId>,
    /// The campaign that began it.
    pub campaign_id: Option<CampaignId>,
    /// When the person last wrote.
    pub last_inbound_at: Option<DateTime<Utc>>,
    /// Since when it waits for a human; the AI is silent meanwhile.
    pub escalated_at: Option<DateTime<Utc>>,
}

/// Reads a conversation under its lock.
pub async fn lock(tx: &mut Tx, id: ConversationId) -> Result<Option<Held>> {
    sqlx::query_as!(
        Held,
        r#"select id as "id: ConversationId", lead_id as "lead_id: LeadId", channel as "channel: Channel", owner as "owner: Owner",
                  owner_epoch, agent_id as "agent_id: AgentId", campaign_id as "campaign_id: CampaignId", last_inbound_at,
                  escalated_at
           from conversations where id = $1 for update"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await
}

/// The human who holds a conversation with this person on any channel, the latest first.
pub async fn holder(tx: &mut Tx, lead: LeadId) -> Result<Option<UserId>> {
    let user = sqlx::query_scalar!(
        r#"select owner_user_id as "id: UserId" from conversations
           where lead_id = $1 and status = 'open' and owner = 'human' order by updated_at desc limit 1"#,
        lead.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(user.flatten())
}

/// A message was added: the list shows its beginning.
pub async fn touch(
    tx: &mut Tx,
    id: ConversationId,
    direction: Direction,
    body: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let beginning = domain::text::cut(body, 160);
    sqlx::query!(
        "update conversations
         set last_body = $2, last_direction = $3, last_message_at = $4, updated_at = $4, status = 'open',
             last_inbound_at = case when $3 = 'inbound' then $4 else last_inbound_at end,
             unread = case when $3 = 'inbound' then unread + 1 else unread end
         where id = $1",
        id.uuid(),
        beginning,
        direction.as_str(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Changes who holds it. The epoch rises, so that what was begun before is void.
pub async fn set_owner(tx: &mut Tx, id: ConversationId, human: Option<UserId>, now: DateTime<Utc>) -> Result<()> {
    let owner = if human.is_some() { Owner::Human } else { Owner::Ai };
    sqlx::query!(
        "update conversations set owner = $2, owner_user_id = $3, owner_epoch = owner_epoch + 1, updated_at = $4 where id = $1",
        id.uuid(),
        owner.as_str(),
        human.map(UserId::uuid),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Names the agent that answers.
pub async fn set_agent(tx: &mut Tx, id: ConversationId, agent: AgentId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update conversations set agent_id = $2, updated_at = $3 where id = $1", id.uuid(), agent.uuid(), now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The open conversations that an agent answers and nobody else holds or is waited for in, oldest first.
pub async fn answered_by(tx: &mut Tx, agent: AgentId) -> Result<Vec<ConversationId>> {
    sqlx::query_scalar!(
        r#"select c.id as "id: ConversationId" from conversations c
           join leads l on l.id = c.lead_id
           where c.agent_id = $1 and c.status = 'open' and c.owner = 'ai' and c.escalated_at is null
             and l.deleted_at is null and l.status <> 'opted_out'
           order by c.id"#,
        agent.uuid()
    )
    .fetch_all(tx.conn())
    .await
}

/// Closes it or opens it again.
pub async fn set_status(tx: &mut Tx, id: ConversationId, status: ConversationStatus, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update conversations set status = $2, updated_at = $3 where id = $1",
        id.uuid(),
        status.as_str(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// An operator looked at it.
pub async fn mark_read(tx: &mut Tx, id: ConversationId) -> Result<bool> {
    let done = sqlx::query!("update conversations set unread = 0 where id = $1 and unread > 0", id.uuid())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() > 0)
}

/// The lead's conversation that they last wrote in, else the newest.
pub async fn latest_of_lead(tx: &mut Tx, lead: LeadId) -> Result<Option<ConversationId>> {
    sqlx::query_scalar!(
        r#"select id as "id: ConversationId" from conversations where lead_id = $1
           order by last_inbound_at desc nulls last, last_message_at desc limit 1"#,
        lead.uuid()
    )
    .fetch_optional(tx.conn())
    .await
}

/// One conversation as it is shown.
pub async fn find(tx: &mut Tx, id: ConversationId) -> Result<Option<Conversation>> {
    let mut found = page(tx, Some(id), &Filter::default(), None, &[], 1, 0).await?;
    Ok(found.pop())
}

/// The inbox: newest first; a search reads what was said and the numbers of tickets, too. `mine` narrows `owner = mine` to that operator. What waits for a human is `escalated`, not `ai`.
pub async fn list(tx: &mut Tx, filter: &Filter, mine: Option<UserId>) -> Result<Page<Conversation>> {
    let at = filter.at();
    let said = saying(tx, filter).await?;
    let items = page(tx, None, filter, mine, &said, at.limit(), at.offset()).await?;
    let total = sqlx::query_file_scalar!(
        "src/sql/conversations_count.sql",
        Filter::word(&filter.channel),
        Filter::word(&filter.status),
        Filter::word(&filter.owner),
        mine.map(UserId::uuid),
        filter.like(),
        filter.digits(),
        Filter::word(&filter.intent),
        &said
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Page::of(items, at, total))
}

/// Conversations in which what is searched was said, or whose ticket has that number.
async fn saying(tx: &mut Tx, filter: &Filter) -> Result<Vec<Uuid>> {
    let Some(asked) = filter.text() else { return Ok(vec![]) };
    sqlx::query_scalar!(
        r#"select conversations_saying($1, $2) as "id!"
           union select conversation_id from tickets where number = $3"#,
        asked,
        MOST_MESSAGES,
        ticket::number_in(&asked)
    )
    .fetch_all(tx.conn())
    .await
}

async fn page(
    tx: &mut Tx,
    only: Option<ConversationId>,
    filter: &Filter,
    mine: Option<UserId>,
    said: &[Uuid],
    limit: i64,
    offset: i64,
) -> Result<Vec<Conversation>> {
    let rows = sqlx::query_file!(
        "src/sql/conversations_list.sql",
        only.map(ConversationId::uuid),
        Filter::word(&filter.channel),
        Filter::word(&filter.status),
        Filter::word(&filter.owner),
        mine.map(UserId::uuid),
        filter.like(),
        filter.digits(),
        limit,
        offset,
        Filter::word(&filter.intent),
        said
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Conversation {
            id: r.id,
            lead_id: r.lead_id,
            lead_name: r.lead_name,
            lead_phone: r.lead_phone,
            opted_out: r.lead_status == LeadStatus::OptedOut,
            channel: r.channel,
            status: r.status,
            owner: r.owner,
            owner_user_id: r.owner_user_id,
            owner_name: r.owner_name,
            owner_epoch: r.owner_epoch,
            agent_id: r.agent_id,
            agent_name: r.agent_name,
            campaign_id: r.campaign_id,
            last_body: r.last_body,
            last_direction: r.last_direction,
            last_status: r.last_status,
            last_message_at: r.last_message_at,
            last_inbound_at: r.last_inbound_at,
            unread: r.unread,
            intent: r.intent,
            intent_confidence: r.intent_confidence,
            sentiment: r.sentiment,
            sentiment_trend: r.sentiment_trend,
            priority: r.priority,
            escalated_at: r.escalated_at,
            escalation_reason: r.escalation_reason,
            escalation_evidence: r.escalation_evidence,
            ticket: r.ticket.map(ticket::shown),
            created_at: r.created_at,
        })
        .collect())
}
