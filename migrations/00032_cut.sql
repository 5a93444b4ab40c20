-- +goose Up

-- What a figure of an item was computed from: the scoring run, whose first tries of the
-- item it counts, without so many attempts that were hurried through.
-- When, and by which version of the rules, stands with the run and its report.
alter table item_statistic add column run_id {{uuid}} references scoring_run (id);
alter table item_statistic add column left_out integer not null default 0;

-- Those whom a follow-up asks were chosen, and say nothing of items.
delete from item_statistic where round_id in (select id from round where follows_id is not null);

-- +goose Down
alter table item_statistic drop column left_out;
alter table item_statistic drop column run_id;
