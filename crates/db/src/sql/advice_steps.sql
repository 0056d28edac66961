-- What became of a campaign's messages, per step and (without a node) per channel. Words of a person belong to the last message of the
-- campaign that they got before; those of somebody who asked us to stop are no answer.
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
sends as (
    select node, channel, count(*) filter (where took) as sent,
           count(*) filter (where status in ('delivered', 'read')) as delivered,
           count(*) filter (where status in ('blocked', 'failed')) as failed
    from numbered where direction = 'outbound'
    group by grouping sets ((node, channel), (channel))
),
answers as (
    select s.node, s.channel, count(distinct a.lead_id) as replied
    from numbered a
    join numbered s on s.lead_id = a.lead_id and s.nth = a.nth and s.took
    join leads l on l.id = a.lead_id and l.status <> 'opted_out'
    where a.direction = 'inbound'
    group by grouping sets ((s.node, s.channel), (s.channel))
),
last_sends as (
    select distinct on (lead_id) lead_id, node, channel from numbered where took order by lead_id, nth desc
),
leaving as (
    select s.node, s.channel, count(*) as opted_out
    from last_sends s
    join leads l on l.id = s.lead_id and l.status = 'opted_out'
    group by grouping sets ((s.node, s.channel), (s.channel))
)
select s.node as "node?", s.channel as "channel!: Channel", s.sent as "sent!", s.delivered as "delivered!", s.failed as "failed!",
       coalesce(a.replied, 0) as "replied!", coalesce(o.opted_out, 0) as "opted_out!"
from sends s
left join answers a on a.channel = s.channel and a.node is not distinct from s.node
left join leaving o on o.channel = s.channel and o.node is not distinct from s.node
order by s.channel, s.node
