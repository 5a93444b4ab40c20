-- +goose Up

-- What a document does to another: the later one supersedes the earlier, in
-- full, in part or for some people; or it lays down its details.
create table document_edge (
  from_id  {{uuid}} not null references legal_document (id),
  to_id    {{uuid}} not null references legal_document (id),
  kind     text not null check (kind in ('supersedes', 'details')),
  extent   text not null check (extent in ('', 'full', 'partial', 'audience')),
  articles text not null,
  note     text not null,
  primary key (from_id, to_id, kind)
);
create index document_edge_to on document_edge (to_id);

-- Items that somebody should read again because the law under them changed.
create table item_recheck (
  item_id     {{uuid}} not null references item (id),
  document_id {{uuid}} not null references legal_document (id),
  asked_at    {{timestamp}} not null,
  reason      text not null,
  done_at     {{timestamp}},
  done_by     {{uuid}} references account (id),
  primary key (item_id, document_id, asked_at)
);
create index item_recheck_open on item_recheck (item_id) where done_at is null;

-- +goose Down
drop table item_recheck;
drop table document_edge;
