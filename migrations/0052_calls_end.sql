-- How a call ended is more than whether it arrived: a machine that took it and a person who did are both `delivered`.
alter table messages add column call_end text;
alter table messages add constraint messages_call_end_known check (
    call_end in ('answered', 'no_answer', 'busy', 'voicemail', 'failed')
);
