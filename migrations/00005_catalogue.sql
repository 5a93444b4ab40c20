-- +goose Up

-- One row an item: what lists show, filter and search. It can be made anew
-- from the other tables at any time; seq grows with every change.
create table item_entry (
  seq            {{serial}},
  item_id        {{uuid}} not null unique references item (id),
  revision_id    {{uuid}} not null references item_revision (id),
  code           text not null,
  topic_code     text not null,
  level          text not null,
  kind           text not null,
  state          text not null,
  work           text not null,
  recheck        boolean not null,
  law_from       text not null,
  law_to         text not null,
  valid_to       text not null,
  seen           integer not null,
  facility       integer,
  discrimination integer,
  quality        text not null,
  facet          text not null,
  words          text not null
);
create index item_entry_code on item_entry (code);
create index item_entry_state on item_entry (state, code);
create index item_entry_work on item_entry (work, code);
create index item_entry_topic on item_entry (topic_code, code);
create index item_entry_quality on item_entry (quality, code);
create index item_entry_facet on item_entry (facet);
create index item_entry_revision on item_entry (revision_id);
create index citation_document on citation (document_id);
{{wordsearch}}

-- A search that its author goes back to.
create table saved_filter (
  id         {{uuid}} not null primary key,
  account_id {{uuid}} not null references account (id),
  name       text not null,
  query      text not null,
  unique (account_id, name)
);

-- +goose Down
drop table saved_filter;
{{dropwordsearch}}
drop index citation_document;
drop table item_entry;
