-- Work that waits for others (models, pages, webhooks) or takes long may not take every place of a worker: sends and timers are due now.

-- The kinds of work that may take long. The same list is `JobKind::is_long`; a test compares the two.
create function is_long_job(kind text) returns boolean
language sql immutable as $$
    select kind in ('reply', 'analyse', 'suite', 'webhook', 'import', 'parse_document', 'crawl_document')
$$;

create index jobs_due_long on jobs (run_at, id) where state = 'waiting' and is_long_job(kind);
create index jobs_due_quick on jobs (run_at, id) where state = 'waiting' and not is_long_job(kind);

-- The worker takes due jobs of all workspaces, each with a lease: at most `how_many`, and of the long ones at most `long_most`.
create function claim_jobs(how_many int, long_most int, lease_secs int)
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
    set run_at = now() + make_interval(secs => lease_secs),
        claimed_until = now() + make_interval(secs => lease_secs),
        attempts = j.attempts + 1
    from due
    where j.id = due.id
    returning j.id, j.workspace_id, j.job, j.attempts
$$;

-- When the next job is due that there is a place for.
create function next_job_at(with_long boolean) returns timestamptz
language sql security definer set search_path = public, pg_temp as $$
    select least(
        (select min(run_at) from jobs where state = 'waiting' and not is_long_job(kind)),
        (select min(run_at) from jobs where with_long and state = 'waiting' and is_long_job(kind))
    )
$$;

revoke execute on function claim_jobs(int, int, int), next_job_at(boolean) from public;
grant execute on function claim_jobs(int, int, int), next_job_at(boolean) to outreach_app;
