-- +goose Up

-- A panel of judges who set a cut score on a reference form: that of a round
-- that was scored, so that what its people earned can be set beside.
create table panel (
  id         {{uuid}} not null primary key,
  name       text not null,
  borderline text not null,
  round_id   {{uuid}} not null references round (id),
  form_id    {{uuid}} not null references form (id),
  state      text not null check (state in ('open', 'closed')),
  opened_at  {{timestamp}} not null,
  opened_by  {{uuid}} not null references account (id),
  closed_at  {{timestamp}},
  result     {{json}} not null,
  version    integer not null
);
-- Of a hundred officials who are only just sufficient, how many would be right.
create table panel_rating (
  panel_id   {{uuid}} not null references panel (id),
  account_id {{uuid}} not null references account (id),
  position   integer not null,
  percent    integer not null check (percent between 0 and 100),
  rated_at   {{timestamp}} not null,
  primary key (panel_id, account_id, position)
);
-- The lowest and highest cut, and share of people below it, that a judge could
-- live with, in per cent.
create table panel_limit (
  panel_id   {{uuid}} not null references panel (id),
  account_id {{uuid}} not null references account (id),
  low_cut    integer not null,
  high_cut   integer not null,
  low_fail   integer not null,
  high_fail  integer not null,
  primary key (panel_id, account_id),
  check (0 <= low_cut and low_cut < high_cut and high_cut <= 100 and 0 <= low_fail and low_fail < high_fail and high_fail <= 100)
);

-- +goose Down
drop table panel_limit;
drop table panel_rating;
drop table panel;
