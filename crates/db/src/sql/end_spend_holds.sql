-- Ends the holds that nobody settled in time: the money is free again.
with gone as (
    delete from spend_holds h
    where h.id in (select e.id from spend_holds e where e.workspace_id = $1 and e.expires_at < $2 limit 1000 for update skip locked)
    returning h.day, h.micros, h.agent_id, h.campaign_id
),
each as (
    select day, micros, 'workspace' as scope, $1::uuid as target from gone
    union all
    select day, micros, 'agent', agent_id from gone where agent_id is not null
    union all
    select day, micros, 'campaign', campaign_id from gone where campaign_id is not null
),
freed as (
    select scope, target, day, sum(micros)::bigint as micros from each group by scope, target, day
),
locked as (
    select d.scope, d.target, d.day
    from spend_days d
    join freed f on f.scope = d.scope and f.target = d.target and f.day = d.day
    where d.workspace_id = $1
    order by d.scope, d.target, d.day
    for update of d
)
update spend_days d
set held_micros = greatest(d.held_micros - f.micros, 0)
from locked l, freed f
where d.workspace_id = $1 and d.scope = l.scope and d.target = l.target and d.day = l.day
  and f.scope = d.scope and f.target = d.target and f.day = d.day
