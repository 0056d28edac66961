-- What a workspace decides for a channel: how long answers may be, how they sound, what stands around them. A channel without a row
-- keeps to its own rules.

create table channel_configs (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    channel text not null,
    max_response_length integer not null,
    -- None: as the agent sounds.
    tone text,
    response_template text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint channel_configs_channel_known check (channel in ('sms', 'whatsapp', 'voice')),
    constraint channel_configs_length_fits check (max_response_length between 100 and 3000),
    constraint channel_configs_tone_known check (tone in ('professional', 'friendly', 'direct')),
    constraint channel_configs_answer_inside check (response_template like '%{answer}%'),
    constraint channel_configs_channel_once unique (workspace_id, channel)
);

alter table channel_configs enable row level security;
create policy wall on channel_configs using (workspace_id = app_workspace()) with check (workspace_id = app_workspace());
grant select, insert, update on channel_configs to outreach_app;

create trigger audit after insert or update or delete on channel_configs for each row execute function audit_row();
