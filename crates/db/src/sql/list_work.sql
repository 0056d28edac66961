-- How much waits, is under way and is dead, by kind. A claim moves `run_at` to its end as well, and so does putting off; what was put
-- off counts no try, or lies further ahead than a claim lasts.
select j.kind as "kind!",
       count(*) filter (where j.state = 'waiting' and not c.taken) as "waiting!",
       count(*) filter (where j.state = 'waiting' and c.taken) as "under_way!",
       count(*) filter (where j.state = 'dead') as "dead!",
       count(*) filter (where is_late(j)) as "late!",
       min(j.created_at) filter (where j.state = 'waiting' and not c.taken) as oldest_at,
       max(j.claimed_until) filter (where j.state = 'waiting' and c.taken) as held_until
from jobs j
cross join lateral (
    select coalesce(
        j.attempts > 0 and j.claimed_until > now() and j.claimed_until <= now() + make_interval(secs => $1), false
    ) as taken
) c
group by j.kind
order by j.kind
