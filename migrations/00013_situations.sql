-- +goose Up

-- A situation is an item that others ask about. It has no level, and is never
-- drawn by itself; an item of a form that belongs to one is shown under the
-- text that the situation had when the form was made.
{{newkinds "'single', 'multiple', 'truefalse', 'matrix', 'ordering', 'matching', 'numeric', 'shortanswer', 'gap'" "'single', 'multiple', 'truefalse', 'matrix', 'ordering', 'matching', 'numeric', 'shortanswer', 'gap', 'situation'"}}
{{newlevels "'recall', 'understanding', 'application'" "'recall', 'understanding', 'application', ''"}}
{{dropfrozentext}}
alter table item_revision add column situation_id {{uuid}} references item (id);
{{frozentextwith "gaps, told, valid_to, format, situation_id"}}
create index item_revision_situation on item_revision (situation_id);
alter table form_item add column situation_id {{uuid}} references item_revision (id);

-- +goose Down
alter table form_item drop column situation_id;
drop index item_revision_situation;
{{dropfrozentext}}
alter table item_revision drop column situation_id;
{{frozentextwith "gaps, told, valid_to, format"}}
{{newlevels "'recall', 'understanding', 'application', ''" "'recall', 'understanding', 'application'"}}
{{newkinds "'single', 'multiple', 'truefalse', 'matrix', 'ordering', 'matching', 'numeric', 'shortanswer', 'gap', 'situation'" "'single', 'multiple', 'truefalse', 'matrix', 'ordering', 'matching', 'numeric', 'shortanswer', 'gap'"}}
