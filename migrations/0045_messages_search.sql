-- Conversations are searched by what was said in them. The words as they stand, because people write in any language.
create index messages_words on messages using gin (to_tsvector('simple', body));

-- The conversations of the workspace in which a message holds all the words asked for, the last of them perhaps only begun; of many
-- messages the newest count. A door of its own for the same reason as `find_passages`: `@@` is not leak-proof.
create function conversations_saying(asked text, how_many int) returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
    with words as materialized (
        select nullif(plainto_tsquery('simple', asked)::text, '') as q
    )
    select distinct said.conversation_id
    from (
        select m.conversation_id
        from words, messages m
        where m.workspace_id = app_workspace()
          and to_tsvector('simple', m.body) @@ (words.q || ':*')::tsquery
        order by m.id desc
        limit how_many
    ) said
$$;
revoke execute on function conversations_saying from public;
grant execute on function conversations_saying to outreach_app;
