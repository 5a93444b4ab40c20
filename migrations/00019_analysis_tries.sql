-- +goose Up

-- An analysis that fails is tried again, less and less often; why it failed
-- stands here until it succeeds.
alter table scoring_run add column analysis_tries integer not null default 0;
alter table scoring_run add column analysis_after {{timestamp}};
alter table scoring_run add column analysis_error text not null default '';

-- +goose Down
alter table scoring_run drop column analysis_error;
alter table scoring_run drop column analysis_after;
alter table scoring_run drop column analysis_tries;
