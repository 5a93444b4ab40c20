-- +goose Up

-- Agencies through time. Dates are ISO text; an open end is 9999-12-31.
create table agency (
  id   {{uuid}} not null primary key,
  code text not null unique
);
create table agency_version (
  agency_id  {{uuid}} not null references agency (id),
  valid_from text not null,
  valid_to   text not null,
  name       text not null,
  kind       text not null,
  level      text not null,
  parent_id  {{uuid}} references agency (id),
  dvhc_code  text not null,
  synthetic  boolean not null,
  primary key (agency_id, valid_from),
  check (valid_from <= valid_to)
);
create table agency_succession (
  predecessor_id {{uuid}} not null references agency (id),
  successor_id   {{uuid}} not null references agency (id),
  position       integer not null,
  primary key (predecessor_id, successor_id)
);
-- Who stands under whom, and when: every query of scoped data joins this.
create table agency_closure (
  ancestor_id   {{uuid}} not null references agency (id),
  descendant_id {{uuid}} not null references agency (id),
  valid_from    text not null,
  valid_to      text not null,
  depth         integer not null,
  primary key (ancestor_id, descendant_id, valid_from)
);
create index agency_closure_descendant on agency_closure (descendant_id);

create table official (
  id         {{uuid}} not null primary key,
  code       text not null unique,
  full_name  text not null,
  sort_key   text not null,
  birth_date text not null
);
create table posting (
  id             {{uuid}} not null primary key,
  official_id    {{uuid}} not null references official (id),
  agency_id      {{uuid}} not null references agency (id),
  title          text not null,
  position_group text not null,
  valid_from     text not null,
  valid_to       text not null,
  check (valid_from <= valid_to)
);
create index posting_agency on posting (agency_id);
create index posting_official on posting (official_id);

-- Who signs in, and what they may do.
create table account (
  id            {{uuid}} not null primary key,
  login         text not null unique,
  display_name  text not null,
  password_hash text not null,
  official_id   {{uuid}} references official (id),
  disabled      boolean not null,
  created_at    {{timestamp}} not null
);
create unique index account_official on account (official_id) where official_id is not null;
create table role_grant (
  id         {{uuid}} not null primary key,
  account_id {{uuid}} not null references account (id),
  role       text not null check (role in ('official', 'author', 'hr', 'ministry', 'admin')),
  agency_id  {{uuid}} not null references agency (id),
  valid_from text not null,
  valid_to   text not null,
  unique (account_id, role, agency_id, valid_from)
);
create table sign_in_link (
  token_hash text not null primary key,
  account_id {{uuid}} not null references account (id),
  expires_at {{timestamp}} not null,
  used_at    {{timestamp}}
);
create table session (
  token_hash text not null primary key,
  account_id {{uuid}} not null references account (id),
  created_at {{timestamp}} not null,
  seen_at    {{timestamp}} not null,
  expires_at {{timestamp}} not null
);
create index session_account on session (account_id);
create table sign_in_throttle (
  login      text not null primary key,
  failures   integer not null,
  blocked_to {{timestamp}} not null
);

-- What may be asked.
create table topic (
  code        text not null primary key,
  parent_code text not null,
  name_vi     text not null,
  name_en     text not null,
  position    integer not null
);
create table legal_document (
  id             {{uuid}} not null primary key,
  number         text not null,
  issuer         text not null,
  issued_on      text not null,
  kind           text not null,
  title          text not null,
  effective_from text not null,
  effective_to   text not null,
  superseded_by  text not null,
  scope          text not null,
  confidence     text not null,
  unique (number, issuer, issued_on)
);
create table item (
  id         {{uuid}} not null primary key,
  code       text not null unique,
  topic_code text not null references topic (code)
);
create table item_revision (
  id         {{uuid}} not null primary key,
  item_id    {{uuid}} not null references item (id),
  number     integer not null,
  state      text not null check (state in ('draft', 'in_review', 'approved', 'suspended', 'retired')),
  kind       text not null check (kind in ('single', 'multiple', 'truefalse', 'ordering', 'matching', 'numeric')),
  level      text not null check (level in ('recall', 'understanding', 'application')),
  stem       text not null,
  options    {{json}} not null,
  targets    {{json}} not null,
  unit       text not null,
  pinned     {{json}} not null,
  valid_to   text not null,
  note       text not null,
  created_at {{timestamp}} not null,
  unique (item_id, number)
);
-- Keys and explanations stand apart from what a taker's page reads.
create table item_key (
  revision_id {{uuid}} not null primary key references item_revision (id),
  key         {{json}} not null,
  rule        text not null,
  explanation text not null
);
create table citation (
  revision_id {{uuid}} not null references item_revision (id),
  position    integer not null,
  document_id {{uuid}} not null references legal_document (id),
  article     text not null,
  primary key (revision_id, position)
);

-- What is asked of whom, when.
create table series (
  id              {{uuid}} not null primary key,
  name            text not null,
  cron            text not null,
  zone            text not null,
  audience_id     {{uuid}} not null references agency (id),
  blueprint       {{json}} not null,
  forms           integer not null,
  window_minutes  integer not null,
  rules           {{json}} not null,
  active          boolean not null,
  next_due        {{timestamp}},
  created_at      {{timestamp}} not null,
  created_by      text not null,
  version         integer not null
);
create table round (
  id         {{uuid}} not null primary key,
  series_id  {{uuid}} not null references series (id),
  code       text not null unique,
  name       text not null,
  due_at     {{timestamp}} not null,
  closes_at  {{timestamp}} not null,
  state      text not null check (state in ('planned', 'assembled', 'open', 'closed', 'scored', 'published', 'cancelled')),
  blueprint  {{json}} not null,
  forms      integer not null,
  rules      {{json}} not null,
  seed       text not null,
  problem    text not null,
  version    integer not null,
  unique (series_id, due_at)
);
create index round_unfinished on round (state, due_at);
create table seating (
  id        {{uuid}} not null primary key,
  round_id  {{uuid}} not null references round (id),
  agency_id {{uuid}} not null references agency (id),
  opens_at  {{timestamp}} not null,
  closes_at {{timestamp}} not null,
  unique (round_id, agency_id)
);
-- The roster of a round, frozen: history keeps the posting of the day.
create table candidate (
  id             {{uuid}} not null primary key,
  round_id       {{uuid}} not null references round (id),
  seating_id     {{uuid}} not null references seating (id),
  official_id    {{uuid}} not null references official (id),
  title          text not null,
  position_group text not null,
  form_number    integer not null,
  unique (round_id, official_id)
);
create index candidate_seating on candidate (seating_id);
create index candidate_official on candidate (official_id);
create table form (
  id       {{uuid}} not null primary key,
  round_id {{uuid}} not null references round (id),
  number   integer not null,
  unique (round_id, number)
);
create table form_item (
  form_id     {{uuid}} not null references form (id),
  position    integer not null,
  revision_id {{uuid}} not null references item_revision (id),
  primary key (form_id, position),
  unique (form_id, revision_id)
);
create table attempt (
  id           {{uuid}} not null primary key,
  candidate_id {{uuid}} not null references candidate (id),
  seating_id   {{uuid}} not null references seating (id),
  round_id     {{uuid}} not null references round (id),
  form_id      {{uuid}} not null references form (id),
  try          integer not null,
  started_at   {{timestamp}} not null,
  deadline     {{timestamp}} not null,
  epoch        integer not null,
  seq          integer not null,
  answers      {{json}} not null,
  saved_at     {{timestamp}},
  ended_at     {{timestamp}},
  ended_by     text not null check (ended_by in ('', 'candidate', 'clock')),
  receipt      text not null,
  version      integer not null,
  unique (seating_id, candidate_id, try)
);
create index attempt_unfinished on attempt (round_id, deadline) where ended_at is null;
create index attempt_candidate on attempt (candidate_id);
-- The answer log only grows.
create table attempt_event (
  attempt_id  {{uuid}} not null references attempt (id),
  epoch       integer not null,
  seq         integer not null,
  position    integer not null,
  kind        text not null check (kind in ('answer', 'clear', 'flag', 'unflag')),
  value       {{json}} not null,
  recorded_at {{timestamp}} not null,
  primary key (attempt_id, epoch, seq)
);

-- What the answers are worth.
create table scoring_run (
  id          {{uuid}} not null primary key,
  round_id    {{uuid}} not null references round (id),
  number      integer not null,
  engine      text not null,
  started_at  {{timestamp}} not null,
  finished_at {{timestamp}},
  unique (round_id, number)
);
create table result (
  run_id       {{uuid}} not null references scoring_run (id),
  attempt_id   {{uuid}} not null references attempt (id),
  candidate_id {{uuid}} not null references candidate (id),
  raw          bigint not null,
  maximum      bigint not null,
  score        bigint not null,
  right_count  integer not null,
  item_count   integer not null,
  band         text not null,
  low_group    text not null check (low_group in ('', 'failed', 'low')),
  commended    boolean not null,
  topics       {{json}} not null,
  counted      boolean not null,
  primary key (run_id, attempt_id)
);
create index result_candidate on result (candidate_id);
create table mark (
  run_id      {{uuid}} not null references scoring_run (id),
  attempt_id  {{uuid}} not null references attempt (id),
  position    integer not null,
  revision_id {{uuid}} not null references item_revision (id),
  state       text not null check (state in ('answered', 'omitted', 'not_reached', 'unscorable')),
  points      bigint not null,
  maximum     bigint not null,
  chosen      {{json}} not null,
  primary key (run_id, attempt_id, position)
);
create index mark_revision on mark (run_id, revision_id);
create table publication (
  id           {{uuid}} not null primary key,
  round_id     {{uuid}} not null references round (id),
  number       integer not null,
  code         text not null unique,
  run_id       {{uuid}} not null references scoring_run (id),
  published_at {{timestamp}} not null,
  published_by text not null,
  unique (round_id, number)
);

-- What to read next.
create table material (
  code       text not null primary key,
  topic_code text not null references topic (code),
  title      text not null,
  kind       text not null check (kind in ('reading', 'link')),
  minutes    integer not null,
  link       text not null,
  body       text not null,
  documents  {{json}} not null
);
create table recommendation (
  run_id        {{uuid}} not null references scoring_run (id),
  candidate_id  {{uuid}} not null references candidate (id),
  topic_code    text not null,
  material_code text not null references material (code),
  right_count   integer not null,
  item_count    integer not null,
  due_on        text not null,
  opened_at     {{timestamp}},
  finished_at   {{timestamp}},
  primary key (run_id, candidate_id, topic_code)
);
create index recommendation_candidate on recommendation (candidate_id);

create table audit_entry (
  id      {{uuid}} not null primary key,
  at      {{timestamp}} not null,
  actor   text not null,
  verb    text not null,
  subject text not null,
  detail  {{json}} not null
);
create index audit_entry_subject on audit_entry (subject, at);

{{appendonly "attempt_event"}}
{{appendonly "audit_entry"}}

-- +goose Down
drop table audit_entry;
drop table recommendation;
drop table material;
drop table publication;
drop table mark;
drop table result;
drop table scoring_run;
drop table attempt_event;
drop table attempt;
drop table form_item;
drop table form;
drop table candidate;
drop table seating;
drop table round;
drop table series;
drop table citation;
drop table item_key;
drop table item_revision;
drop table item;
drop table legal_document;
drop table topic;
drop table sign_in_throttle;
drop table session;
drop table sign_in_link;
drop table role_grant;
drop table account;
drop table posting;
drop table official;
drop table agency_closure;
drop table agency_succession;
drop table agency_version;
drop table agency;
{{dropappendonly}}
