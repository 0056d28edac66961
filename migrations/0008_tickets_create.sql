-- What has to be solved, and how a conversation stands: tickets, and on conversations what was read in them, how the person sounds, and
-- whether a human has to look.

create table tickets (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    -- Counted per workspace, from 1; shown as TKT-0001.
    number int not null,
    conversation_id uuid not null references conversations (id),
    lead_id uuid not null references leads (id),
    channel text not null,
    subject text not null,
    category text not null,
    priority text not null default 'normal',
    status text not null default 'open',
    created_at timestamptz not null,
    updated_at timestamptz not null,
    resolved_at timestamptz,
    constraint tickets_number_once unique (workspace_id, number),
    constraint tickets_category_known check (
        category in ('general', 'question', 'meeting', 'pricing', 'refund', 'legal', 'complaint')
    ),
    constraint tickets_priority_known check (priority in ('normal', 'high', 'urgent')),
    constraint tickets_status_known check (status in ('open', 'pending', 'resolved', 'closed')),
    constraint tickets_resolved_dated check ((status in ('resolved', 'closed')) = (resolved_at is not null))
);
-- One ticket at a time in a conversation: what is not solved yet goes on in it.
create unique index tickets_open_once on tickets (conversation_id) where status in ('open', 'pending');
create index tickets_list on tickets (workspace_id, created_at desc, id desc);
create index tickets_of_lead on tickets (lead_id, id desc);

alter table conversations
    add column intent text,
    add column intent_confidence double precision,
    -- The whole reading: reasons, mood, entities, suggestions (domain::intent::Analysis).
    add column analysis jsonb,
    -- 0 in despair or furious, 50 neither way, 100 delighted.
    add column sentiment smallint,
    add column sentiment_trend text,
    add column priority text not null default 'normal',
    add column escalated_at timestamptz,
    add column escalation_reason text,
    add column escalation_evidence text not null default '',
    add constraint conversations_sentiment_range check (sentiment between 0 and 100),
    add constraint conversations_trend_known check (sentiment_trend in ('falling', 'steady', 'rising')),
    add constraint conversations_priority_known check (priority in ('normal', 'high', 'urgent')),
    add constraint conversations_escalation_reasoned check ((escalated_at is null) = (escalation_reason is null));
create index conversations_escalated on conversations (workspace_id, escalated_at) where escalated_at is not null;

do $$
begin
    execute 'create trigger audit after insert or update or delete on tickets for each row execute function audit_row()';
    execute 'alter table tickets enable row level security';
    execute 'create policy wall on tickets using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())';
    execute 'grant select, insert, update on tickets to outreach_app';
end $$;
