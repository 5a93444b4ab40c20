-- +goose Up

-- A follow-up round asks those whom the results of another round leave uncertain, and is
-- decided on both: one at a time. A scoring run of it notes which results it added.
alter table round add column follows_id {{uuid}} references round (id);
create unique index round_follows on round (follows_id) where state <> 'cancelled';
alter table scoring_run add column before_run_id {{uuid}} references scoring_run (id);

-- +goose Down
alter table scoring_run drop column before_run_id;
drop index round_follows;
alter table round drop column follows_id;
