-- +goose Up

-- Which cut a score reaches without the certainty its round asks for; empty
-- where there is no doubt and in runs before there was such a rule.
alter table result add column doubt text not null default '' check (doubt in ('', 'commend', 'low'));

-- +goose Down
alter table result drop column doubt;
