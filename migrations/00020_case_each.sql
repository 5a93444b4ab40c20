-- +goose Up

-- Like answers open a case for each of the two: one may have an explanation
-- that the other has not. pair names the attempt that the case is about first.
update integrity_case set pair = {{text "attempt_id"}} || ' ' || {{text "other_id"}} where other_id is not null;
insert into integrity_case (id, round_id, run_id, attempt_id, other_id, pair, signals, state, opened_at, decided_at, decided_by, reason, version)
select {{newid}}, round_id, run_id, other_id, attempt_id, {{text "other_id"}} || ' ' || {{text "attempt_id"}}, signals, state, opened_at, decided_at, decided_by, reason, version
from integrity_case where other_id is not null;
drop index integrity_case_other;

-- +goose Down
create index integrity_case_other on integrity_case (other_id);
delete from integrity_case where other_id is not null and {{text "attempt_id"}} > {{text "other_id"}};
