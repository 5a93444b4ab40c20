-- +goose Up

-- What a round has shown about a revision. Shares and correlations are in
-- thousandths; absent where they cannot be computed.
create table item_statistic (
  revision_id    {{uuid}} not null references item_revision (id),
  round_id       {{uuid}} not null references round (id),
  met_at         {{timestamp}} not null,
  n              integer not null,
  facility       integer not null,
  discrimination integer,
  rival          integer,
  primary key (revision_id, round_id)
);
create index form_item_revision on form_item (revision_id);

-- +goose Down
drop index form_item_revision;
drop table item_statistic;
