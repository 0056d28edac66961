-- Which accounts have spent several times as much as usual today, as far as people have not been told of it yet. What is usual is the
-- average of the days before, since the account was opened; on its first day nothing is.
-- The rows are locked in the order of all statements here, and only those that spent enough to be looked at.
with locked as (
    select d.scope, d.target, d.spent_micros
    from spend_days d
    join unnest($2::text[], $3::uuid[]) as w (scope, target) on w.scope = d.scope and w.target = d.target
    where d.workspace_id = $1 and d.day = $4 and d.scope <> 'campaign' and d.spiked_at is null and d.spent_micros >= $5
    order by d.scope, d.target
    for update of d
),
judged as (
    select l.scope, l.target
    from locked l
    cross join lateral (
        select least($6::int, $4::date - (
                   select min(f.day) from spend_days f where f.workspace_id = $1 and f.scope = l.scope and f.target = l.target
               )) as days,
               coalesce(sum(p.spent_micros), 0)::bigint as spent
        from spend_days p
        where p.workspace_id = $1 and p.scope = l.scope and p.target = l.target and p.day >= $4 - $6::int and p.day < $4
    ) as before
    where before.days > 0 and l.spent_micros * before.days >= before.spent * $7::bigint
),
marked as (
    update spend_days d
    set spiked_at = $8
    from judged j
    where d.workspace_id = $1 and d.day = $4 and d.scope = j.scope and d.target = j.target
    returning d.scope, d.target
)
select m.scope as "scope!: BudgetScope", m.target as "target!", coalesce(a.name, s.name) as "name!"
from marked m
join workspaces s on s.id = $1
left join agents a on m.scope = 'agent' and a.id = m.target
