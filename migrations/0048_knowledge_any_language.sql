-- Knowledge is found in any language. The words of a passage were kept as English stems them, cut by a parser that takes `HX-2000/B`
-- for a path and a Japanese sentence for one word. Now a passage keeps three kinds of terms, told apart by their first letter:
--   w  a word as it is written, folded
--   f  its form without endings, as the dictionary of the passage's language has it
--   p  a part: the letters and the digits of a part number, the number as a whole without its signs, the last digits of a telephone
--      number, and the pairs of signs of a script that sets no blanks
drop function find_passages, count_words, word_query;

-- The dictionary for a passage, as Postgres calls it; `simple` where it has none for the language. What is there was stemmed as English.
alter table passages add column language text not null default 'english';
alter table documents add column languages text[] not null default '{english}';

-- The parts of one word: the pairs of signs of a script that sets no blanks, the sign where it is alone; else its letters and its
-- digits, when it has both.
create function parts_of(word text) returns setof text
language plpgsql immutable strict parallel safe as $$
begin
    if is_unspaced(word) then
        return query select substr(word, n, 2) from generate_series(1, greatest(char_length(word) - 1, 1)) n;
    elsif word ~ '[0-9]' and word ~ '[^0-9]' then
        return query select r.part[1] from regexp_matches(word, '[0-9]+|[^0-9]+', 'g') r (part);
    end if;
end
$$;

-- What holds together in spite of its signs: part numbers without them, telephone numbers by their last eight digits, which every way
-- of writing them shares.
create function codes_of(folded text) returns setof text
language sql immutable strict parallel safe as $$
    select left(regexp_replace(c.code[1], '[^[:alnum:]]', '', 'g'), 80)
    from regexp_matches(folded, '[[:alnum:]]+(?:[-./_:#][[:alnum:]]+)+', 'g') c (code)
    where c.code[1] ~ '[0-9]'
    union all
    select right(regexp_replace(t.number[1], '[^0-9]', '', 'g'), 8)
    from regexp_matches(folded, '([0-9](?:(?: ?[()] ?|[- .\/])?[0-9]){7,16})', 'g') t (number)
$$;

-- A word without its endings, as the dictionary of a language has it; empty for a filler, null where there is no dictionary for it.
-- Neither immutable nor strict, so that Postgres writes it into the statements that use it: it is asked for each word of a passage.
create function form_of(language text, word text) returns text[]
language sql stable parallel safe as $$
    select case
        when language <> 'simple' and word !~ '[0-9]' and not is_unspaced(word)
        then ts_lexize((language || '_stem')::regdictionary, word)
    end
$$;

-- Everything that a text can be found by.
create function terms_of(language text, written text) returns text[]
language sql immutable strict parallel safe set search_path = public, pg_catalog, pg_temp as $$
    with texts as materialized (select fold(written) as folded, normalize(written, NFKC) as said),
    words as materialized (select distinct left(w, 80) as word from texts, words_of(folded) w),
    forms as materialized (
        select fold(string_agg(distinct left(f, 80), ' ')) as folded
        from texts, words_of(said) w, unnest(form_of(language, w)) f
    )
    select coalesce(array_agg(distinct term), '{}') from (
        select 'w' || word from words where not is_unspaced(word)
        union all
        select 'f' || f from forms, regexp_split_to_table(forms.folded, ' ') f
        union all
        select 'p' || p from words, parts_of(word) p where word ~ '[0-9]' or is_unspaced(word)
        union all
        -- One sign of Chinese may be a word, and is then asked for alone.
        select 'p' || s from words, regexp_split_to_table(word, '') s where word ~ '^[\u3400-\u9fff]'
        union all
        select 'p' || c from texts, codes_of(folded) c
    ) found (term)
$$;

-- The terms as the index keeps them: one number for each, made of the agent and the term, so that a search reads nothing of other agents
-- and needs no extension of Postgres. Two terms in thousands of millions may share a number; such a passage is looked at in vain.
create function keys_of(agent uuid, terms text[]) returns bigint[]
language sql immutable strict parallel safe as $$
    select coalesce(array_agg(hashtextextended(t, uuid_hash_extended(agent, 0))), '{}') from unnest(terms) t
$$;

-- Both columns in one go, because each would write the table anew.
alter table passages
    drop column words,
    add column terms text[] not null generated always as (terms_of(language, heading || E'\n' || body)) stored,
    -- Which of them stand in the headings: what a passage is about.
    add column headed text[] not null generated always as (terms_of(language, heading)) stored;
create index passages_keys on passages using gin (keys_of(agent_id, terms));

-- What a query asks for: each of its words, in order, with the terms it can be found by in the languages of the documents. A word that
-- one of these languages takes for a filler asks for nothing.
create function query_terms(asked text, of_languages text[]) returns table (word text, terms text[])
language sql stable strict set search_path = public, pg_temp as $$
    with words as materialized (
        select fold(w.said) as word, w.said, min(w.at)::float8 as at
        from words_of(normalize(asked, NFKC)) with ordinality w (said, at)
        where not exists (select 1 from unnest(of_languages) l where form_of(l, w.said) = '{}')
        group by w.said
    ),
    found (word, at, term) as (
        select word, at, 'w' || left(word, 80) from words where not is_unspaced(word)
        union all
        select word, at, 'f' || left(fold(f), 80) from words, unnest(of_languages) l, unnest(form_of(l, said)) f
        union all
        select word, at, 'p' || left(word, 80) from words where word ~ '[0-9]'
        union all
        -- A sentence without blanks is many words: each pair of signs is one.
        select p, at + n / 1000.0, 'p' || p from words, parts_of(word) with ordinality u (p, n) where is_unspaced(word)
        union all
        -- A part number as a whole, however its signs are set, tells more than any word.
        select c, 0, kind || c from codes_of(fold(asked)) c, unnest('{w,p}'::text[]) kind
    )
    select found.word, array_agg(distinct found.term) from found group by found.word order by min(found.at)
$$;

-- Under row-level security Postgres may use an index only for leak-proof operators, and `@>` is none: a search would read every passage
-- of the agent. These doors name the workspace themselves, so that the index is used and the wall still holds. Each reads at most so
-- many passages for a term, whatever there is.

-- In how many of an agent's passages each term stands; from the bound on a term is common, and no more need be known.
create function count_terms(of_agent uuid, of_terms text[], at_most int) returns table (term text, passages bigint)
language sql stable security definer set search_path = public, pg_temp set enable_seqscan = off as $$
    select t, (
        select count(*) from (
            select 1 from passages p
            where p.workspace_id = app_workspace() and keys_of(p.agent_id, p.terms) @> keys_of(of_agent, array[t])
            limit at_most
        ) few
    )
    from unnest(of_terms) t
$$;

-- The passages of an agent that hold the weightiest of the terms to follow, or all of `together`: which of all the terms they hold, and
-- which of those stand in their headings.
create function find_passages(
    of_agent uuid, of_categories text[], follow text[], weights real[], together text[], of_terms text[], at_most int, how_many int
)
returns table (id uuid, matched text[], headed text[])
language sql stable security definer set search_path = public, pg_temp set enable_seqscan = off as $$
    with documents_of as materialized (
        select array_agg(d.id) as ids from documents d
        where d.workspace_id = app_workspace() and d.agent_id = of_agent and d.category = any (of_categories)
    ),
    best as materialized (
        select held.id
        from (
            select array[f.term] as terms, f.weight from unnest(follow, weights) f (term, weight)
            union all
            select together, 1000 where cardinality(together) > 0
        ) t
        cross join lateral (
            select p.id
            from passages p
            where p.workspace_id = app_workspace()
              and keys_of(p.agent_id, p.terms) @> keys_of(of_agent, t.terms)
              and (cardinality(of_categories) = 0 or p.document_id = any ((select ids from documents_of)::uuid[]))
            limit at_most
        ) held
        group by held.id
        order by sum(t.weight) desc, held.id
        limit how_many
    )
    select p.id,
           array(select unnest(p.terms) intersect select unnest(of_terms)),
           array(select unnest(p.headed) intersect select unnest(of_terms))
    from best
    join passages p on p.id = best.id
$$;

revoke execute on function find_passages, count_terms from public;
grant execute on function find_passages, count_terms to outreach_app;
