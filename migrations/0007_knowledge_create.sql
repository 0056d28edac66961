-- What agents know: documents (uploads and pages), their bytes until they are read anew, and the passages that searches find.
-- Knowledge belongs to one agent: what one agent may say must not depend on what another was given.

create table documents (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    agent_id uuid not null references agents (id),
    kind text not null,
    title text not null,
    url text,
    category text not null,
    state text not null,
    reason text,
    notes text[] not null default '{}',
    bytes bigint not null,
    checksum bytea,
    progress smallint not null default 0,
    passages int not null default 0,
    created_by uuid references users (id),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    synced_at timestamptz,
    constraint documents_kind_known check (kind in ('file', 'url')),
    constraint documents_state_known check (state in ('queued', 'parsing', 'ready', 'failed')),
    constraint documents_url_given check ((kind = 'url') = (url is not null)),
    constraint documents_progress_percent check (progress between 0 and 100),
    constraint documents_category_filled check (btrim(category) <> '')
);
create index documents_list on documents (agent_id, id desc);
-- The same file or page twice would only fill a search's five places with the same words.
create unique index documents_file_once on documents (agent_id, checksum) where kind = 'file';
create unique index documents_url_once on documents (agent_id, url) where kind = 'url';

-- Apart from `documents`, so that lists never touch the bytes.
create table document_files (
    document_id uuid primary key references documents (id) on delete cascade,
    workspace_id uuid not null references workspaces (id),
    content bytea not null,
    created_at timestamptz not null
);

-- Stemming is English; words of other languages are stemmed the same way on both sides, so they still meet.
create table passages (
    id uuid primary key,
    workspace_id uuid not null references workspaces (id),
    agent_id uuid not null references agents (id),
    document_id uuid not null references documents (id) on delete cascade,
    position int not null,
    heading text not null,
    body text not null,
    words tsvector not null generated always as (
        setweight(to_tsvector('english', heading), 'A') || setweight(to_tsvector('english', body), 'B')
    ) stored,
    -- The vector and the model that made it, when an embeddings model is configured. Vectors of another model are not compared.
    embedding real[],
    embedding_model text,
    created_at timestamptz not null,
    constraint passages_embedding_named check ((embedding is null) = (embedding_model is null)),
    constraint passages_once unique (document_id, position)
);
create index passages_agent on passages (agent_id);
create index passages_words on passages using gin (words);

do $$
declare t text;
begin
    execute 'create trigger audit after insert or delete on documents for each row execute function audit_row()';
    foreach t in array array['documents', 'document_files', 'passages'] loop
        execute format('alter table %I enable row level security', t);
        execute format(
            'create policy wall on %I using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())', t
        );
        execute format('grant select, insert, delete on %I to outreach_app', t);
    end loop;
    execute 'grant update on documents to outreach_app';
    execute 'grant update (embedding, embedding_model) on passages to outreach_app';
end $$;

-- One word as a text search query, whatever stands in it.
create function word_query(word text) returns tsquery
language sql immutable strict as $$
    select ('''' || replace(replace(word, '\', '\\'), '''', '''''') || '''')::tsquery
$$;

-- Under row-level security Postgres may use an index only for leak-proof operators, and `@@` is none: a search would read every
-- passage of the agent. These two doors name the workspace themselves, so that the index is used and the wall still holds.

-- The passages of an agent that hold any of the words, the likeliest first: which words, and how close they stand together.
create function find_passages(of_agent uuid, of_categories text[], of_words text[], how_many int)
returns table (id uuid, matched text[], closeness real)
language sql stable security definer set search_path = public, pg_temp as $$
    with asked as materialized (
        select string_agg(word_query(w)::text, ' | ')::tsquery as q from unnest(of_words) w
    )
    select p.id,
           array(select w.lexeme from unnest(p.words) w where w.lexeme = any (of_words)),
           ts_rank_cd(p.words, asked.q, 32)
    from asked, passages p
    join documents d on d.id = p.document_id
    where p.workspace_id = app_workspace()
      and p.agent_id = of_agent
      and p.words @@ asked.q
      and (cardinality(of_categories) = 0 or d.category = any (of_categories))
    order by ts_rank(p.words, asked.q) desc, p.id
    limit how_many
$$;

-- In how many of an agent's passages each word stands.
create function count_words(of_agent uuid, of_words text[]) returns table (word text, passages bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select w, (
        select count(*) from passages p
        where p.workspace_id = app_workspace() and p.agent_id = of_agent and p.words @@ word_query(w)
    )
    from unnest(of_words) w
$$;

revoke execute on function find_passages, count_words from public;
grant execute on function find_passages, count_words to outreach_app;
