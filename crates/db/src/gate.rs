//! Everything the send gate has to know about one message, in one statement.

use chrono::{DateTime, Utc};
use domain::campaign::CampaignStatus;
use domain::conversation::Owner;
use domain::id::{CampaignId, ConversationId, LeadId, TemplateId};
use domain::lead::LeadStatus;
use domain::message::Channel;
use domain::template::TemplateState;

use crate::{Result, Tx};

/// What the database knows at the moment of sending.
#[derive(Debug)]
pub struct GateRow {
    /// What to call the person.
    pub lead_name: String,
    /// The person's number.
    pub phone: Option<String>,
    /// Whether the lead was deleted.
    pub lead_deleted: bool,
    /// Where the lead stands.
    pub lead_status: LeadStatus,
    /// Whether consent is on record.
    pub consent: bool,
    /// Whether the number is suppressed.
    pub suppressed: bool,
    /// Our number for the channel.
    pub our_number: Option<String>,
    /// The template's state; none when it is gone or there is none.
    pub template_state: Option<TemplateState>,
    /// The provider's id of the template.
    pub template_ref: Option<String>,
    /// The campaign's state; none when it is gone or there is none.
    pub campaign_status: Option<CampaignStatus>,
    /// Who holds the conversation.
    pub owner: Owner,
    /// Rises with every change of owner.
    pub owner_epoch: i32,
    /// When the person last wrote on this channel.
    pub last_inbound_at: Option<DateTime<Utc>>,
    /// Whether a human holds another open conversation with the person.
    pub held_elsewhere: bool,
    /// Whether an open conversation with the person waits for a human.
    pub waits_for_human: bool,
}

/// Gathers the facts, with the conversation and the lead locked: nobody takes over, opts out or is deleted meanwhile. The locks come
/// first and by themselves: a statement that waits for one goes on with what it saw before, and would miss what it waited for. The person's
/// other conversations are read as they stand at this moment.
pub async fn facts(
    tx: &mut Tx,
    conversation: ConversationId,
    lead: LeadId,
    channel: Channel,
    template: Option<TemplateId>,
    campaign: Option<CampaignId>,
) -> Result<GateRow> {
    sqlx::query!(
        "select 1 as one from conversations c join leads l on l.id = c.lead_id where c.id = $1 for share of c, l",
        conversation.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    sqlx::query_as!(
        GateRow,
        r#"select l.name as lead_name, p.value as "phone?", l.deleted_at is not null as "lead_deleted!",
                  l.status as "lead_status: LeadStatus", l.consent,
                  exists (select 1 from suppressions s where s.value = p.value and (s.channel is null or s.channel = $3)) as "suppressed!",
                  (select n.number from sender_numbers n where n.channel = $3) as our_number,
                  t.state as "template_state?: TemplateState", t.provider_ref as "template_ref?",
                  g.status as "campaign_status?: CampaignStatus",
                  c.owner as "owner: Owner", c.owner_epoch, c.last_inbound_at,
                  exists (select 1 from conversations o where o.lead_id = l.id and o.id <> c.id and o.status = 'open'
                                                          and o.owner = 'human') as "held_elsewhere!",
                  exists (select 1 from conversations o where o.lead_id = l.id and o.status = 'open'
                                                          and o.escalated_at is not null) as "waits_for_human!"
           from conversations c
           join leads l on l.id = $2
           left join lead_identifiers p on p.lead_id = l.id and p.kind = 'phone'
           left join templates t on t.id = $4 and t.deleted_at is null
           left join campaigns g on g.id = $5 and g.deleted_at is null
           where c.id = $1"#,
        conversation.uuid(),
        lead.uuid(),
        channel.as_str(),
        template.map(TemplateId::uuid),
        campaign.map(CampaignId::uuid)
    )
    .fetch_one(tx.conn())
    .await
}

/// The values that placeholders of a lead's messages can take.
pub struct FillRow {
    /// The lead's name.
    pub name: String,
    /// The lead's number.
    pub phone: Option<String>,
    /// The lead's address.
    pub email: Option<String>,
    /// The lead's company.
    pub company: String,
    /// The lead's town or region.
    pub location: String,
    /// Where the lead came from.
    pub source: String,
    /// The workspace's name.
    pub workspace: String,
    /// The campaign's name.
    pub campaign: Option<String>,
    /// The name of the campaign's agent.
    pub agent: Option<String>,
}

/// Gathers what a message to a lead may mention.
pub async fn fill_values(tx: &mut Tx, lead: LeadId, campaign: Option<CampaignId>) -> Result<Option<FillRow>> {
    sqlx::query_as!(
        FillRow,
        r#"select l.name, p.value as "phone?", e.value as "email?", l.company, l.location, l.source, w.name as workspace,
                  g.name as "campaign?", a.name as "agent?"
           from leads l
           join workspaces w on w.id = l.workspace_id
           left join lead_identifiers p on p.lead_id = l.id and p.kind = 'phone'
           left join lead_identifiers e on e.lead_id = l.id and e.kind = 'email'
           left join campaigns g on g.id = $2
           left join agents a on a.id = coalesce(g.agent_id, l.assigned_agent)
           where l.id = $1"#,
        lead.uuid(),
        campaign.map(CampaignId::uuid)
    )
    .fetch_optional(tx.conn())
    .await
}
