-- +goose Up

-- A draft is changed by whoever read its newest state.
alter table item_revision add column version integer not null default 1;

-- An item has at most one revision that is settled and one that is worked on;
-- approving the second retires the first.
create unique index item_revision_settled on item_revision (item_id) where state in ('approved', 'suspended');
create unique index item_revision_open on item_revision (item_id) where state in ('draft', 'in_review');

-- Several persons may write a revision; none of them reviews or approves it.
create table item_signature_new (
  revision_id {{uuid}} not null references item_revision (id),
  account_id  {{uuid}} not null references account (id),
  step        text not null check (step in ('write', 'review', 'approve')),
  signed_at   {{timestamp}} not null,
  primary key (revision_id, account_id)
);
insert into item_signature_new (revision_id, account_id, step, signed_at) select revision_id, account_id, step, signed_at from item_signature;
drop table item_signature;
alter table item_signature_new rename to item_signature;
create unique index item_signature_step on item_signature (revision_id, step) where step <> 'write';

-- More can happen to an item.
create table item_event_new (
  id          {{uuid}} not null primary key,
  item_id     {{uuid}} not null references item (id),
  revision_id {{uuid}} not null references item_revision (id),
  verb        text not null check (verb in ('write', 'submit', 'review', 'approve', 'return', 'drop', 'suspend', 'restore', 'retire', 'merge', 'recheck', 'confirm', 'comment')),
  account_id  {{uuid}} not null references account (id),
  at          {{timestamp}} not null,
  text        text not null
);
insert into item_event_new (id, item_id, revision_id, verb, account_id, at, text) select id, item_id, revision_id, verb, account_id, at, text from item_event;
drop table item_event;
alter table item_event_new rename to item_event;
create index item_event_item on item_event (item_id, at);
{{appendonly "item_event"}}

-- +goose Down
drop index item_revision_open;
drop index item_revision_settled;
alter table item_revision drop column version;
drop index item_signature_step;
create table item_signature_old (
  revision_id {{uuid}} not null references item_revision (id),
  step        text not null check (step in ('write', 'review', 'approve')),
  account_id  {{uuid}} not null references account (id),
  signed_at   {{timestamp}} not null,
  primary key (revision_id, step),
  unique (revision_id, account_id)
);
insert into item_signature_old select revision_id, step, cast(min(cast(account_id as text)) as {{uuid}}), min(signed_at) from item_signature group by revision_id, step;
drop table item_signature;
alter table item_signature_old rename to item_signature;
create table item_event_old (
  id          {{uuid}} not null primary key,
  item_id     {{uuid}} not null references item (id),
  revision_id {{uuid}} not null references item_revision (id),
  verb        text not null check (verb in ('write', 'submit', 'review', 'approve', 'return', 'suspend', 'restore', 'retire', 'comment')),
  account_id  {{uuid}} not null references account (id),
  at          {{timestamp}} not null,
  text        text not null
);
insert into item_event_old select id, item_id, revision_id, verb, account_id, at, text from item_event where verb not in ('drop', 'merge', 'recheck', 'confirm');
drop table item_event;
alter table item_event_old rename to item_event;
create index item_event_item on item_event (item_id, at);
{{appendonly "item_event"}}
