-- What arrives at another number of a Messaging Service's pool belongs to whoever wrote to that person over it: the workspaces that know
-- the person, the one first that talked with them last. Each workspace is asked by its own index.
create function workspaces_of_person(of_channel text, of_number text) returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
    select w.id
    from workspaces w
    join lead_identifiers i on i.workspace_id = w.id and i.kind = 'phone' and i.value = of_number
    join conversations c on c.workspace_id = w.id and c.lead_id = i.lead_id and c.channel = of_channel
    order by c.last_message_at desc nulls last
$$;
revoke execute on function workspaces_of_person from public;
grant execute on function workspaces_of_person to outreach_app;
