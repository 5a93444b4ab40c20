-- +goose Up

-- Statements that are true or false, words that are typed, blanks in a text.
{{newkinds "'single', 'multiple', 'truefalse', 'ordering', 'matching', 'numeric'" "'single', 'multiple', 'truefalse', 'matrix', 'ordering', 'matching', 'numeric', 'shortanswer', 'gap'"}}
{{dropfrozentext}}
alter table item_revision add column gaps {{json}} not null default '[]';
{{frozentextwith "gaps"}}

-- +goose Down
{{dropfrozentext}}
alter table item_revision drop column gaps;
{{newkinds "'single', 'multiple', 'truefalse', 'matrix', 'ordering', 'matching', 'numeric', 'shortanswer', 'gap'" "'single', 'multiple', 'truefalse', 'ordering', 'matching', 'numeric'"}}
{{frozentext}}
