-- What an agent's webhooks did while one message was being answered: an answer that has to be begun anew does not book twice.

create table action_results (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    conversation_id uuid not null references conversations (id),
    -- The inbound message that was being answered.
    message_id uuid not null references messages (id),
    -- The one name of the call (engine::actions::Once): what is answered, by which webhook, with which arguments.
    call_key text not null,
    ok boolean not null,
    -- What the model was told.
    told jsonb not null,
    created_at timestamptz not null,
    constraint action_results_once unique (workspace_id, call_key)
);
create index action_results_conversation on action_results (conversation_id);

alter table action_results enable row level security;
create policy wall on action_results using (workspace_id = app_workspace()) with check (workspace_id = app_workspace());
grant select, insert on action_results to outreach_app;
