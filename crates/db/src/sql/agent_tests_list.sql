-- The tests of an agent, each with its newest result and with the last few, which say how far it can be trusted.
select t.id as "id: TestId",
       t.revision,
       t.draft as "draft: Json<TestDraft>",
       t.updated_at,
       last.run_id as "run_id?: SuiteRunId",
       last.version as "version?",
       last.passed as "passed?",
       last.revision as "result_revision?",
       last.cost_micros as "cost_micros?",
       last.latency_ms as "latency_ms?",
       last.created_at as "at?",
       coalesce(past.versions, '{}') as "past_versions!",
       coalesce(past.revisions, '{}') as "past_revisions!",
       coalesce(past.passed, '{}') as "past_passed!"
from agent_tests t
left join lateral (
    select r.run_id, v.version, r.passed, r.revision, r.cost_micros, r.latency_ms, r.created_at
    from suite_results r
    join agent_versions v on v.id = r.version_id
    where r.test_id = t.id
    order by r.id desc
    limit 1
) last on true
left join lateral (
    select array_agg(r.version_id order by r.id desc) as versions,
           array_agg(r.revision order by r.id desc) as revisions,
           array_agg(r.passed order by r.id desc) as passed
    from (select id, version_id, revision, passed from suite_results where test_id = t.id order by id desc limit $2) r
) past on true
where t.agent_id = $1 and t.deleted_at is null
order by t.created_at, t.id
