select c.id as "id: CampaignId", c.name, c.status as "status: CampaignStatus", c.agent_id as "agent_id: AgentId",
       c.flow_id as "flow_id: FlowId", c.flow_version_id as "flow_version_id: FlowVersionId", c.created_at, c.updated_at, c.started_at,
       r.enrolled as "enrolled!", r.running as "running!", r.done as "done!", r.stopped as "stopped!", r.replied as "replied!",
       m.sent as "sent!", m.not_sent as "not_sent!", m.in_doubt as "in_doubt!"
from campaigns c
cross join lateral (
    select count(*) as enrolled,
           count(*) filter (where status not in ('done', 'stopped')) as running,
           count(*) filter (where status = 'done') as done,
           count(*) filter (where status = 'stopped') as stopped,
           count(*) filter (where state ->> 'reply' is not null) as replied
    from runs where campaign_id = c.id
) r
cross join lateral (
    select count(*) filter (where status in ('accepted', 'sent', 'delivered', 'read')) as sent,
           count(*) filter (where status in ('blocked', 'failed')) as not_sent,
           count(*) filter (where status = 'in_doubt') as in_doubt
    from messages where campaign_id = c.id and node is not null
) m
where c.deleted_at is null
  and ($1::text is null or fold(c.name) like (select fold($1)))
  and ($2::text is null or c.status = $2)
order by c.id desc
limit $3 offset $4
