-- +goose Up

-- What people decided about items of a round after it was answered. A mark
-- can say since then that its item counts for nobody, or for everybody.
{{newstates "'answered', 'omitted', 'not_reached', 'unscorable'" "'answered', 'omitted', 'not_reached', 'unscorable', 'invalidated'"}}
create table correction (
  round_id    {{uuid}} not null references round (id),
  number      integer not null,
  revision_id {{uuid}} not null references item_revision (id),
  kind        text not null check (kind in ('withdraw', 'credit', 'rekey', 'restore')),
  correct     {{json}} not null,
  reason      text not null,
  decided_at  {{timestamp}} not null,
  decided_by  text not null,
  primary key (round_id, number)
);
{{appendonly "correction"}}
-- The number of the last correction that a run has heeded.
alter table scoring_run add column corrections integer not null default 0;

-- +goose Down
alter table scoring_run drop column corrections;
drop table correction;
delete from mark where state = 'invalidated';
{{newstates "'answered', 'omitted', 'not_reached', 'unscorable', 'invalidated'" "'answered', 'omitted', 'not_reached', 'unscorable'"}}
