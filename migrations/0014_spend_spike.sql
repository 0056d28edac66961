-- When people were told that a day's spending is several times what is usual: once a day and account.
alter table spend_days add column spiked_at timestamptz;
