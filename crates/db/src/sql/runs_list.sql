select r.id as "id: RunId", r.lead_id as "lead_id: LeadId", coalesce(nullif(l.name, ''), p.value, 'Unknown') as "lead_name!",
       r.status as "status: RunStatus", r.node, r.wake_at, r.outcome, r.updated_at
from runs r
join leads l on l.id = r.lead_id
left join lead_identifiers p on p.lead_id = l.id and p.kind = 'phone'
where r.campaign_id = $1 and ($2::text is null or r.status = $2) and ($3::text is null or l.folded like (select fold($3)))
  and ($6::text is null or case $6
      when 'running' then r.status not in ('done', 'stopped') and ($7::text is null or r.node = $7)
      when 'entered' then exists (select 1 from run_visits v where v.run_id = r.id and ($7::text is null or v.node = $7))
      when 'replied' then r.state ->> 'reply' is not null
      else exists (
          select 1 from messages m
          where m.campaign_id = r.campaign_id and m.run_id = r.id and m.node is not null and ($7::text is null or m.node = $7)
            and case $6
                when 'sent' then m.status in ('accepted', 'sent', 'delivered', 'read')
                when 'not_sent' then m.status in ('blocked', 'failed')
                when 'in_doubt' then m.status = 'in_doubt'
                else false
            end
      )
  end)
order by r.id desc limit $4 offset $5
