-- A campaign keeps the last advice that was given on it, and asking for some is a purpose of its own among the calls to models.

-- The whole of it (domain::campaign::advice::Advised), without anybody's name.
alter table campaigns add column advice jsonb;

alter table llm_requests drop constraint llm_requests_purpose_known;
alter table llm_requests add constraint llm_requests_purpose_known check (
    purpose in (
        'test', 'reply', 'gateway', 'analysis', 'judge', 'embedding', 'suite', 'replay', 'speech', 'mcp', 'content', 'advice'
    )
);
