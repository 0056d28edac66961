-- The ground everything stands on: the role that the product acts as, the settings that carry the workspace and the person through a
-- transaction, and the tables that belong to no single workspace.

do $$
begin
    create role outreach_app nologin nosuperuser nobypassrls nocreatedb nocreaterole;
exception when duplicate_object or unique_violation then null;
end $$;

do $$
begin
    if not pg_has_role(current_user, 'outreach_app', 'member') then
        execute format('grant outreach_app to %I', current_user);
    end if;
end $$;

grant usage on schema public to outreach_app;

-- Only db::Tx sets these two. Unset means nobody, which sees nothing.
create function app_workspace() returns uuid language sql stable
    as $$ select nullif(current_setting('app.workspace', true), '')::uuid $$;
create function app_user() returns uuid language sql stable
    as $$ select nullif(current_setting('app.user', true), '')::uuid $$;

create table users (
    id uuid primary key,
    email text not null,
    name text not null default '',
    password_hash text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    constraint users_email_lower check (email = lower(email))
);
create unique index users_email_unique on users (email) where deleted_at is null;

create table sessions (
    id uuid primary key,
    user_id uuid not null references users (id),
    workspace_id uuid not null,
    token_hash bytea not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint sessions_token_unique unique (token_hash)
);
create index sessions_expiry on sessions (expires_at);

-- Wrong passwords per address, so that guessing slows down. The key is a hash: it also counts addresses that have no account.
create table login_attempts (
    key bytea primary key,
    failures int not null,
    last_at timestamptz not null
);

create table workspaces (
    id uuid primary key,
    name text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);

create table memberships (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    user_id uuid not null references users (id),
    role text not null,
    created_at timestamptz not null,
    constraint memberships_role_known check (role in ('owner', 'admin', 'member', 'viewer')),
    constraint memberships_once unique (workspace_id, user_id)
);
create index memberships_user on memberships (user_id);

alter table workspaces enable row level security;
alter table memberships enable row level security;
create policy wall on memberships using (workspace_id = app_workspace() or user_id = app_user())
    with check (workspace_id = app_workspace());
create policy wall on workspaces using (
    id = app_workspace() or id in (select m.workspace_id from memberships m where m.user_id = app_user())
) with check (id = app_workspace());

grant select, insert, update, delete on users, sessions, login_attempts to outreach_app;
grant select, insert, update on workspaces to outreach_app;
grant select, insert, update, delete on memberships to outreach_app;
