-- Late is what has been due for long, however often it was taken: a claim moves `run_at` on, so work that ends its worker each time, or that no
-- worker can read, never looked late.

-- Since when it is due, kept while it is claimed; empty while `run_at` says it.
alter table jobs add column due_at timestamptz;
-- Whether a claim on it ran out before the one that holds now.
alter table jobs add column lapsed boolean not null default false;

-- Whether it should have been begun, or ended, more than a minute ago. What is in its first hands is not late.
create function is_late(j jobs) returns boolean
language sql stable as $$
    select j.state = 'waiting' and coalesce(j.due_at, j.run_at) < now() - interval '1 minute'
       and (j.claimed_until is null or j.claimed_until <= now() or j.lapsed)
$$;

-- As before, and a claim remembers since when the work is due.
create or replace function claim_jobs(how_many int, long_most int, lease_secs int)
returns table (id uuid, workspace_id uuid, job jsonb, attempts int)
language sql security definer set search_path = public, pg_temp as $$
    with long as (
        select d.id, d.run_at from jobs d
        where d.state = 'waiting' and d.run_at <= now() and is_long_job(d.kind)
        order by d.run_at, d.id
        limit least(how_many, long_most)
        for update skip locked
    ),
    quick as (
        select d.id, d.run_at from jobs d
        where d.state = 'waiting' and d.run_at <= now() and not is_long_job(d.kind)
        order by d.run_at, d.id
        limit how_many
        for update skip locked
    ),
    due as (
        select a.id from (select l.id, l.run_at from long l union all select q.id, q.run_at from quick q) a
        order by a.run_at, a.id
        limit how_many
    )
    update jobs j
    set due_at = coalesce(j.due_at, j.run_at),
        lapsed = j.due_at is not null,
        run_at = now() + make_interval(secs => lease_secs),
        claimed_until = now() + make_interval(secs => lease_secs),
        attempts = j.attempts + 1
    from due
    where j.id = due.id
    returning j.id, j.workspace_id, j.job, j.attempts
$$;

create or replace function queue_depth() returns table (waiting bigint, late bigint, dead bigint)
language sql security definer set search_path = public, pg_temp as $$
    select count(*) filter (where j.state = 'waiting'),
           count(*) filter (where is_late(j)),
           count(*) filter (where j.state = 'dead')
    from jobs j
$$;
