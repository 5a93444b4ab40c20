-- +goose Up

-- What a person still has to decide about a file of questions.
create table item_import (
  id         {{uuid}} not null primary key,
  file       text not null,
  warnings   {{json}} not null,
  created_at {{timestamp}} not null,
  created_by {{uuid}} not null references account (id)
);
create index item_import_created on item_import (created_at);
create table staged_item (
  import_id  {{uuid}} not null references item_import (id),
  position   integer not null,
  item       {{json}} not null,
  status     text not null check (status in ('ok', 'review', 'error')),
  topic_code text not null,
  level      text not null,
  decision   text not null check (decision in ('pending', 'accepted', 'rejected')),
  item_id    {{uuid}} references item (id),
  version    integer not null,
  primary key (import_id, position)
);

-- Who vouches for a revision: never the same person twice.
create table item_signature (
  revision_id {{uuid}} not null references item_revision (id),
  step        text not null check (step in ('write', 'review', 'approve')),
  account_id  {{uuid}} not null references account (id),
  signed_at   {{timestamp}} not null,
  primary key (revision_id, step),
  unique (revision_id, account_id)
);

-- The life of an item: what was done with it, and what was said.
create table item_event (
  id          {{uuid}} not null primary key,
  item_id     {{uuid}} not null references item (id),
  revision_id {{uuid}} not null references item_revision (id),
  verb        text not null check (verb in ('write', 'submit', 'review', 'approve', 'return', 'suspend', 'restore', 'retire', 'comment')),
  account_id  {{uuid}} not null references account (id),
  at          {{timestamp}} not null,
  text        text not null
);
create index item_event_item on item_event (item_id, at);
{{appendonly "item_event"}}

-- A text or key that anybody has vouched for cannot be changed, by anybody.
{{frozentext}}

-- +goose Down
{{dropfrozentext}}
drop table item_event;
drop table item_signature;
drop table staged_item;
drop table item_import;
