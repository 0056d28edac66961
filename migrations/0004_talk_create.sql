-- What is said: conversations, messages, and the calls to models behind them.

create table conversations (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    lead_id uuid not null references leads (id),
    channel text not null,
    status text not null,
    owner text not null,
    owner_user_id uuid references users (id),
    owner_epoch int not null default 0,
    agent_id uuid references agents (id),
    campaign_id uuid references campaigns (id),
    last_body text not null default '',
    last_direction text,
    last_message_at timestamptz not null,
    last_inbound_at timestamptz,
    unread int not null default 0,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint conversations_channel_known check (channel in ('sms', 'whatsapp', 'voice')),
    constraint conversations_status_known check (status in ('open', 'closed')),
    constraint conversations_owner_known check (owner in ('ai', 'human')),
    constraint conversations_human_named check ((owner = 'human') = (owner_user_id is not null)),
    constraint conversations_once unique (lead_id, channel)
);
create index conversations_inbox on conversations (workspace_id, last_message_at desc, id desc);

create table messages (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    conversation_id uuid not null references conversations (id),
    lead_id uuid not null references leads (id),
    direction text not null,
    channel text not null,
    author text not null,
    user_id uuid references users (id),
    agent_id uuid references agents (id),
    agent_version_id uuid references agent_versions (id),
    campaign_id uuid references campaigns (id),
    run_id uuid references runs (id),
    node text,
    visit int,
    template_id uuid references templates (id),
    body text not null,
    -- What a WhatsApp template's numbered variables stand for, in order.
    variables jsonb not null default '[]',
    media jsonb not null default '[]',
    status text not null,
    verdict jsonb,
    error text,
    provider_message_id text,
    from_number text,
    to_number text,
    -- The one name of an intended send: run:node:visit, reply:<inbound message>, operator:<client key>. Two sends never share it.
    send_key text,
    -- The conversation's owner number when this was written; a later owner makes it void.
    owner_epoch int not null default 0,
    sending_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint messages_direction_known check (direction in ('inbound', 'outbound')),
    constraint messages_author_known check (author in ('lead', 'agent', 'operator', 'campaign')),
    constraint messages_status_known check (
        status in ('queued', 'held', 'blocked', 'sending', 'in_doubt', 'accepted', 'sent', 'delivered', 'read', 'failed', 'received')
    ),
    constraint messages_send_key_once unique (workspace_id, send_key),
    constraint messages_provider_id_once unique (workspace_id, channel, provider_message_id)
);
create index messages_thread on messages (conversation_id, id);
create index messages_campaign on messages (campaign_id, node) where campaign_id is not null;
create index messages_in_doubt on messages (workspace_id) where status = 'in_doubt';
create index messages_held on messages (campaign_id) where status = 'held';

create table llm_requests (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    purpose text not null,
    agent_id uuid references agents (id),
    agent_version_id uuid references agent_versions (id),
    conversation_id uuid references conversations (id),
    message_id uuid references messages (id),
    provider text not null,
    model text not null,
    attempt int not null,
    outcome text not null,
    error text,
    tokens_prompt int not null,
    tokens_completion int not null,
    latency_ms int not null,
    first_token_ms int,
    cost_micros bigint not null,
    created_at timestamptz not null,
    constraint llm_requests_purpose_known check (purpose in ('test', 'reply'))
);
create index llm_requests_agent on llm_requests (agent_id, created_at);
create index llm_requests_time on llm_requests (workspace_id, created_at);
