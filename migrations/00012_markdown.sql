-- +goose Up

-- How a text is written: plain words, or Markdown with pictures, tables and
-- formulas.
{{dropfrozentext}}
alter table item_revision add column format text not null default '' check (format in ('', 'markdown'));
{{frozentextwith "gaps, told, valid_to, format"}}

-- Pictures that texts speak of by name; a name is what the picture holds.
create table picture (
  name     text not null primary key,
  media    text not null,
  data     {{bytes}} not null,
  added_at {{timestamp}} not null
);

-- +goose Down
drop table picture;
{{dropfrozentext}}
alter table item_revision drop column format;
{{frozentextwith "gaps, told, valid_to"}}
