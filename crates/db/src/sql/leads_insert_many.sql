-- Leads and how they are reached, many at once. Identifiers go first, in one order for everybody so that two batches cannot wait for
-- each other; a lead of which every identifier was taken already is not made. `whole` is false where only some were free.
with given as (
    select * from unnest(
        $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
        $12::bool[], $13::timestamptz[], $14::text[], $15::uuid[], $17::text[], $18::text[]
    ) as g (
        id, name, phone, email, company, location, source, notes, status, consent, consent_at, consent_source, assigned_agent,
        title, industry
    )
),
wanted as (
    select g.id as lead_id, 'phone' as kind, g.phone as value from given g where g.phone is not null
    union all
    select g.id, 'email', g.email from given g where g.email is not null
),
won as (
    insert into lead_identifiers (id, workspace_id, lead_id, kind, value, created_at)
    select gen_random_uuid(), $1, w.lead_id, w.kind, w.value, $2
    from wanted w
    order by w.kind, w.value
    on conflict (workspace_id, kind, value) do nothing
    returning lead_id
),
made as (
    insert into leads (
        id, workspace_id, name, company, location, source, notes, status, consent, consent_at, consent_source, assigned_agent,
        created_at, updated_at, title, industry
    )
    select
        g.id, $1, g.name, g.company, g.location, g.source, g.notes, g.status, g.consent, g.consent_at, g.consent_source,
        g.assigned_agent, $2, $2, g.title, g.industry
    from given g
    where g.id in (select lead_id from won)
    returning id, consent, consent_at, consent_source
),
consented as (
    insert into consents (id, workspace_id, lead_id, granted, source, at, recorded_by, created_at)
    select gen_random_uuid(), $1, m.id, true, m.consent_source, m.consent_at, $16, $2
    from made m
    where m.consent
)
select
    m.id as "id!: LeadId",
    (select count(*) from won o where o.lead_id = m.id) = (select count(*) from wanted w where w.lead_id = m.id) as "whole!"
from made m
