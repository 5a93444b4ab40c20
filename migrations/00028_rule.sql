-- +goose Up

-- By which rule a response is marked belongs to the text, not to the key: takers are
-- told of it, and what they read never touches item_key.
{{dropfrozentext}}
alter table item_revision add column rule text not null default 'all_or_nothing';
update item_revision set rule = (select k.rule from item_key k where k.revision_id = item_revision.id)
where exists (select 1 from item_key k where k.revision_id = item_revision.id);
alter table item_key drop column rule;
{{frozentextwith "gaps, told, valid_to, format, situation_id, rule"}}

-- +goose Down
{{dropfrozentext}}
alter table item_key add column rule text not null default 'all_or_nothing';
update item_key set rule = (select r.rule from item_revision r where r.id = item_key.revision_id);
alter table item_revision drop column rule;
{{frozentextwith "gaps, told, valid_to, format, situation_id"}}
