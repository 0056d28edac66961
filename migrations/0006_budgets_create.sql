-- Money and keys: limits on what may be spent in a day, what was spent and is held back, and keys for programs.

create table api_keys (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    name text not null,
    -- The beginning, for telling keys apart; the key itself is kept as its hash only.
    prefix text not null,
    hash bytea not null,
    scopes text[] not null,
    created_by uuid not null references users (id),
    created_at timestamptz not null,
    last_used_at timestamptz,
    revoked_at timestamptz,
    constraint api_keys_hash_unique unique (hash),
    constraint api_keys_scopes_known check (scopes <@ array['api', 'gateway', 'mcp'] and scopes <> '{}')
);
create index api_keys_list on api_keys (workspace_id, id desc);

-- A limit for a UTC day. `target` is the workspace's, agent's or campaign's own id.
create table budgets (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    scope text not null,
    target uuid not null,
    limit_micros bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint budgets_scope_known check (scope in ('workspace', 'agent', 'campaign')),
    constraint budgets_limit_some check (limit_micros >= 0),
    constraint budgets_target_once unique (workspace_id, scope, target)
);

-- What a workspace, agent or campaign spent on a UTC day, whether or not a limit is set: a limit set at noon counts the morning.
create table spend_days (
    workspace_id uuid not null references workspaces (id),
    scope text not null,
    target uuid not null,
    day date not null,
    spent_micros bigint not null default 0,
    held_micros bigint not null default 0,
    -- When people were told of 80 % and 100 %: once each.
    warned_at timestamptz,
    used_up_at timestamptz,
    primary key (workspace_id, scope, target, day),
    constraint spend_days_scope_known check (scope in ('workspace', 'agent', 'campaign')),
    constraint spend_days_never_negative check (spent_micros >= 0 and held_micros >= 0)
) with (fillfactor = 70);

-- Money held back for calls under way. Settled holds are deleted; abandoned ones end by themselves.
create table spend_holds (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    agent_id uuid,
    campaign_id uuid,
    day date not null,
    micros bigint not null,
    expires_at timestamptz not null,
    created_at timestamptz not null,
    constraint spend_holds_some check (micros >= 0)
);
create index spend_holds_expiry on spend_holds (workspace_id, expires_at);

-- Calls come from more places than tests and replies, and programs make them with a key.
alter table llm_requests drop constraint llm_requests_purpose_known;
alter table llm_requests add constraint llm_requests_purpose_known check (
    purpose in ('test', 'reply', 'gateway', 'analysis', 'judge', 'embedding', 'suite', 'replay', 'speech', 'mcp')
);
alter table llm_requests add column api_key_id uuid references api_keys (id);

do $$
declare t text;
begin
    foreach t in array array['api_keys', 'budgets', 'spend_days', 'spend_holds'] loop
        execute format('alter table %I enable row level security', t);
        execute format(
            'create policy wall on %I using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())', t
        );
        execute format('grant select, insert, update on %I to outreach_app', t);
    end loop;
end $$;
grant delete on budgets, spend_holds to outreach_app;

create trigger audit after insert or update or delete on budgets for each row execute function audit_row();
-- Being used is no change.
create trigger audit after insert or delete or update of name, scopes, revoked_at on api_keys
    for each row execute function audit_row();

-- Whose key has this hash, before the workspace is known. A key ends with the standing of the one who made it.
create function api_key_by_hash(of_hash bytea)
returns table (id uuid, workspace_id uuid, workspace_name text, scopes text[], user_id uuid, email text, name text, role text)
language sql stable security definer set search_path = public, pg_temp as $$
    select k.id, k.workspace_id, w.name, k.scopes, u.id, u.email, u.name, m.role
    from api_keys k
    join workspaces w on w.id = k.workspace_id
    join users u on u.id = k.created_by and u.deleted_at is null
    join memberships m on m.workspace_id = k.workspace_id and m.user_id = k.created_by
    where k.hash = of_hash and k.revoked_at is null
$$;
revoke execute on function api_key_by_hash from public;
grant execute on function api_key_by_hash to outreach_app;
