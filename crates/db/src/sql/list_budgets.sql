select b.id as "id: BudgetId", b.scope as "scope: BudgetScope", b.target, b.limit_micros, b.updated_at,
       coalesce(a.name, c.name, s.name) as "name!",
       coalesce(d.spent_micros, 0) as "spent_micros!",
       -- Abandoned holds that nobody has ended yet are free money already.
       greatest(coalesce(d.held_micros, 0) - coalesce(e.micros, 0), 0) as "held_micros!",
       d.warned_at as "warned_at?", d.used_up_at as "used_up_at?"
from budgets b
join workspaces s on s.id = $1
left join agents a on b.scope = 'agent' and a.id = b.target
left join campaigns c on b.scope = 'campaign' and c.id = b.target
left join spend_days d on d.workspace_id = $1 and d.scope = b.scope and d.target = b.target and d.day = $2
left join lateral (
    select sum(h.micros)::bigint as micros
    from spend_holds h
    where h.workspace_id = $1 and h.day = $2 and h.expires_at < $4
      and (b.scope = 'workspace' or h.agent_id = b.target or h.campaign_id = b.target)
) e on true
where b.workspace_id = $1 and ($3::uuid is null or b.id = $3)
order by array_position(array['workspace', 'agent', 'campaign'], b.scope), lower(coalesce(a.name, c.name, s.name)), b.id
