-- +goose Up

-- A situation is an item that others ask about. It has no level, and is never
-- drawn by itself; an item of a form that belongs to one is shown under the
-- text that the situation had when the form was made. under_id is the text of
-- the situation with which an item was approved, or confirmed since.
{{newkinds "'single', 'multiple', 'truefalse', 'matrix', 'ordering', 'matching', 'numeric', 'shortanswer', 'gap'" "'single', 'multiple', 'truefalse', 'matrix', 'ordering', 'matching', 'numeric', 'shortanswer', 'gap', 'situation'"}}
{{newlevels "'recall', 'understanding', 'application'" "'recall', 'understanding', 'application', ''"}}
{{dropfrozentext}}
alter table item_revision add column situation_id {{uuid}} references item (id);
alter table item_revision add column under_id {{uuid}} references item_revision (id);
{{frozentextwith "gaps, told, valid_to, format, situation_id"}}
create index item_revision_situation on item_revision (situation_id);
alter table form_item add column situation_id {{uuid}} references item_revision (id);
create index form_item_situation on form_item (situation_id);

-- What a change of the law asks, and what a new text of a situation asks.
create table item_recheck_new (
  item_id     {{uuid}} not null references item (id),
  document_id {{uuid}} references legal_document (id),
  asked_at    {{timestamp}} not null,
  reason      text not null,
  done_at     {{timestamp}},
  done_by     {{uuid}} references account (id)
);
insert into item_recheck_new (item_id, document_id, asked_at, reason, done_at, done_by) select item_id, document_id, asked_at, reason, done_at, done_by from item_recheck;
drop table item_recheck;
alter table item_recheck_new rename to item_recheck;
create index item_recheck_open on item_recheck (item_id) where done_at is null;

-- +goose Down
create table item_recheck_old (
  item_id     {{uuid}} not null references item (id),
  document_id {{uuid}} not null references legal_document (id),
  asked_at    {{timestamp}} not null,
  reason      text not null,
  done_at     {{timestamp}},
  done_by     {{uuid}} references account (id),
  primary key (item_id, document_id, asked_at)
);
insert into item_recheck_old (item_id, document_id, asked_at, reason, done_at, done_by) select item_id, document_id, asked_at, reason, done_at, done_by from item_recheck where document_id is not null;
drop table item_recheck;
alter table item_recheck_old rename to item_recheck;
create index item_recheck_open on item_recheck (item_id) where done_at is null;
drop index form_item_situation;
alter table form_item drop column situation_id;
drop index item_revision_situation;
{{dropfrozentext}}
alter table item_revision drop column under_id;
alter table item_revision drop column situation_id;
{{frozentextwith "gaps, told, valid_to, format"}}
{{newlevels "'recall', 'understanding', 'application', ''" "'recall', 'understanding', 'application'"}}
{{newkinds "'single', 'multiple', 'truefalse', 'matrix', 'ordering', 'matching', 'numeric', 'shortanswer', 'gap', 'situation'" "'single', 'multiple', 'truefalse', 'matrix', 'ordering', 'matching', 'numeric', 'shortanswer', 'gap'"}}
