select count(*) as "n!" from runs r join leads l on l.id = r.lead_id
where r.campaign_id = $1 and ($2::text is null or r.status = $2) and ($3::text is null or l.folded like (select fold($3)))
  and ($4::text is null or case $4
      when 'running' then r.status not in ('done', 'stopped') and ($5::text is null or r.node = $5)
      when 'entered' then exists (select 1 from run_visits v where v.run_id = r.id and ($5::text is null or v.node = $5))
      when 'replied' then r.state ->> 'reply' is not null
      else exists (
          select 1 from messages m
          where m.campaign_id = r.campaign_id and m.run_id = r.id and m.node is not null and ($5::text is null or m.node = $5)
            and case $4
                when 'sent' then m.status in ('accepted', 'sent', 'delivered', 'read')
                when 'not_sent' then m.status in ('blocked', 'failed')
                when 'in_doubt' then m.status = 'in_doubt'
                else false
            end
      )
  end)
