-- +goose Up

-- An item that was found to ask the same as another is retired for it.
alter table item add column merged_into {{uuid}} references item (id);

-- Pairs that somebody has read and found to be two different items.
create table distinct_pair (
  first_id   {{uuid}} not null references item (id),
  second_id  {{uuid}} not null references item (id),
  account_id {{uuid}} not null references account (id),
  at         {{timestamp}} not null,
  primary key (first_id, second_id),
  check (first_id < second_id)
);

-- Items of the bank, and of the same file, that a staged question is like.
alter table staged_item add column twins {{json}} not null default '[]';

-- +goose Down
alter table staged_item drop column twins;
drop table distinct_pair;
alter table item drop column merged_into;
