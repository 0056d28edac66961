-- How many answers to a campaign came on which day and in which hour where the people are, by the beginning of their phone number.
-- A number that begins like none of the given ones counts in UTC, and so does a zone that this Postgres does not know.
with talk as (
    select m.id, m.lead_id, m.direction, m.node, m.channel, m.status, m.created_at,
           m.direction = 'outbound' and m.status in ('accepted', 'sent', 'delivered', 'read') as took
    from runs r
    join conversations c on c.lead_id = r.lead_id
    join messages m on m.conversation_id = c.id
    where r.campaign_id = $1 and (m.direction = 'inbound' or (m.campaign_id = $1 and m.node is not null))
),
numbered as (
    select t.*, count(*) filter (where t.took) over (partition by t.lead_id order by t.created_at, t.id) as nth from talk t
),
zones as materialized (
    select z.prefix, n.name
    from unnest($2::text[], $3::text[]) as z (prefix, name)
    join pg_timezone_names n on n.name = z.name
),
local as (
    select a.created_at at time zone coalesce(z.name, 'UTC') as at
    from numbered a
    join leads l on l.id = a.lead_id and l.status <> 'opted_out'
    left join lead_identifiers p on p.lead_id = a.lead_id and p.kind = 'phone'
    left join lateral (
        select name from zones where starts_with(p.value, zones.prefix) order by length(zones.prefix) desc limit 1
    ) z on true
    where a.direction = 'inbound' and a.nth > 0
)
select extract(isodow from at)::int as "day!", extract(hour from at)::int as "hour!", count(*) as "answers!"
from local group by 1, 2 order by 1, 2
