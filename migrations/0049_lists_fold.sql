-- Lists are searched as people type: `jose` finds José, `MUELLER` finds Mueller, full-width letters find plain ones. What a lead is searched by
-- is kept beside it, because folding every row at every search would take a second for 100,000 leads.
alter table leads add column folded text not null generated always as (fold(name || E'\n' || company)) stored;

-- The audit log names what somebody changed; this column changes by itself.
create or replace function audit_row() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
    old_row jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
    new_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
    any_row jsonb := coalesce(case when tg_op <> 'DELETE' then to_jsonb(new) end, case when tg_op <> 'INSERT' then to_jsonb(old) end);
    names text[] := '{}';
begin
    if tg_op = 'UPDATE' then
        select coalesce(array_agg(n.key order by n.key), '{}') into names
        from jsonb_each(new_row) n
        where n.key not in ('updated_at', 'folded') and n.value is distinct from old_row -> n.key;
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
