with calls as (
    select agent_id,
           count(*) as requests,
           round(avg(latency_ms) filter (where answered))::bigint as average_ms,
           round(percentile_cont(0.5) within group (order by latency_ms) filter (where answered))::bigint as p50_ms,
           round(percentile_cont(0.95) within group (order by latency_ms) filter (where answered))::bigint as p95_ms,
           sum(cost_micros)::bigint as cost_micros,
           sum(cost_micros) filter (where conversation_id is not null)::bigint as talk_micros,
           count(distinct conversation_id) as talks,
           count(distinct (coalesce(conversation_id, agent_id), date_trunc('minute', created_at))) filter (where answered) as minutes
    from (
        select agent_id, conversation_id, latency_ms, cost_micros, created_at,
               outcome = 'ok' and purpose in ('reply', 'test', 'suite') as answered
        from llm_requests
        where created_at > $3 and agent_id is not null
    ) r
    group by agent_id
), days as (
    select agent_id, array_agg(ms order by day) as latency_days
    from (
        select agent_id, date_trunc('day', created_at) as day, round(avg(latency_ms))::bigint as ms
        from llm_requests
        where created_at > $3 and agent_id is not null and outcome = 'ok' and purpose in ('reply', 'test', 'suite')
        group by 1, 2
    ) d
    group by agent_id
), talk as (
    select agent_id, count(*) as conversations, count(escalated_at) as escalated, array_agg(distinct channel) as channels
    from conversations
    where last_message_at > $3 and agent_id is not null
    group by agent_id
), written as (
    select agent_id, count(*) as messages
    from messages
    where created_at > $3 and agent_id is not null
    group by agent_id
), tests as (
    select agent_id, count(*) as total, case when count(last_passed) > 0 then count(*) filter (where last_passed) end as passed
    from agent_tests
    where deleted_at is null
    group by agent_id
), ran as (
    select agent_id, max(coalesce(finished_at, created_at)) as at
    from suite_runs
    group by agent_id
), used as (
    select agent_id, count(*) as campaigns
    from (
        select c.id, c.agent_id
        from campaigns c
        where c.deleted_at is null and c.status <> 'completed' and c.agent_id is not null
        union
        select c.id, a.id
        from campaigns c
        join flows f on f.id = c.flow_id
        left join flow_versions v on v.id = c.flow_version_id
        cross join lateral jsonb_path_query(coalesce(v.graph, f.graph), '$.nodes[*].agent_id') named
        join agents a on named #>> '{}' = 'agt_' || replace(a.id::text, '-', '')
        where c.deleted_at is null and c.status <> 'completed'
    ) u
    group by agent_id
)
select a.id as "id: AgentId", a.version, a.status as "status: AgentStatus", a.created_at, a.updated_at,
       v.id as "version_id: AgentVersionId", v.draft as "draft: Json<AgentDraft>",
       p.version as "published_version?", p.draft as "published_draft?: Json<AgentDraft>",
       coalesce(calls.requests, 0) as "requests!", calls.average_ms, calls.p50_ms, calls.p95_ms,
       coalesce(days.latency_days, '{}') as "latency_days!",
       coalesce(calls.cost_micros, 0) as "cost_micros!",
       case when calls.talks > 0 then (coalesce(calls.talk_micros, 0) + calls.talks / 2) / calls.talks end as talk_micros,
       case when calls.minutes > 0 then (calls.cost_micros + calls.minutes / 2) / calls.minutes end as minute_micros,
       coalesce(written.messages, 0) as "messages!",
       coalesce(talk.conversations, 0) as "conversations!", coalesce(talk.escalated, 0) as "escalated!",
       coalesce(talk.channels, '{}') as "channels!",
       tests.passed as tests_passed, coalesce(tests.total, 0) as "tests_total!", ran.at as tests_run_at,
       coalesce(used.campaigns, 0) as "campaigns!"
from agents a
join agent_versions v on v.agent_id = a.id and v.version = a.version
left join agent_versions p on p.id = a.published_version_id
left join calls on calls.agent_id = a.id
left join days on days.agent_id = a.id
left join talk on talk.agent_id = a.id
left join written on written.agent_id = a.id
left join tests on tests.agent_id = a.id
left join ran on ran.agent_id = a.id
left join used on used.agent_id = a.id
where a.deleted_at is null
  and ($1::text is null or fold(a.name) like (select fold($1)))
  and ($2::text is null or a.status = $2)
order by a.updated_at desc, a.id desc
limit 2000
