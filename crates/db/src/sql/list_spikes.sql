-- Who spends several times as much as usual on a day, with what is usual: the workspace first, then agents by what they spent.
select d.scope as "scope!: BudgetScope", d.target as "target!", coalesce(a.name, s.name) as "name!", d.spent_micros as "spent!",
       d.spiked_at as "at!", (before.spent / greatest(before.days, 1))::bigint as "usual!"
from spend_days d
join workspaces s on s.id = $1
left join agents a on d.scope = 'agent' and a.id = d.target
cross join lateral (
    select least($3::int, $2::date - (
               select min(f.day) from spend_days f where f.workspace_id = $1 and f.scope = d.scope and f.target = d.target
           )) as days,
           coalesce(sum(p.spent_micros), 0)::bigint as spent
    from spend_days p
    where p.workspace_id = $1 and p.scope = d.scope and p.target = d.target and p.day >= $2 - $3::int and p.day < $2
) as before
where d.workspace_id = $1 and d.day = $2 and d.spiked_at is not null
order by d.scope = 'workspace' desc, d.spent_micros desc
limit 10
