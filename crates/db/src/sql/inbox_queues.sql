select c.channel as "channel: Channel", c.owner as "owner: Owner", coalesce(c.owner_user_id = $1, false) as "mine!",
       count(*) as "conversations!", count(*) filter (where c.unread > 0) as "unread!",
       count(*) filter (where c.owner = 'ai' and c.escalated_at is not null) as "escalated!"
from conversations c
join leads l on l.id = c.lead_id
left join lead_identifiers p on p.lead_id = l.id and p.kind = 'phone'
where l.deleted_at is null
  and ($2::text is null or c.status = $2)
  and ($5::text is null or c.intent = $5)
  and ($3::text is null or l.folded like (select fold($3)) or ($4::text is not null and p.value like $4)
       or exists (select 1 from lead_identifiers i where i.lead_id = l.id and i.kind = 'email' and i.value ilike $3)
       or c.id = any ($6::uuid[]))
group by 1, 2, 3
