-- What an operator edits is parted from what speaks to people. An agent's newest version is its draft; `published_version_id` names the
-- one that live conversations use. Who published what, when and why is a row of its own, so that versions stay as they were written.
-- Also the webhooks that an agent may call as tools, with their secrets sealed.

alter table agents add column published_version_id uuid references agent_versions (id);

create table agent_publications (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    agent_id uuid not null references agents (id),
    version_id uuid not null references agent_versions (id),
    note text not null default '',
    -- Why it was published although its tests are not green; none when they are.
    overrule text,
    created_by uuid references users (id),
    created_at timestamptz not null,
    constraint agent_publications_overrule_said check (overrule is null or btrim(overrule) <> '')
);
create index agent_publications_agent on agent_publications (agent_id, id desc);

-- Before this, every save of an agent that had spoken was what spoke.
update agents a
set published_version_id = v.id
from agent_versions v
where v.agent_id = a.id and v.version = a.version and a.status in ('live', 'paused');

create table agent_actions (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    agent_id uuid not null references agents (id),
    name text not null,
    draft jsonb not null,
    -- Sealed with the installation's key, tied to this row; never readable by the database.
    token_sealed bytea,
    secret_sealed bytea,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    constraint agent_actions_name_filled check (btrim(name) <> '')
);
create unique index agent_actions_name_unique on agent_actions (agent_id, name) where deleted_at is null;

-- The library's figures of 30 days are one pass over each of these, without touching the tables.
create index llm_requests_figures on llm_requests (workspace_id, created_at)
    include (agent_id, conversation_id, purpose, outcome, latency_ms, cost_micros);
create index conversations_figures on conversations (workspace_id, last_message_at)
    include (agent_id, channel, escalated_at);
create index messages_agent on messages (workspace_id, created_at) include (agent_id) where agent_id is not null;

do $$
declare t text;
begin
    foreach t in array array['agent_publications', 'agent_actions'] loop
        execute format('alter table %I enable row level security', t);
        execute format(
            'create policy wall on %I using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())', t
        );
        execute format('grant select, insert on %I to outreach_app', t);
    end loop;
end $$;

grant update on agent_actions to outreach_app;
create trigger audit after insert or update or delete on agent_actions for each row execute function audit_row();
