-- The audit log had holes: who signed in and out, which number or address of a person was changed, who took a conversation, what was
-- published. Rows of `users` stand in no workspace, so theirs is the one of the transaction, if there is one.

alter table audit_log alter column workspace_id drop not null;

create or replace function audit_row() returns trigger language plpgsql as $$
declare
    old_row jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
    new_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
    any_row jsonb := coalesce(case when tg_op <> 'DELETE' then to_jsonb(new) end, case when tg_op <> 'INSERT' then to_jsonb(old) end);
    names text[] := '{}';
begin
    if tg_op = 'UPDATE' then
        select coalesce(array_agg(n.key order by n.key), '{}') into names
        from jsonb_each(new_row) n
        where n.key <> 'updated_at' and n.value is distinct from old_row -> n.key;
        if names = '{}' then return null; end if;
    end if;
    insert into audit_log (workspace_id, table_name, row_id, action, changed, actor_id)
    values (
        case when tg_table_name = 'workspaces' then (any_row ->> 'id')::uuid
             else coalesce((any_row ->> 'workspace_id')::uuid, app_workspace()) end,
        tg_table_name, (any_row ->> 'id')::uuid, lower(tg_op), names,
        -- A session is opened and closed by the one it belongs to, unless somebody else is named.
        coalesce(app_user(), case when tg_table_name = 'sessions' then (any_row ->> 'user_id')::uuid end)
    );
    return null;
end $$;
-- It writes where the one who makes the change may not look: a sign-out names no workspace.
alter function audit_row() security definer set search_path = public, pg_temp;

do $$
declare t text;
begin
    foreach t in array array['users', 'workspaces', 'lead_identifiers', 'consents', 'agent_publications'] loop
        execute format('create trigger audit after insert or update or delete on %I for each row execute function audit_row()', t);
    end loop;
end $$;
create trigger audit after insert on sessions for each row execute function audit_row();
-- One that ran out is swept away later by anybody; that is no sign-out.
create trigger audit_end after delete on sessions for each row when (old.expires_at > now()) execute function audit_row();
-- Who holds it and which agent answers; that a message came in is no change of this kind.
create trigger audit after insert or delete or update of owner, owner_user_id, agent_id, status on conversations
    for each row execute function audit_row();

-- When it was last used: one that nobody uses ends before its time.
alter table sessions add column used_at timestamptz;

-- Networks from which somebody signed in rightly lately. Guesses at other accounts from there keep nobody out who is known there.
create table known_places (
    -- Hash of address and network, as in `login_attempts`.
    key bytea primary key,
    last_at timestamptz not null
);
create index known_places_age on known_places (last_at);
grant select, insert, update, delete on known_places to outreach_app;
