-- +goose Up

-- The items of a round as its run knew them, and who took it, where decisions
-- rest on abilities; empty where they do not.
alter table scoring_run add column abilities text not null default '';

-- How likely the true score reaches the marks of commendation and of the low
-- group, in hundredths of a per cent; null where nothing is known, and in runs
-- that kept only what they decided.
alter table result add column commend_chance integer check (commend_chance between 0 and 10000);
alter table result add column low_chance integer check (low_chance between 0 and 10000);

-- +goose Down
alter table result drop column low_chance;
alter table result drop column commend_chance;
alter table scoring_run drop column abilities;
