select count(*) as "total!"
from conversations c
join leads l on l.id = c.lead_id
left join lead_identifiers p on p.lead_id = l.id and p.kind = 'phone'
where l.deleted_at is null
  and ($1::text is null or c.channel = $1)
  and ($2::text is null or c.status = $2)
  and ($3::text is null or (c.owner = $3 and ($3 <> 'ai' or c.escalated_at is null)) or ($3 = 'mine' and c.owner_user_id = $4::uuid)
       or ($3 = 'escalated' and c.owner = 'ai' and c.escalated_at is not null))
  and ($7::text is null or c.intent = $7)
  and ($5::text is null or l.folded like (select fold($5)) or ($6::text is not null and p.value like $6)
       or exists (select 1 from lead_identifiers i where i.lead_id = l.id and i.kind = 'email' and i.value ilike $5)
       or c.id = any ($8::uuid[]))
