-- +goose Up

-- How long people of a round took over an item: of how many it is known, and
-- their mean in tenths of a second. The analysis of the round fills it in.
alter table item_statistic add column timed integer not null default 0;
alter table item_statistic add column tenths integer not null default 0;

-- +goose Down
alter table item_statistic drop column tenths;
alter table item_statistic drop column timed;
