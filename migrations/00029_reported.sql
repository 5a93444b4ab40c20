-- +goose Up

-- A result as a score on the form that founded the scale of the bank, the same for all
-- rounds, with an interval; in hundredths, null where abilities are not known.
alter table result add column reported integer check (reported between 0 and 10000);
alter table result add column reported_low integer check (reported_low between 0 and 10000);
alter table result add column reported_high integer check (reported_high between 0 and 10000);

-- +goose Down
alter table result drop column reported_high;
alter table result drop column reported_low;
alter table result drop column reported;
