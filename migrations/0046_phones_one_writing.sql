-- Brazil's mobile numbers got a ninth digit and Mexico's lost a 1; each person has the number of today (`domain::phone`). Where both
-- writings are kept already, both stay.
create function phone_of_today(value text) returns text
language sql immutable strict as $$
    select case
        when value ~ '^\+55[0-9]{2}[6-9][0-9]{7}$' then substr(value, 1, 5) || '9' || substr(value, 6)
        when value ~ '^\+521[0-9]{10}$' then '+52' || substr(value, 5)
        else value
    end
$$;

update lead_identifiers i set value = phone_of_today(i.value)
where i.kind = 'phone' and i.value <> phone_of_today(i.value)
  and not exists (
      select 1 from lead_identifiers o
      where o.workspace_id = i.workspace_id and o.kind = 'phone' and o.value = phone_of_today(i.value)
  );

insert into suppressions (id, workspace_id, value, reason, created_at, channel)
select gen_random_uuid(), s.workspace_id, phone_of_today(s.value), s.reason, s.created_at, s.channel
from suppressions s
where s.value <> phone_of_today(s.value)
on conflict on constraint suppressions_once do nothing;

drop function phone_of_today(text);
