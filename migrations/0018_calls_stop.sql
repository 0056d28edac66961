-- Who presses the key for it in a call is never called again, but may still be written to: a suppression can be about one channel.

alter table suppressions add column channel text;
alter table suppressions add constraint suppressions_channel_known check (channel in ('sms', 'whatsapp', 'voice'));
comment on column suppressions.channel is 'The channel that is meant; null: every channel.';

alter table suppressions drop constraint suppressions_once;
alter table suppressions add constraint suppressions_once unique nulls not distinct (workspace_id, value, channel);

-- A Messaging Service sends from any number of its pool, and answers arrive there: where there is one workspace only, they are its.
create function sole_workspace() returns uuid
language sql stable security definer set search_path = public, pg_temp as $$
    select case when count(*) = 1 then min(id::text)::uuid end from workspaces
$$;
revoke execute on function sole_workspace from public;
grant execute on function sole_workspace to outreach_app;
