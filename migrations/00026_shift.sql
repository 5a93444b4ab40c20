-- +goose Up

-- By how many thousandths of a logit the round's items that were asked before were
-- easier for its people, the median of them: abler people make every item easier.
alter table item_statistic add column shift integer not null default 0;

-- +goose Down
alter table item_statistic drop column shift;
