-- Campaigns: the drawing, its frozen versions, the campaign itself, and one run per lead.

create table flows (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    revision int not null,
    graph jsonb not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);

create table flow_versions (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    flow_id uuid not null references flows (id),
    version int not null,
    graph jsonb not null,
    created_by uuid references users (id),
    created_at timestamptz not null,
    constraint flow_versions_once unique (flow_id, version)
);

create table campaigns (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    name text not null,
    status text not null,
    agent_id uuid references agents (id),
    flow_id uuid not null references flows (id),
    flow_version_id uuid references flow_versions (id),
    started_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    constraint campaigns_status_known check (status in ('draft', 'active', 'paused', 'completed')),
    constraint campaigns_name_filled check (btrim(name) <> '')
);
create index campaigns_list on campaigns (workspace_id, id desc) where deleted_at is null;

create table runs (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    campaign_id uuid not null references campaigns (id),
    lead_id uuid not null references leads (id),
    flow_version_id uuid not null references flow_versions (id),
    status text not null,
    node text not null,
    wake_at timestamptz,
    outcome text,
    state jsonb not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint runs_status_known check (
        status in ('ready', 'sending', 'waiting_reply', 'waiting_time', 'waiting_webhook', 'done', 'stopped')
    ),
    constraint runs_once_per_lead unique (campaign_id, lead_id)
);
create index runs_list on runs (campaign_id, id desc);
create index runs_of_lead on runs (lead_id) where status not in ('done', 'stopped');
create index runs_unfinished on runs (campaign_id) where status not in ('done', 'stopped');

-- Every node that a run came to; counts per node come from here.
create table run_visits (
    run_id uuid not null references runs (id),
    visit int not null,
    workspace_id uuid not null references workspaces (id),
    campaign_id uuid not null references campaigns (id),
    node text not null,
    created_at timestamptz not null,
    primary key (run_id, visit)
);
create index run_visits_node on run_visits (campaign_id, node);
