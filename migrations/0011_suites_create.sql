-- Tests of agents: what a lead says and what has to come of it, and what came of it each time the suite ran. A version is published only
-- when its suite is green.

create table agent_tests (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    agent_id uuid not null references agents (id),
    name text not null,
    -- domain::suite::TestDraft: channel, lead, history, input, assertions, what a judge looks for.
    draft jsonb not null,
    -- Counts up with each change, so that a result says which wording it is of.
    revision int not null default 1,
    -- How it last came out, as it stands now; null until it has run since it was changed.
    last_passed boolean,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    constraint agent_tests_name_filled check (btrim(name) <> ''),
    constraint agent_tests_revision_counts check (revision >= 1)
);
create unique index agent_tests_name_unique on agent_tests (agent_id, lower(name)) where deleted_at is null;
create index agent_tests_agent on agent_tests (agent_id, created_at, id) where deleted_at is null;

create table suite_runs (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    agent_id uuid not null references agents (id),
    version_id uuid not null references agent_versions (id),
    status text not null,
    total int not null,
    passed int not null default 0,
    failed int not null default 0,
    cost_micros bigint not null default 0,
    created_by uuid references users (id),
    created_at timestamptz not null,
    finished_at timestamptz,
    constraint suite_runs_status_known check (status in ('running', 'finished', 'stopped')),
    constraint suite_runs_finished_dated check ((status = 'running') = (finished_at is null))
);
create index suite_runs_agent on suite_runs (agent_id, id desc);
create index suite_runs_version on suite_runs (version_id, id desc);
-- One at a time: a second click joins the run under way.
create unique index suite_runs_one_running on suite_runs (agent_id, version_id) where status = 'running';

create table suite_results (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    run_id uuid not null references suite_runs (id),
    test_id uuid not null references agent_tests (id),
    agent_id uuid not null references agents (id),
    version_id uuid not null references agent_versions (id),
    revision int not null,
    passed boolean not null,
    cost_micros bigint not null,
    latency_ms int not null,
    -- domain::suite::Report: what was expected, what came, the judge's opinion, the trace.
    report jsonb not null,
    created_at timestamptz not null,
    -- A job that runs twice writes each result once.
    constraint suite_results_once unique (run_id, test_id)
);
create index suite_results_test on suite_results (test_id, id desc);

do $$
declare t text;
begin
    foreach t in array array['agent_tests', 'suite_runs', 'suite_results'] loop
        execute format('alter table %I enable row level security', t);
        execute format(
            'create policy wall on %I using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())', t
        );
        execute format('grant select, insert on %I to outreach_app', t);
    end loop;
    foreach t in array array['agent_tests', 'suite_runs'] loop
        execute format('grant update on %I to outreach_app', t);
    end loop;
end $$;

create trigger audit after insert or update or delete on agent_tests for each row execute function audit_row();
