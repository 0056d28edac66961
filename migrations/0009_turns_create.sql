-- Every turn of an agent, whole: why a message was written, and what a replay of it needs.

create table turns (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    purpose text not null,
    agent_id uuid references agents (id),
    agent_version_id uuid references agent_versions (id),
    conversation_id uuid references conversations (id),
    -- The inbound message that was answered.
    answers uuid references messages (id),
    outcome text not null,
    duration_ms int not null,
    cost_micros bigint not null,
    -- domain::turn::TurnRecord.
    record jsonb not null,
    created_at timestamptz not null,
    constraint turns_purpose_known check (purpose in ('reply', 'test', 'suite', 'replay')),
    constraint turns_outcome_known check (outcome in ('sent', 'escalated', 'failed')),
    -- A test belongs to no conversation; an answer always does.
    constraint turns_reply_placed check ((purpose = 'reply') = (conversation_id is not null))
);
create index turns_conversation on turns (conversation_id, id desc) where conversation_id is not null;
create index turns_agent on turns (agent_id, id desc);

-- The turn that a message came from; several messages may come from one.
alter table messages add column turn_id uuid references turns (id);

do $$
begin
    execute 'alter table turns enable row level security';
    execute 'create policy wall on turns using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())';
    execute 'grant select, insert on turns to outreach_app';
end $$;
