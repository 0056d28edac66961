-- A person can be erased on request, and what was said does not stay for ever. The product's role may delete none of it, so both go
-- through a narrow door that names the workspace itself and gives a receipt: how many rows of which table went or were blanked.

alter table leads add column erased_at timestamptz;
comment on column leads.erased_at is 'When everything about this person was erased; what is left of the row are its ids.';

-- The people of these leads: all that was kept about them in the transaction's workspace. `of_values` are numbers and addresses by which
-- raw posts are found, too. What stays is a suppressed number, so that an opt-out outlives it, and rows of figures without anybody in them.
create function erase_people(of_leads uuid[], of_values text[], happened timestamptz)
returns table (what text, removed bigint, blanked bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    here uuid := app_workspace();
    people uuid[];
    talks uuid[];
    said uuid[];
    walks uuid[];
    subjects text[];
    words text[];
    names text[];
    deleted bigint;
    cleared bigint;
begin
    perform 1 from leads l where l.workspace_id = here and l.id = any (of_leads) for update;
    people := array(select l.id from leads l where l.workspace_id = here and l.id = any (of_leads));
    perform 1 from conversations c where c.workspace_id = here and c.lead_id = any (people) for update;
    talks := array(select c.id from conversations c where c.workspace_id = here and c.lead_id = any (people));
    said := array(select m.id from messages m where m.workspace_id = here and m.lead_id = any (people));
    walks := array(select r.id from runs r where r.workspace_id = here and r.lead_id = any (people));
    -- Ids as events, jobs and logs name them.
    subjects := array(
        select 'led_' || replace(i::text, '-', '') from unnest(people) i
        union all select 'cnv_' || replace(i::text, '-', '') from unnest(talks) i
        union all select 'msg_' || replace(i::text, '-', '') from unnest(said) i
        union all select 'run_' || replace(i::text, '-', '') from unnest(walks) i
        union all select 'tkt_' || replace(t.id::text, '-', '') from tickets t where t.workspace_id = here and t.lead_id = any (people)
    );
    -- Numbers without their plus, addresses in small letters, as they may stand in a raw post.
    words := array(
        select distinct lower(ltrim(w.value, '+'))
        from (
            select unnest(of_values) as value
            union all select i.value from lead_identifiers i where i.workspace_id = here and i.lead_id = any (people)
            union all select case m.direction when 'inbound' then m.from_number else m.to_number end
                from messages m where m.id = any (said)
        ) w
        where length(ltrim(w.value, '+')) > 5
    );
    names := array(select lower(l.name) from leads l where l.id = any (people) and length(l.name) > 2);

    if exists (
        select 1 from jobs j
        where j.workspace_id = here and j.claimed_until > now()
          and (j.job ->> 'run_id' = any (subjects) or j.job ->> 'message_id' = any (subjects) or j.job ->> 'conversation_id' = any (subjects))
    ) or exists (select 1 from imports i where i.workspace_id = here and i.status in ('queued', 'running')) then
        raise exception 'work about this person is under way' using errcode = 'object_in_use', constraint = 'person_at_work';
    end if;

    delete from jobs j
    where j.workspace_id = here
      and (j.job ->> 'run_id' = any (subjects) or j.job ->> 'message_id' = any (subjects) or j.job ->> 'conversation_id' = any (subjects));
    get diagnostics deleted = row_count;
    return query select 'jobs', deleted, 0::bigint;

    delete from lead_identifiers i where i.workspace_id = here and i.lead_id = any (people);
    get diagnostics deleted = row_count;
    return query select 'lead_identifiers', deleted, 0::bigint;

    delete from action_results a where a.workspace_id = here and a.conversation_id = any (talks);
    get diagnostics deleted = row_count;
    return query select 'action_results', deleted, 0::bigint;

    -- What was not sent yet is never sent; the figures of what was stay.
    update messages m
    set body = '', variables = '[]', media = '[]', verdict = null, error = null, provider_message_id = null,
        from_number = null, to_number = null, turn_id = null, run_id = null,
        status = case when m.status in ('queued', 'held') then 'blocked' when m.status = 'sending' then 'in_doubt' else m.status end,
        updated_at = happened
    where m.id = any (said);
    get diagnostics cleared = row_count;
    return query select 'messages', 0::bigint, cleared;

    delete from turns t
    where t.workspace_id = here
      and (t.conversation_id = any (talks)
           or exists (select 1 from unnest(words) w where position(w in lower(t.record::text)) > 0));
    get diagnostics deleted = row_count;
    return query select 'turns', deleted, 0::bigint;

    delete from run_visits v where v.workspace_id = here and v.run_id = any (walks);
    get diagnostics deleted = row_count;
    return query select 'run_visits', deleted, 0::bigint;
    delete from runs r where r.id = any (walks);
    get diagnostics deleted = row_count;
    return query select 'runs', deleted, 0::bigint;

    update conversations c
    set last_body = '', analysis = null, intent = null, intent_confidence = null, sentiment = null, sentiment_trend = null,
        escalated_at = null, escalation_reason = null, escalation_evidence = '', unread = 0, status = 'closed',
        owner = 'ai', owner_user_id = null, owner_epoch = c.owner_epoch + 1, updated_at = happened
    where c.id = any (talks);
    get diagnostics cleared = row_count;
    return query select 'conversations', 0::bigint, cleared;

    update tickets t
    set subject = 'Erased', updated_at = happened
    where t.workspace_id = here and t.lead_id = any (people);
    get diagnostics cleared = row_count;
    return query select 'tickets', 0::bigint, cleared;

    update llm_requests r set error = null
    where r.workspace_id = here and r.conversation_id = any (talks) and r.error is not null;
    get diagnostics cleared = row_count;
    return query select 'llm_requests', 0::bigint, cleared;

    update events e set title = ''
    where e.workspace_id = here and e.subject = any (subjects) and e.title <> '';
    get diagnostics cleared = row_count;
    return query select 'events', 0::bigint, cleared;

    update webhook_logs l set body = null, error = null
    where l.workspace_id = here and (l.body is not null or l.error is not null)
      and (l.subject = any (subjects)
           or exists (select 1 from unnest(words) w where position(w in lower(coalesce(l.body::text, '') || coalesce(l.error, ''))) > 0));
    get diagnostics cleared = row_count;
    return query select 'webhook_logs', 0::bigint, cleared;

    -- What a report says of a row may quote it.
    update imports i set problems = '[]', content = ''
    where i.workspace_id = here and i.problems <> '[]'
      and exists (select 1 from unnest(words || names) w where position(w in lower(i.problems::text)) > 0);
    get diagnostics cleared = row_count;
    return query select 'imports', 0::bigint, cleared;

    update consents c set source = '' where c.workspace_id = here and c.lead_id = any (people) and c.source <> '';
    get diagnostics cleared = row_count;
    return query select 'consents', 0::bigint, cleared;

    update leads l
    set name = '', company = '', title = '', industry = '', location = '', source = '', notes = '', consent = false, consent_at = null,
        consent_source = '', assigned_agent = null, deleted_at = coalesce(l.deleted_at, happened), erased_at = happened, updated_at = happened
    where l.id = any (people);
    get diagnostics cleared = row_count;
    return query select 'leads', 0::bigint, cleared;

    insert into audit_log (workspace_id, table_name, row_id, action, actor_id)
    select here, 'leads', i, 'erase', app_user() from unnest(people) i;
end $$;

-- The leads behind a number or an address, also those that were deleted: their messages name the number.
create function people_of(of_value text) returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
    select i.lead_id from lead_identifiers i where i.workspace_id = app_workspace() and i.value = of_value
    union
    select m.lead_id from messages m
    where m.workspace_id = app_workspace()
      and (case m.direction when 'inbound' then m.from_number else m.to_number end) = of_value
$$;

-- What was said before a moment, and everything that repeats it. People, their consent and the figures stay.
create function forget_before(before timestamptz)
returns table (what text, removed bigint, blanked bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    here uuid := app_workspace();
    deleted bigint;
    cleared bigint;
begin
    update messages m set turn_id = null
    from turns t where t.id = m.turn_id and t.workspace_id = here and t.created_at < before;
    update messages m
    set body = '', variables = '[]', media = '[]', error = null, from_number = null, to_number = null
    where m.workspace_id = here and m.created_at < before and m.status not in ('queued', 'held', 'sending')
      and (m.body <> '' or m.variables <> '[]' or m.media <> '[]' or m.error is not null or m.from_number is not null or m.to_number is not null);
    get diagnostics cleared = row_count;
    return query select 'messages', 0::bigint, cleared;

    delete from turns t where t.workspace_id = here and t.created_at < before;
    get diagnostics deleted = row_count;
    return query select 'turns', deleted, 0::bigint;

    delete from action_results a where a.workspace_id = here and a.created_at < before;
    get diagnostics deleted = row_count;
    return query select 'action_results', deleted, 0::bigint;

    update conversations c set last_body = '', analysis = null, escalation_evidence = ''
    where c.workspace_id = here and c.last_message_at < before
      and (c.last_body <> '' or c.analysis is not null or c.escalation_evidence <> '');
    get diagnostics cleared = row_count;
    return query select 'conversations', 0::bigint, cleared;

    update runs r set state = r.state || '{"reply": null}'
    where r.workspace_id = here and r.status in ('done', 'stopped') and r.updated_at < before and r.state -> 'reply' <> 'null';
    get diagnostics cleared = row_count;
    return query select 'runs', 0::bigint, cleared;

    update tickets t set subject = 'Forgotten'
    where t.workspace_id = here and t.status in ('resolved', 'closed') and t.resolved_at < before and t.subject <> 'Forgotten';
    get diagnostics cleared = row_count;
    return query select 'tickets', 0::bigint, cleared;

    update events e set title = ''
    where e.workspace_id = here and e.created_at < before and e.title <> ''
      and split_part(e.kind, '.', 1) in ('lead', 'message', 'conversation', 'reply');
    get diagnostics cleared = row_count;
    return query select 'events', 0::bigint, cleared;

    update llm_requests r set error = null where r.workspace_id = here and r.created_at < before and r.error is not null;
    get diagnostics cleared = row_count;
    return query select 'llm_requests', 0::bigint, cleared;

    update webhook_logs l set body = null, error = null
    where l.workspace_id = here and l.created_at < before and (l.body is not null or l.error is not null);
    get diagnostics cleared = row_count;
    return query select 'webhook_logs', 0::bigint, cleared;
end $$;

-- Every workspace, for commands of the one who runs the server.
create function workspace_ids() returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
    select id from workspaces order by id
$$;

revoke execute on function erase_people, people_of, forget_before, workspace_ids from public;
grant execute on function erase_people, people_of, forget_before, workspace_ids to outreach_app;
