-- Which limits were reached just now and have not been told of today: four fifths spent ($6 false), or a call refused ($6 true).
with wanted as (
    select w.scope, w.target, b.id as budget_id, least(b.limit_micros, w.own_limit) as limit_micros
    from unnest($2::text[], $3::uuid[], $4::bigint[]) as w (scope, target, own_limit)
    left join budgets b on b.workspace_id = $1 and b.scope = w.scope and b.target = w.target
),
locked as (
    select d.scope, d.target, w.budget_id
    from spend_days d
    join wanted w on w.scope = d.scope and w.target = d.target
    where d.workspace_id = $1 and d.day = $5 and w.limit_micros is not null
      and case when $6 then d.used_up_at is null and d.spent_micros + d.held_micros + $7 > w.limit_micros
               else d.warned_at is null and d.spent_micros * 100 >= w.limit_micros * $8::bigint end
    order by d.scope, d.target
    for update of d
),
marked as (
    update spend_days d
    set warned_at = coalesce(d.warned_at, $9),
        used_up_at = case when $6 then $9 else d.used_up_at end
    from locked l
    where d.workspace_id = $1 and d.day = $5 and d.scope = l.scope and d.target = l.target
      and case when $6 then d.used_up_at is null else d.warned_at is null end
    returning d.scope, d.target, l.budget_id
)
select m.scope as "scope!: BudgetScope", m.target as "target!", m.budget_id as "budget_id?: BudgetId",
       coalesce(a.name, c.name, s.name) as "name!"
from marked m
join workspaces s on s.id = $1
left join agents a on m.scope = 'agent' and a.id = m.target
left join campaigns c on m.scope = 'campaign' and c.id = m.target
