-- +goose Up

-- An item of a form that does not count: what it is worth is to be learnt.
alter table form_item add column pretest boolean not null default false;
alter table mark add column pretest boolean not null default false;

-- +goose Down
alter table mark drop column pretest;
alter table form_item drop column pretest;
