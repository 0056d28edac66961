-- A message to a person is made from what is known of them: what they do, and in which trade. Writing one asks a model, for a purpose
-- of its own.

alter table leads add column title text not null default '';
alter table leads add column industry text not null default '';

alter table llm_requests drop constraint llm_requests_purpose_known;
alter table llm_requests add constraint llm_requests_purpose_known check (
    purpose in (
        'test', 'reply', 'gateway', 'analysis', 'judge', 'embedding', 'suite', 'replay', 'speech', 'mcp', 'content'
    )
);
