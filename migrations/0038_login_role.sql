-- The product's connections used to log in as the owner and step down: `set role none` led back up. Each installation has a login of its own
-- now, which has the rights of `outreach_app` and nothing to go back to. Called by the owner, at start, when that login does not fit.

create function make_login(login text, secret text) returns void
language plpgsql set search_path = public, pg_temp as $$
begin
    begin
        execute format('create role %I nosuperuser nobypassrls nocreatedb nocreaterole', login);
    exception when duplicate_object or unique_violation then null;
    end;
    execute format('alter role %I login password %L', login, secret);
    execute format('grant outreach_app to %I', login);
    execute format('grant connect on database %I to %I', current_database(), login);
end $$;
revoke execute on function make_login from public;
