-- +goose Up

-- Parameters of an item whose answers were marked otherwise than now are used no
-- more; those that founded the scale stay in the reference form.
alter table item_parameter add column forgotten boolean not null default false;

-- +goose Down
alter table item_parameter drop column forgotten;
