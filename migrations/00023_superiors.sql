-- +goose Up

-- What superiors say of the people who took a panel's round: how sufficient each
-- is, from 1 to 5, of which 3 is only just. It serves to set a pass mark and is
-- shown of nobody.
create table panel_opinion (
  panel_id     {{uuid}} not null references panel (id),
  candidate_id {{uuid}} not null references candidate (id),
  level        integer not null check (level between 1 and 5),
  primary key (panel_id, candidate_id)
);

-- +goose Down
drop table panel_opinion;
