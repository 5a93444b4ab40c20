-- +goose Up

-- Codes are given out one after the other, also to two authors at once.
alter table topic add column last_number integer not null default 0;

-- What an item rests on is frozen with its text.
{{frozencitations}}
create index attempt_form on attempt (form_id);

-- +goose Down
drop index attempt_form;
{{dropfrozencitations}}
alter table topic drop column last_number;
