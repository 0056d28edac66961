-- What operators make: agents, templates, leads with their consent, imports, and our own numbers.

create table agents (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    name text not null,
    status text not null,
    version int not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    constraint agents_status_known check (status in ('draft', 'live', 'paused')),
    constraint agents_name_filled check (btrim(name) <> '')
);
create unique index agents_name_unique on agents (workspace_id, lower(name)) where deleted_at is null;

create table agent_versions (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    agent_id uuid not null references agents (id),
    version int not null,
    draft jsonb not null,
    created_by uuid references users (id),
    created_at timestamptz not null,
    constraint agent_versions_once unique (agent_id, version)
);

create table templates (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    name text not null,
    channel text not null,
    language text not null,
    body text not null,
    state text not null,
    reason text,
    provider_ref text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    constraint templates_channel_known check (channel in ('sms', 'whatsapp', 'voice')),
    constraint templates_state_known check (state in ('draft', 'submitted', 'approved', 'rejected'))
);
create unique index templates_name_unique on templates (workspace_id, channel, name) where deleted_at is null;

create table leads (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    name text not null,
    company text not null,
    location text not null,
    source text not null,
    notes text not null,
    status text not null,
    consent boolean not null,
    consent_at timestamptz,
    consent_source text not null,
    assigned_agent uuid references agents (id),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    constraint leads_status_known check (status in ('new', 'contacted', 'replied', 'opted_out')),
    constraint leads_consent_dated check (not consent or consent_at is not null)
);
create index leads_list on leads (workspace_id, id desc) where deleted_at is null;

-- How a lead is reached. A number or an address belongs to one lead of a workspace; deleting the lead frees it.
create table lead_identifiers (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    lead_id uuid not null references leads (id),
    kind text not null,
    value text not null,
    created_at timestamptz not null,
    constraint lead_identifiers_kind_known check (kind in ('phone', 'email')),
    constraint lead_identifiers_value_unique unique (workspace_id, kind, value),
    constraint lead_identifiers_one_of_a_kind unique (lead_id, kind)
);

-- Every change of consent, for the auditor. Never changed, never deleted.
create table consents (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    lead_id uuid not null references leads (id),
    granted boolean not null,
    source text not null,
    at timestamptz not null,
    recorded_by uuid references users (id),
    created_at timestamptz not null
);
create index consents_lead on consents (lead_id, id);

-- Numbers that are never written to, whatever lead they belong to.
create table suppressions (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    value text not null,
    reason text not null,
    created_at timestamptz not null,
    constraint suppressions_once unique (workspace_id, value)
);

create table imports (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    file_name text not null,
    content bytea not null,
    mapping jsonb not null,
    status text not null,
    processed bigint not null default 0,
    created bigint not null default 0,
    skipped bigint not null default 0,
    total bigint not null default 0,
    problems jsonb not null default '[]',
    error text,
    created_by uuid references users (id),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint imports_status_known check (status in ('queued', 'running', 'done', 'failed'))
);

-- Our own numbers: which workspace an inbound message is for, and what we send from.
create table sender_numbers (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    channel text not null,
    number text not null,
    created_at timestamptz not null,
    constraint sender_numbers_channel_known check (channel in ('sms', 'whatsapp', 'voice')),
    constraint sender_numbers_once unique (channel, number),
    constraint sender_numbers_one_per_channel unique (workspace_id, channel)
);
