-- Books what was spent and gives free all that a hold kept back. A hold that has ended has given it free already; what was spent is
-- booked all the same.
with gone as (
    delete from spend_holds where id = $1 returning micros
),
freed as (
    select coalesce(sum(micros), 0)::bigint as micros from gone
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
