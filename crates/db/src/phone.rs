//! The people outside as the emulated phone network sees them: who has a phone, and everything on it.

use chrono::{DateTime, Utc};
use domain::filter::Filter;
use domain::id::{LeadId, MessageId};
use domain::message::{Channel, Direction, Status};

use crate::{Result, Tx};

/// Somebody with a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: LeadId,
    /// Their name; may be empty.
    pub name: String,
    /// Their number.
    pub phone: String,
    /// The beginning of the newest message on their phone, if any.
    pub last_body: Option<String>,
    /// Which way it went.
    pub last_direction: Option<Direction>,
    /// When it was.
    pub last_at: Option<DateTime<Utc>>,
}

/// One thing on somebody's phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Which.
    pub id: MessageId,
    /// From them or to them.
    pub direction: Direction,
    /// Over which channel.
    pub channel: Channel,
    /// The text, the script of a call, or the key that was pressed.
    pub body: String,
    /// How far it got.
    pub status: Status,
    /// When it was written down.
    pub at: DateTime<Utc>,
}

/// People with a phone number, those with the newest messages first, at most `limit`. What never reached the network counts as none.
pub async fn people(tx: &mut Tx, filter: &Filter, limit: i64) -> Result<Vec<Person>> {
    sqlx::query_as!(
        Person,
        r#"select l.id as "id: LeadId", l.name, p.value as phone, left(m.body, 160) as "last_body?",
                  m.direction as "last_direction?: Direction", m.created_at as "last_at?"
           from leads l
           join lead_identifiers p on p.lead_id = l.id and p.kind = 'phone'
           left join lateral (
               select n.body, n.direction, n.created_at from messages n
               where n.conversation_id in (select v.id from conversations v where v.lead_id = l.id)
                 and n.status in ('received', 'accepted', 'sent', 'delivered', 'read')
               order by n.id desc limit 1
           ) m on true
           where l.deleted_at is null
             and ($1::text is null or l.folded like (select fold($1)) or p.value like $2)
           order by m.created_at desc nulls last, l.id desc
           limit $3"#,
        filter.like(),
        filter.digits(),
        limit
    )
    .fetch_all(tx.conn())
    .await
}

/// Everything on a person's phone, oldest first, at most the newest `limit`: what never reached the network is not on it.
pub async fn items(tx: &mut Tx, lead: LeadId, limit: i64) -> Result<Vec<Item>> {
    let mut items = sqlx::query_as!(
        Item,
        r#"select id as "id: MessageId", direction as "direction: Direction", channel as "channel: Channel", body,
                  status as "status: Status", created_at as at
           from messages
           where conversation_id in (select c.id from conversations c where c.lead_id = $1)
             and status in ('received', 'accepted', 'sent', 'delivered', 'read')
           order by id desc
           limit $2"#,
        lead.uuid(),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    items.reverse();
    Ok(items)
}
