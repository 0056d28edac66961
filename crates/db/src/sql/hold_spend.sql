-- Holds an amount back on every day's account that a call touches, in one statement: on all of them, or on none.
-- The rows are locked in one order, so that calls that share some of them never wait for each other in a circle, and none is
-- locked while one is still to be opened; what is read under the lock is the newest state, whatever the snapshot of the
-- statement is.
with wanted as (
    select w.scope, w.target, least(b.limit_micros, w.own_limit) as limit_micros
    from unnest($2::text[], $3::uuid[], $4::bigint[]) as w (scope, target, own_limit)
    left join budgets b on b.workspace_id = $1 and b.scope = w.scope and b.target = w.target
),
present as (
    select count(*) as accounts
    from spend_days d
    join wanted w on w.scope = d.scope and w.target = d.target
    where d.workspace_id = $1 and d.day = $5
),
locked as (
    select d.scope, d.target, d.spent_micros, d.held_micros, w.limit_micros
    from spend_days d
    join wanted w on w.scope = d.scope and w.target = d.target
    where d.workspace_id = $1 and d.day = $5 and (select accounts from present) = cardinality($2::text[])
    order by d.scope, d.target
    for update of d
),
judged as (
    select count(*) as found,
           -- What costs nothing always fits, also into a budget that is used up.
           coalesce(bool_and($6::bigint = 0 or limit_micros is null or spent_micros + held_micros + $6 <= limit_micros), true) as fits,
           coalesce(bool_or((spent_micros + held_micros) * 100 >= limit_micros * $7::bigint), false) as low,
           (array_agg(scope order by scope, target)
               filter (where spent_micros + held_micros + $6 > limit_micros))[1] as refused_by
    from locked
),
held as (
    update spend_days d
    set held_micros = d.held_micros + $6
    from locked l, judged j
    where d.workspace_id = $1 and d.day = $5 and d.scope = l.scope and d.target = l.target
      and j.fits and j.found = cardinality($2::text[])
    returning d.scope
),
noted as (
    insert into spend_holds (id, workspace_id, agent_id, campaign_id, day, micros, expires_at, created_at)
    select $8, $1, $9, $10, $5, $6, $11, $12
    from judged j
    where j.fits and j.found = cardinality($2::text[])
    -- A block of money that grows.
    on conflict (id) do update
    set micros = spend_holds.micros + excluded.micros, expires_at = greatest(spend_holds.expires_at, excluded.expires_at)
    returning id
)
select j.found as "found!", j.low as "low!", j.refused_by as "refused_by: BudgetScope", exists (select 1 from noted) as "held!"
from judged j
