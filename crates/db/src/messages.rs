//! Messages: written once, then only moved on.

mod unsettled;

use chrono::{DateTime, Utc};
use domain::filter::{Page, PageAt};
use domain::gate::Verdict;
use domain::id::{
    AgentId, AgentVersionId, CampaignId, ConversationId, LeadId, MessageId, RunId, TemplateId, UserId, WorkspaceId,
};
use domain::message::{Author, CallEnd, Channel, Direction, Media, Message, Status};
use sqlx::types::Json;

use crate::{Db, Result, Tx};

pub use unsettled::{lock_unsettled_like, taken, unsettle};

/// A message about to be written down.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Its id.
    pub id: MessageId,
    /// The conversation it belongs to.
    pub conversation_id: ConversationId,
    /// The person outside.
    pub lead_id: LeadId,
    /// In or out.
    pub direction: Direction,
    /// Over which channel.
    pub channel: Channel,
    /// Who wrote it.
    pub author: Author,
    /// The operator, when a human wrote it.
    pub user_id: Option<UserId>,
    /// The agent, when an agent wrote it.
    pub agent_id: Option<AgentId>,
    /// The agent's version.
    pub agent_version_id: Option<AgentVersionId>,
    /// The campaign.
    pub campaign_id: Option<CampaignId>,
    /// The run, its node and its visit.
    pub step: Option<(RunId, String, u32)>,
    /// The template it was made from.
    pub template_id: Option<TemplateId>,
    /// The text.
    pub body: String,
    /// What a WhatsApp template's numbered variables stand for, in order.
    pub variables: Vec<String>,
    /// What came along.
    pub media: Vec<Media>,
    /// `queued` for outbound, `received` for inbound.
    pub status: Status,
    /// The provider's id, for inbound ones.
    pub provider_message_id: Option<String>,
    /// The numbers, for inbound ones: from, to.
    pub numbers: Option<(String, String)>,
    /// The one name of an intended send.
    pub send_key: Option<String>,
    /// The conversation's owner number at this moment.
    pub owner_epoch: i32,
}

/// Writes a message down. Gives whether it was new: a repeated send key or provider id changes nothing.
pub async fn insert(tx: &mut Tx, m: &NewMessage, now: DateTime<Utc>) -> Result<bool> {
    let workspace = tx.workspace().uuid();
    let done = sqlx::query!(
        "insert into messages (id, workspace_id, conversation_id, lead_id, direction, channel, author, user_id, agent_id,
                               agent_version_id, campaign_id, run_id, node, visit, template_id, body, media, status,
                               provider_message_id, from_number, to_number, send_key, owner_epoch, created_at, updated_at,
                               variables)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $24, $25)
         on conflict do nothing",
        m.id.uuid(),
        workspace,
        m.conversation_id.uuid(),
        m.lead_id.uuid(),
        m.direction.as_str(),
        m.channel.as_str(),
        m.author.as_str(),
        m.user_id.map(UserId::uuid),
        m.agent_id.map(AgentId::uuid),
        m.agent_version_id.map(AgentVersionId::uuid),
        m.campaign_id.map(CampaignId::uuid),
        m.step.as_ref().map(|(run, _, _)| run.uuid()),
        m.step.as_ref().map(|(_, node, _)| node.as_str()),
        m.step.as_ref().and_then(|(_, _, visit)| i32::try_from(*visit).ok()),
        m.template_id.map(TemplateId::uuid),
        m.body,
        Json(&m.media) as _,
        m.status.as_str(),
        m.provider_message_id,
        m.numbers.as_ref().map(|(from, _)| from.as_str()),
        m.numbers.as_ref().map(|(_, to)| to.as_str()),
        m.send_key,
        m.owner_epoch,
        now,
        Json(&m.variables) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What sending and settling need of a message, read under its lock.
#[derive(Debug, Clone)]
pub struct Outbound {
    /// Which.
    pub id: MessageId,
    /// Where it belongs.
    pub conversation_id: ConversationId,
    /// To whom.
    pub lead_id: LeadId,
    /// Over which channel.
    pub channel: Channel,
    /// Who wrote it.
    pub author: Author,
    /// The campaign.
    pub campaign_id: Option<CampaignId>,
    /// The run.
    pub run_id: Option<RunId>,
    /// The run's node.
    pub node: Option<String>,
    /// The run's visit.
    pub visit: Option<i32>,
    /// The template.
    pub template_id: Option<TemplateId>,
    /// The text.
    pub body: String,
    /// What a WhatsApp template's numbered variables stand for, in order.
    pub variables: Json<Vec<String>>,
    /// How far it got.
    pub status: Status,
    /// When the provider was called.
    pub sending_at: Option<DateTime<Utc>>,
    /// Our number.
    pub from_number: Option<String>,
    /// Their number.
    pub to_number: Option<String>,
    /// The owner number when it was written.
    pub owner_epoch: i32,
    /// The provider's id.
    pub provider_message_id: Option<String>,
    /// How the call ended, once that was reported.
    pub call_end: Option<CallEnd>,
}

/// Reads an outbound message under its lock.
pub async fn lock(tx: &mut Tx, id: MessageId) -> Result<Option<Outbound>> {
    sqlx::query_as!(
        Outbound,
        r#"select id as "id: MessageId", conversation_id as "conversation_id: ConversationId", lead_id as "lead_id: LeadId",
                  channel as "channel: Channel", author as "author: Author", campaign_id as "campaign_id: CampaignId",
                  run_id as "run_id: RunId", node, visit, template_id as "template_id: TemplateId", body,
                  variables as "variables: Json<Vec<String>>", status as "status: Status", sending_at, from_number, to_number, owner_epoch, provider_message_id,
                  call_end as "call_end: CallEnd"
           from messages where id = $1 and direction = 'outbound' for update"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await
}

/// The id of the message that the provider knows by this id.
pub async fn by_provider_id(tx: &mut Tx, channel: Channel, provider_message_id: &str) -> Result<Option<MessageId>> {
    sqlx::query_scalar!(
        r#"select id as "id: MessageId" from messages where channel = $1 and provider_message_id = $2"#,
        channel.as_str(),
        provider_message_id
    )
    .fetch_optional(tx.conn())
    .await
}

/// The id of the message with this send key.
pub async fn by_send_key(tx: &mut Tx, send_key: &str) -> Result<Option<MessageId>> {
    sqlx::query_scalar!(r#"select id as "id: MessageId" from messages where send_key = $1"#, send_key)
        .fetch_optional(tx.conn())
        .await
}

/// Whether an inbound message with this provider id is there already.
pub async fn is_known(tx: &mut Tx, channel: Channel, provider_message_id: &str) -> Result<bool> {
    Ok(by_provider_id(tx, channel, provider_message_id).await?.is_some())
}

/// Which workspace a message belongs to.
pub async fn workspace_of(db: &Db, id: MessageId) -> Result<Option<WorkspaceId>> {
    let found = sqlx::query_scalar!("select workspace_of_message($1)", id.uuid()).fetch_one(db.pool()).await?;
    Ok(found.map(WorkspaceId::new))
}

/// The gate let it through: from here on it is never sent a second time.
pub async fn set_sending(
    tx: &mut Tx,
    id: MessageId,
    verdict: &Verdict,
    from: &str,
    to: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update messages set status = 'sending', verdict = $2, from_number = $3, to_number = $4, sending_at = $5, updated_at = $5
         where id = $1",
        id.uuid(),
        Json(verdict) as _,
        from,
        to,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The gate held or blocked it.
pub async fn set_verdict(
    tx: &mut Tx,
    id: MessageId,
    status: Status,
    verdict: &Verdict,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update messages set status = $2, verdict = $3, updated_at = $4 where id = $1",
        id.uuid(),
        status.as_str(),
        Json(verdict) as _,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Moves it on. An id or an error that is `None` leaves what is there.
pub async fn set_status(
    tx: &mut Tx,
    id: MessageId,
    status: Status,
    provider_message_id: Option<&str>,
    error: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update messages
         set status = $2, provider_message_id = coalesce($3, provider_message_id), error = coalesce($4, error), updated_at = $5
         where id = $1",
        id.uuid(),
        status.as_str(),
        provider_message_id,
        error,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes down how a call ended.
pub async fn set_call_end(tx: &mut Tx, id: MessageId, end: CallEnd, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update messages set call_end = $2, updated_at = $3 where id = $1", id.uuid(), end.as_str(), now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The held messages of a campaign, for when it is resumed.
pub async fn held_of_campaign(tx: &mut Tx, campaign: CampaignId) -> Result<Vec<MessageId>> {
    sqlx::query_scalar!(
        r#"select id as "id: MessageId" from messages where campaign_id = $1 and status = 'held'"#,
        campaign.uuid()
    )
    .fetch_all(tx.conn())
    .await
}

/// The held messages of a lead's campaigns, for when the lead is deleted.
pub async fn held_of_lead(tx: &mut Tx, lead: LeadId) -> Result<Vec<MessageId>> {
    sqlx::query_scalar!(
        r#"select m.id as "id: MessageId" from runs r
           join messages m on m.campaign_id = r.campaign_id and m.run_id = r.id and m.status = 'held'
           where r.lead_id = $1"#,
        lead.uuid()
    )
    .fetch_all(tx.conn())
    .await
}

/// One page of a conversation's messages, oldest first; page 1 has the newest.
pub async fn thread(tx: &mut Tx, conversation: ConversationId, at: PageAt) -> Result<Page<Message>> {
    let rows = sqlx::query!(
        r#"select id as "id: MessageId", conversation_id as "conversation_id: ConversationId", lead_id as "lead_id: LeadId",
                  direction as "direction: Direction", channel as "channel: Channel", author as "author: Author",
                  user_id as "user_id: UserId", agent_id as "agent_id: AgentId", campaign_id as "campaign_id: CampaignId",
                  run_id as "run_id: RunId", template_id as "template_id: TemplateId", body, media as "media: Json<Vec<Media>>",
                  status as "status: Status", verdict as "verdict: Json<Verdict>", error, call_end as "call_end: CallEnd",
                  provider_message_id, created_at, updated_at
           from messages where conversation_id = $1
           order by id desc limit $2 offset $3"#,
        conversation.uuid(),
        at.limit(),
        at.offset()
    )
    .fetch_all(tx.conn())
    .await?;
    let total =
        sqlx::query_scalar!(r#"select count(*) as "n!" from messages where conversation_id = $1"#, conversation.uuid())
            .fetch_one(tx.conn())
            .await?;
    let mut items: Vec<Message> = rows
        .into_iter()
        .map(|r| Message {
            id: r.id,
            conversation_id: r.conversation_id,
            lead_id: r.lead_id,
            direction: r.direction,
            channel: r.channel,
            author: r.author,
            user_id: r.user_id,
            agent_id: r.agent_id,
            campaign_id: r.campaign_id,
            run_id: r.run_id,
            template_id: r.template_id,
            body: r.body,
            media: r.media.0,
            status: r.status,
            verdict: r.verdict.map(|v| v.0),
            error: r.error,
            call_end: r.call_end,
            provider_message_id: r.provider_message_id,
            created_at: r.created_at,
            updated_at: r.updated_at,
        })
        .collect();
    items.reverse();
    Ok(Page::of(items, at, total))
}

/// The newest message that the person wrote, if nothing of ours came after it but failures: what waits for an answer.
pub async fn unanswered(tx: &mut Tx, conversation: ConversationId) -> Result<Option<MessageId>> {
    let newest = sqlx::query!(
        r#"select id as "id: MessageId", direction as "direction: Direction" from messages
           where conversation_id = $1 and status not in ('blocked', 'failed')
           order by id desc limit 1"#,
        conversation.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(newest.filter(|m| m.direction == Direction::Inbound).map(|m| m.id))
}

/// The newest message that the person wrote, if neither an agent nor an operator said anything after it. A campaign's message in
/// between answers nothing: it was on its way by itself.
pub async fn waits_for_agent(tx: &mut Tx, conversation: ConversationId) -> Result<Option<MessageId>> {
    let newest = sqlx::query!(
        r#"select id as "id: MessageId", direction as "direction: Direction" from messages
           where conversation_id = $1 and status not in ('blocked', 'failed') and author <> 'campaign'
           order by id desc limit 1"#,
        conversation.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(newest.filter(|m| m.direction == Direction::Inbound).map(|m| m.id))
}

/// How many messages agents wrote in a conversation since a moment.
pub async fn written_by_agents(tx: &mut Tx, conversation: ConversationId, since: DateTime<Utc>) -> Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from messages where conversation_id = $1 and author = 'agent' and created_at > $2"#,
        conversation.uuid(),
        since
    )
    .fetch_one(tx.conn())
    .await
}
