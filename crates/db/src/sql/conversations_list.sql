select c.id as "id: ConversationId", c.lead_id as "lead_id: LeadId", coalesce(nullif(l.name, ''), p.value, 'Unknown') as "lead_name!",
       p.value as "lead_phone?", l.status as "lead_status: LeadStatus",
       c.channel as "channel: Channel", c.status as "status: ConversationStatus", c.owner as "owner: Owner",
       c.owner_user_id as "owner_user_id: UserId", coalesce(nullif(u.name, ''), u.email) as owner_name, c.owner_epoch,
       c.agent_id as "agent_id: AgentId", a.name as "agent_name?", c.campaign_id as "campaign_id: CampaignId",
       c.last_body, c.last_direction as "last_direction: Direction",
       (select m.status from messages m where m.conversation_id = c.id order by m.id desc limit 1) as "last_status?: Status",
       c.last_message_at, c.last_inbound_at, c.unread,
       c.intent as "intent: Intent", c.intent_confidence, c.sentiment, c.sentiment_trend as "sentiment_trend: Trend",
       c.priority as "priority: Priority", c.escalated_at, c.escalation_reason as "escalation_reason: Escalation",
       c.escalation_evidence, t.number as "ticket?", c.created_at
from conversations c
join leads l on l.id = c.lead_id
left join lead_identifiers p on p.lead_id = l.id and p.kind = 'phone'
left join users u on u.id = c.owner_user_id
left join agents a on a.id = c.agent_id
left join tickets t on t.conversation_id = c.id and t.status in ('open', 'pending')
where l.deleted_at is null
  and ($1::uuid is null or c.id = $1)
  and ($2::text is null or c.channel = $2)
  and ($3::text is null or c.status = $3)
  and ($4::text is null or (c.owner = $4 and ($4 <> 'ai' or c.escalated_at is null)) or ($4 = 'mine' and c.owner_user_id = $5::uuid)
       or ($4 = 'escalated' and c.owner = 'ai' and c.escalated_at is not null))
  and ($10::text is null or c.intent = $10)
  and ($6::text is null or l.folded like (select fold($6)) or ($7::text is not null and p.value like $7)
       or exists (select 1 from lead_identifiers i where i.lead_id = l.id and i.kind = 'email' and i.value ilike $6)
       or c.id = any ($11::uuid[]))
order by c.last_message_at desc, c.id desc
limit $8 offset $9
