-- A call that was left or broke off is billed, but its provider tells no figures: its tokens and its cost are ours then, and marked so.
alter table llm_requests add column estimated boolean not null default false;
