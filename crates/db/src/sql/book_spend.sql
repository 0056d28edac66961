-- Books what was spent out of a hold that goes on, and lets it live longer.
with hold as (
    select id, least($6, micros) as part from spend_holds where id = $1 for update
),
smaller as (
    update spend_holds h set micros = h.micros - hold.part, expires_at = greatest(h.expires_at, $7)
    from hold where h.id = hold.id
    returning hold.part
),
freed as (
    select coalesce(sum(part), 0)::bigint as micros from smaller
),
locked as (
    select d.scope, d.target
    from spend_days d
    join unnest($3::text[], $4::uuid[]) as w (scope, target) on w.scope = d.scope and w.target = d.target
    -- First the hold, then the accounts, as where abandoned holds are ended.
    where d.workspace_id = $2 and d.day = $5 and (select micros from freed) is not null
    order by d.scope, d.target
    for update of d
)
update spend_days d
set spent_micros = d.spent_micros + $6,
    held_micros = greatest(d.held_micros - f.micros, 0)
from locked l, freed f
where d.workspace_id = $2 and d.day = $5 and d.scope = l.scope and d.target = l.target
