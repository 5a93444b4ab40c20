-- +goose Up

-- Two servers that begin to score a round at once must find the same run.
create unique index scoring_run_unfinished on scoring_run (round_id) where finished_at is null;

-- +goose Down
drop index scoring_run_unfinished;
