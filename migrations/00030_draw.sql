-- +goose Up

-- What the forms of a round were drawn from, so that the draw can be repeated: JSON,
-- compressed. It is written with the forms and never changes.
create table round_draw (
  round_id {{uuid}} not null primary key references round (id),
  stock {{bytes}} not null
);

-- +goose Down
drop table round_draw;
