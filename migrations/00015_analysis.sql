-- +goose Up

-- What a scoring run found that a person should look at before its results go
-- out; empty for nothing.
alter table scoring_run add column alarms text not null default '';

-- How much may be said about a person's topics, by form, from everybody who
-- took it; empty for a run that decides by the person's own answers.
alter table scoring_run add column gates text not null default '';

-- What a finished run shows about its round as a measurement: one report of
-- figures with their intervals, by the named version of the methods.
create table analysis (
  run_id   {{uuid}} not null primary key references scoring_run (id),
  round_id {{uuid}} not null references round (id),
  method   text not null,
  made_at  {{timestamp}} not null,
  report   {{json}} not null
);
create index analysis_round on analysis (round_id);

-- An item's parameters on the scale of the bank, as the answers up to a run
-- show them. The newest of an operational item stay until it drifts.
create table item_parameter (
  revision_id {{uuid}} not null references item_revision (id),
  run_id      {{uuid}} not null references scoring_run (id),
  made_at     {{timestamp}} not null,
  standing    text not null check (standing in ('provisional', 'operational')),
  n           integer not null,
  parameters  {{json}} not null,
  primary key (revision_id, run_id)
);

-- Abilities on that scale, in ten-thousandths: the posterior mean, Warm's
-- estimate where there is one, and their errors.
create table ability (
  run_id     {{uuid}} not null references scoring_run (id),
  attempt_id {{uuid}} not null references attempt (id),
  eap        integer not null,
  eap_sd     integer not null,
  wle        integer,
  wle_se     integer,
  primary key (run_id, attempt_id)
);

-- Answers that honest work hardly explains, for a person to judge. Nothing
-- about scores depends on it.
create table integrity_case (
  id           {{uuid}} not null primary key,
  round_id     {{uuid}} not null references round (id),
  run_id       {{uuid}} not null references scoring_run (id),
  attempt_id   {{uuid}} not null references attempt (id),
  other_id     {{uuid}} references attempt (id),
  pair         text not null,
  signals      {{json}} not null,
  state        text not null check (state in ('open', 'cleared', 'confirmed')),
  opened_at    {{timestamp}} not null,
  decided_at   {{timestamp}},
  decided_by   text not null,
  reason       text not null,
  version      integer not null,
  unique (round_id, pair)
);
create index integrity_case_attempt on integrity_case (attempt_id);
create index integrity_case_other on integrity_case (other_id);

-- +goose Down
drop table integrity_case;
drop table ability;
drop table item_parameter;
drop index analysis_round;
drop table analysis;
alter table scoring_run drop column gates;
alter table scoring_run drop column alarms;
