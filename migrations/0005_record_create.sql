-- The record: events, the queue, webhook logs and the audit log; then the walls around every workspace table.

create table events (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    kind text not null,
    subject text not null,
    title text not null default '',
    actor_id uuid references users (id),
    created_at timestamptz not null
);
create index events_feed on events (workspace_id, id desc);
create index events_subject on events (workspace_id, subject, id desc);

-- One row per piece of work; a finished one is deleted, a dead one stays to be seen. `run_at` is also the lease: a claim moves it on.
create table jobs (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    kind text not null,
    key text,
    job jsonb not null,
    state text not null default 'waiting',
    run_at timestamptz not null,
    attempts int not null default 0,
    claimed_until timestamptz,
    last_error text,
    created_at timestamptz not null,
    constraint jobs_state_known check (state in ('waiting', 'dead'))
);
create index jobs_due on jobs (run_at, id) where state = 'waiting';
create unique index jobs_key_once on jobs (workspace_id, key) where state = 'waiting' and claimed_until is null;

create table webhook_logs (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    direction text not null,
    provider text not null,
    kind text not null,
    subject text not null default '',
    status int,
    body jsonb,
    error text,
    latency_ms int,
    created_at timestamptz not null,
    constraint webhook_logs_direction_known check (direction in ('in', 'out'))
);
create index webhook_logs_feed on webhook_logs (workspace_id, id desc);

create table audit_log (
    id bigint generated always as identity primary key,
    workspace_id uuid not null references workspaces (id),
    table_name text not null,
    row_id uuid not null,
    action text not null,
    changed text[] not null default '{}',
    actor_id uuid,
    at timestamptz not null default now()
);
create index audit_log_row on audit_log (workspace_id, table_name, row_id, id);

-- Which columns changed, never their contents: the audit log must not become a second copy of personal data.
create function audit_row() returns trigger language plpgsql as $$
declare
    old_row jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
    new_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
    names text[] := '{}';
begin
    if tg_op = 'UPDATE' then
        select coalesce(array_agg(n.key order by n.key), '{}') into names
        from jsonb_each(new_row) n
        where n.key <> 'updated_at' and n.value is distinct from old_row -> n.key;
        if names = '{}' then return null; end if;
    end if;
    insert into audit_log (workspace_id, table_name, row_id, action, changed, actor_id)
    values (
        (coalesce(new_row, old_row) ->> 'workspace_id')::uuid, tg_table_name, (coalesce(new_row, old_row) ->> 'id')::uuid,
        lower(tg_op), names, app_user()
    );
    return null;
end $$;

do $$
declare t text;
begin
    foreach t in array array['agents', 'templates', 'leads', 'campaigns', 'flows', 'memberships', 'suppressions', 'sender_numbers'] loop
        execute format('create trigger audit after insert or update or delete on %I for each row execute function audit_row()', t);
    end loop;

    foreach t in array array[
        'agents', 'agent_versions', 'templates', 'leads', 'lead_identifiers', 'consents', 'suppressions', 'imports', 'sender_numbers',
        'flows', 'flow_versions', 'campaigns', 'runs', 'run_visits', 'conversations', 'messages', 'llm_requests',
        'events', 'jobs', 'webhook_logs', 'audit_log'
    ] loop
        execute format('alter table %I enable row level security', t);
        execute format(
            'create policy wall on %I using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())', t
        );
        execute format('grant select, insert on %I to outreach_app', t);
    end loop;

    foreach t in array array[
        'agents', 'templates', 'leads', 'imports', 'sender_numbers', 'flows', 'campaigns', 'runs', 'conversations', 'messages', 'jobs'
    ] loop
        execute format('grant update on %I to outreach_app', t);
    end loop;

    foreach t in array array['lead_identifiers', 'suppressions', 'jobs', 'sender_numbers'] loop
        execute format('grant delete on %I to outreach_app', t);
    end loop;
end $$;

-- The narrow doors through the walls, for work that does not know its workspace yet.

-- The worker takes due jobs of all workspaces, each with a lease.
create function claim_jobs(how_many int, lease_secs int)
returns table (id uuid, workspace_id uuid, job jsonb, attempts int)
language sql security definer set search_path = public, pg_temp as $$
    update jobs j
    set run_at = now() + make_interval(secs => lease_secs),
        claimed_until = now() + make_interval(secs => lease_secs),
        attempts = j.attempts + 1
    from (
        select d.id from jobs d
        where d.state = 'waiting' and d.run_at <= now()
        order by d.run_at, d.id
        limit how_many
        for update skip locked
    ) due
    where j.id = due.id
    returning j.id, j.workspace_id, j.job, j.attempts
$$;

-- When the next job is due, so that the worker sleeps just long enough.
create function next_job_at() returns timestamptz
language sql security definer set search_path = public, pg_temp as $$
    select min(run_at) from jobs where state = 'waiting'
$$;

-- Which workspace one of our numbers belongs to.
create function workspace_of_number(of_channel text, of_number text) returns uuid
language sql stable security definer set search_path = public, pg_temp as $$
    select workspace_id from sender_numbers where channel = of_channel and number = of_number
$$;

-- Which workspace a message of ours belongs to, for reports that name it.
create function workspace_of_message(of_message uuid) returns uuid
language sql stable security definer set search_path = public, pg_temp as $$
    select workspace_id from messages where id = of_message
$$;

-- How many jobs wait, are overdue by a minute, or are dead, over all workspaces: for readiness.
create function queue_depth() returns table (waiting bigint, late bigint, dead bigint)
language sql security definer set search_path = public, pg_temp as $$
    select count(*) filter (where state = 'waiting'),
           count(*) filter (where state = 'waiting' and run_at < now() - interval '1 minute'),
           count(*) filter (where state = 'dead')
    from jobs
$$;

revoke execute on function claim_jobs, next_job_at, workspace_of_number, workspace_of_message, queue_depth from public;
grant execute on function claim_jobs, next_job_at, workspace_of_number, workspace_of_message, queue_depth to outreach_app;
