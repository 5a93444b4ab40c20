-- +goose Up

-- Who chose which option in a round, as JSON; empty where there are none.
alter table item_statistic add column options text not null default '';

-- The revision that the results of a round ask about; of what a change of the law
-- asks there is none. One that is held is not drawn until somebody answers.
alter table item_recheck add column revision_id {{uuid}} references item_revision (id);
alter table item_recheck add column held boolean not null default false;
create index item_recheck_revision on item_recheck (revision_id);

-- +goose Down
drop index item_recheck_revision;
delete from item_recheck where revision_id is not null;
alter table item_recheck drop column held;
alter table item_recheck drop column revision_id;
alter table item_statistic drop column options;
