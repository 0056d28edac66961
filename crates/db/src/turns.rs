//! Turns of agents, kept whole, and what is known about the message that came from one.

use domain::flow::graph::FlowGraph;
use domain::gate::Verdict;
use domain::id::{
    AgentId, AgentVersionId, CampaignId, ConversationId, LeadId, MessageId, RunId, TemplateId, TurnId, UserId,
};
use domain::message::{Author, CallEnd, Channel, Direction, Media, Message, Status};
use domain::turn::TurnRecord;
use sqlx::types::Json;

use crate::{Result, Tx};

/// Keeps a turn. The same turn twice changes nothing.
pub async fn insert(tx: &mut Tx, turn: &TurnRecord) -> Result<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "insert into turns (id, workspace_id, purpose, agent_id, agent_version_id, conversation_id, answers, outcome, duration_ms,
                            cost_micros, record, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (id) do nothing",
        turn.id.uuid(),
        workspace,
        turn.purpose.as_str(),
        turn.agent_id.map(AgentId::uuid),
        turn.version_id.map(AgentVersionId::uuid),
        turn.conversation_id.map(ConversationId::uuid),
        turn.answers.map(MessageId::uuid),
        turn.outcome.word(),
        i32::try_from(turn.duration_ms).unwrap_or(i32::MAX),
        turn.cost().0,
        Json(turn) as _,
        turn.at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Says which turn a message came from.
pub async fn link(tx: &mut Tx, message: MessageId, turn: TurnId) -> Result<()> {
    sqlx::query!("update messages set turn_id = $2 where id = $1", message.uuid(), turn.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// One turn.
pub async fn find(tx: &mut Tx, id: TurnId) -> Result<Option<TurnRecord>> {
    let row = sqlx::query_scalar!(r#"select record as "record: Json<TurnRecord>" from turns where id = $1"#, id.uuid())
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|r| r.0))
}

/// The newest turns of a conversation that came to an end, at most `limit`, oldest first.
pub async fn of_conversation(tx: &mut Tx, id: ConversationId, limit: i64) -> Result<Vec<TurnRecord>> {
    let rows = sqlx::query_scalar!(
        r#"select record as "record: Json<TurnRecord>" from turns
           where conversation_id = $1 and purpose = 'reply' and outcome <> 'failed'
           order by id desc limit $2"#,
        id.uuid(),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().rev().map(|r| r.0).collect())
}

/// A message and the names behind it.
pub struct Behind {
    /// The message.
    pub message: Message,
    /// The turn it came from.
    pub turn: Option<TurnId>,
    /// The agent's name.
    pub agent: Option<String>,
    /// The operator's name.
    pub operator: Option<String>,
    /// The person's name.
    pub lead: String,
    /// The campaign's name.
    pub campaign: Option<String>,
    /// The template's name.
    pub template: Option<String>,
    /// The step of the campaign's drawing.
    pub step: Option<String>,
}

/// What is behind a message. The person of a deleted lead is not shown any more.
pub async fn behind(tx: &mut Tx, id: MessageId) -> Result<Option<Behind>> {
    let row = sqlx::query!(
        r#"select m.id as "id: MessageId", m.conversation_id as "conversation_id: ConversationId", m.lead_id as "lead_id: LeadId",
                  m.direction as "direction: Direction", m.channel as "channel: Channel", m.author as "author: Author",
                  m.user_id as "user_id: UserId", m.agent_id as "agent_id: AgentId", m.campaign_id as "campaign_id: CampaignId",
                  m.run_id as "run_id: RunId", m.template_id as "template_id: TemplateId", m.body, m.media as "media: Json<Vec<Media>>",
                  m.status as "status: Status", m.verdict as "verdict: Json<Verdict>", m.error, m.provider_message_id,
                  m.call_end as "call_end: CallEnd",
                  m.created_at, m.updated_at, m.turn_id as "turn_id: TurnId", m.node,
                  a.name as "agent?", coalesce(nullif(u.name, ''), u.email) as operator, l.name as lead,
                  c.name as "campaign?", t.name as "template?", v.graph as "graph?: Json<FlowGraph>"
           from messages m
           join leads l on l.id = m.lead_id and l.deleted_at is null
           left join agents a on a.id = m.agent_id
           left join users u on u.id = m.user_id
           left join campaigns c on c.id = m.campaign_id
           left join templates t on t.id = m.template_id
           left join runs r on r.id = m.run_id
           left join flow_versions v on v.id = r.flow_version_id
           where m.id = $1"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| {
        let node = r.node.as_deref().unwrap_or_default();
        let step = r
            .graph
            .as_ref()
            .and_then(|graph| graph.0.nodes.iter().find(|n| n.id == node))
            .map(|n| if n.title.trim().is_empty() { n.kind.label().to_owned() } else { n.title.clone() });
        Behind {
            turn: r.turn_id,
            agent: r.agent,
            operator: r.operator,
            lead: r.lead,
            campaign: r.campaign,
            template: r.template,
            step,
            message: Message {
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
            },
        }
    }))
}

/// What was said with a person over all channels besides one conversation, newest first.
pub async fn said_with(
    tx: &mut Tx,
    lead: LeadId,
    besides: ConversationId,
    limit: i64,
) -> Result<Vec<(Channel, Author, String)>> {
    let rows = sqlx::query!(
        r#"select m.channel as "channel: Channel", m.author as "author: Author", m.body
           from conversations c
           join messages m on m.conversation_id = c.id
           where c.lead_id = $1 and c.id <> $2 and m.status not in ('blocked', 'failed') and m.body <> ''
           order by m.id desc limit $3"#,
        lead.uuid(),
        besides.uuid(),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.channel, r.author, r.body)).collect())
}
