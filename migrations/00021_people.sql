-- +goose Up

-- How true shares are spread among the people of a round, as its run saw it
-- before it decided about anybody; empty where nothing was seen.
alter table scoring_run add column people text not null default '';

-- +goose Down
alter table scoring_run drop column people;
