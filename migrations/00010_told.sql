-- +goose Up

-- How many options are right, where the paper tells it; 0 where it does not.
{{dropfrozentext}}
alter table item_revision add column told integer not null default 0;
{{frozentextwith "gaps, told, valid_to"}}

-- The agency that looks after a topic; the whole country's where none does.
alter table topic add column owner_id {{uuid}} references agency (id);

-- +goose Down
alter table topic drop column owner_id;
{{dropfrozentext}}
alter table item_revision drop column told;
{{frozentextwith "gaps"}}
