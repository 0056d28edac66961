//! Who fits into a campaign: the leads that an audience names, with what decides whether they are taken in.

use domain::campaign::{Audience, AudienceCounts};
use domain::filter::Filter;
use domain::id::{CampaignId, LeadId};
use uuid::Uuid;

use crate::{Result, Tx};

/// A lead of an audience.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Who.
    pub id: LeadId,
    /// Whether there is a number to reach them at.
    pub has_phone: bool,
    /// Whether they asked us to stop.
    pub opted_out: bool,
    /// Whether the campaign has them already.
    pub enrolled: bool,
}

/// What an audience narrows to, as the statements below want it.
struct Narrowed {
    ids: Option<Vec<Uuid>>,
    like: Option<String>,
    digits: Option<String>,
    status: Option<String>,
}

impl Narrowed {
    fn of(audience: &Audience) -> Self {
        let filter = Filter { q: audience.q.clone(), status: audience.status.clone(), ..Filter::default() };
        Self {
            ids: audience.lead_ids.as_ref().map(|ids| ids.iter().map(|id| id.uuid()).collect()),
            like: filter.like(),
            digits: filter.digits(),
            status: Filter::word(&filter.status),
        }
    }
}

/// The next leads of an audience after `after`, in the order of their ids.
pub async fn candidates(
    tx: &mut Tx,
    campaign: CampaignId,
    audience: &Audience,
    after: Option<LeadId>,
    limit: i64,
) -> Result<Vec<Candidate>> {
    let n = Narrowed::of(audience);
    sqlx::query_as!(
        Candidate,
        r#"select l.id as "id: LeadId", p.value is not null as "has_phone!", l.status = 'opted_out' as "opted_out!",
                  r.id is not null as "enrolled!"
           from leads l
           left join lead_identifiers p on p.lead_id = l.id and p.kind = 'phone'
           left join lead_identifiers e on e.lead_id = l.id and e.kind = 'email'
           left join runs r on r.lead_id = l.id and r.campaign_id = $1
           where l.deleted_at is null
             and ($2::uuid[] is null or l.id = any($2))
             and ($3::text is null or l.folded like (select fold($3)) or p.value ilike $3 or e.value ilike $3 or p.value like $4)
             and ($5::text is null or l.status = $5)
             and (not $6 or l.consent)
             and ($7::uuid is null or l.id > $7)
           order by l.id
           limit $8"#,
        campaign.uuid(),
        n.ids.as_deref(),
        n.like,
        n.digits,
        n.status,
        audience.consented_only,
        after.map(LeadId::uuid),
        limit
    )
    .fetch_all(tx.conn())
    .await
}

/// What an audience comes to, without taking anybody in.
pub async fn counts(tx: &mut Tx, campaign: CampaignId, audience: &Audience) -> Result<AudienceCounts> {
    let n = Narrowed::of(audience);
    sqlx::query_as!(
        AudienceCounts,
        r#"select count(*) as "total!",
                  count(*) filter (where a.fits) as "fits!",
                  count(*) filter (where a.enrolled) as "enrolled!",
                  count(*) filter (where a.opted_out and not a.enrolled) as "opted_out!",
                  count(*) filter (where a.no_phone and not a.opted_out and not a.enrolled) as "no_phone!",
                  count(*) filter (where a.fits and not a.consent) as "no_consent!"
           from (
               select l.consent, r.id is not null as enrolled, l.status = 'opted_out' as opted_out, p.value is null as no_phone,
                      r.id is null and l.status <> 'opted_out' and p.value is not null as fits
               from leads l
               left join lead_identifiers p on p.lead_id = l.id and p.kind = 'phone'
               left join lead_identifiers e on e.lead_id = l.id and e.kind = 'email'
               left join runs r on r.lead_id = l.id and r.campaign_id = $1
               where l.deleted_at is null
                 and ($2::uuid[] is null or l.id = any($2))
                 and ($3::text is null or l.folded like (select fold($3)) or p.value ilike $3 or e.value ilike $3 or p.value like $4)
                 and ($5::text is null or l.status = $5)
                 and (not $6 or l.consent)
           ) a"#,
        campaign.uuid(),
        n.ids.as_deref(),
        n.like,
        n.digits,
        n.status,
        audience.consented_only
    )
    .fetch_one(tx.conn())
    .await
}
