-- +goose Up

-- What a figure of an item was computed from: the scoring run, whose first tries of items
-- that show something it counts, without so many attempts that were clicked through.
-- When, and by which version of the rules, stands with the run and its report.
alter table item_statistic add column run_id {{uuid}} references scoring_run (id);
alter table item_statistic add column left_out integer not null default 0;

-- +goose Down
alter table item_statistic drop column left_out;
alter table item_statistic drop column run_id;
