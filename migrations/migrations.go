// Package migrations holds the schema as SQL and brings a database to it.
//
// Each change is one file, a text/template rendered for the dialect: the words
// uuid, json and timestamp stand for the column types that differ, appendonly
// writes the trigger that keeps a log from being changed, and frozentext (and
// frozentextwith, for columns that came later) those that keep what was
// vouched for. Applied
// changes are never edited; a new file follows. The tests migrate both
// databases from nothing to the head and back and compare the two schemas
// column by column.
package migrations

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"testing/fstest"
	"text/template"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"sathach/internal/database"
)

//go:embed *.sql
var templates embed.FS

// Apply brings db to the newest schema and returns how many changes it
// applied. On PostgreSQL several processes may call it at once; on SQLite the
// file lock of package database already keeps others out.
func Apply(ctx context.Context, db *database.DB) (int, error) {
	provider, err := newProvider(db)
	if err != nil {
		return 0, err
	}
	applied, err := provider.Up(ctx)
	if err != nil {
		return len(applied), fmt.Errorf("migrate the database: %w", err)
	}
	return len(applied), nil
}

// Reset takes every change back. It is for tests.
func Reset(ctx context.Context, db *database.DB) error {
	provider, err := newProvider(db)
	if err != nil {
		return err
	}
	_, err = provider.DownTo(ctx, 0)
	return err
}

// Pending tells how many changes db lacks.
func Pending(ctx context.Context, db *database.DB) (int, error) {
	provider, err := newProvider(db)
	if err != nil {
		return 0, err
	}
	current, target, err := provider.GetVersions(ctx)
	return int(target - current), err
}

func newProvider(db *database.DB) (*goose.Provider, error) {
	files, err := render(db.Dialect())
	if err != nil {
		return nil, err
	}
	pool, err := db.SQL()
	if err != nil {
		return nil, err
	}
	if db.Dialect() == database.SQLite {
		return goose.NewProvider(goose.DialectSQLite3, pool, files)
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, pool, files, goose.WithSessionLocker(locker))
}

// render fills the templates for one dialect.
func render(d database.Dialect) (fs.FS, error) {
	names, err := fs.Glob(templates, "*.sql")
	if err != nil {
		return nil, err
	}
	files := fstest.MapFS{}
	for _, name := range names {
		t, err := template.New(name).Funcs(words(d)).ParseFS(templates, name)
		if err != nil {
			return nil, fmt.Errorf("parse %s: %w", name, err)
		}
		var sql bytes.Buffer
		if err := t.Execute(&sql, nil); err != nil {
			return nil, fmt.Errorf("render %s: %w", name, err)
		}
		files[name] = &fstest.MapFile{Data: sql.Bytes()}
	}
	return files, nil
}

func words(d database.Dialect) template.FuncMap {
	pick := func(sqlite, postgres string) func() string {
		if d == database.SQLite {
			return func() string { return sqlite }
		}
		return func() string { return postgres }
	}
	return template.FuncMap{
		"uuid":       pick("text", "uuid"),
		"json":       pick("text", "jsonb"),
		"bytes":      pick("blob", "bytea"),
		"timestamp":  pick("datetime", "timestamptz"),
		"serial":     pick("integer not null primary key autoincrement", "bigint generated always as identity primary key"),
		"appendonly": func(table string) string { return appendOnly(d, table) },
		"frozentext": pick(frozenSQLite, frozenPostgres),
		"frozentextwith": func(columns string) string {
			return strings.Replace(pick(frozenSQLite, frozenPostgres)(), "unit, pinned on", "unit, pinned, "+columns+" on", 1)
		},
		"newid":     pick("lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(6)))", "gen_random_uuid()"),
		"text":      func(column string) string { return "cast(" + column + " as text)" },
		"newkinds":  func(from, to string) string { return newCheck(d, "item_revision", "kind", from, to) },
		"newlevels": func(from, to string) string { return newCheck(d, "item_revision", "level", from, to) },
		"newstates": func(from, to string) string { return newCheck(d, "mark", "state", from, to) },
		"dropfrozentext": pick("drop trigger item_revision_frozen;\ndrop trigger item_key_frozen;\ndrop trigger item_key_kept;",
			"drop trigger item_revision_frozen on item_revision;\ndrop trigger item_key_frozen on item_key;\ndrop function refuse_text();\ndrop function refuse_key();"),
		"wordsearch":          pick(wordsSQLite, wordsPostgres),
		"dropwordsearch":      pick("drop table item_words;", "drop index item_entry_terms;"),
		"frozencitations":     pick(citedSQLite, citedPostgres),
		"dropfrozencitations": pick("drop trigger citation_frozen;\ndrop trigger citation_kept;", "drop trigger citation_frozen on citation;\ndrop function refuse_citation();"),
		"dropappendonly":      pick("", "drop function if exists refuse_change();"),
	}
}

// The text of a revision may change while it is a draft, and its key with it.
const (
	frozenSQLite = `-- +goose StatementBegin
create trigger item_revision_frozen before update of kind, level, stem, options, targets, unit, pinned on item_revision
when old.state <> 'draft' begin select raise(abort, 'the text of a revision is frozen'); end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger item_key_frozen before update on item_key
when (select state from item_revision where id = old.revision_id) <> 'draft' begin select raise(abort, 'the key of a revision is frozen'); end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger item_key_kept before delete on item_key
when (select state from item_revision where id = old.revision_id) <> 'draft' begin select raise(abort, 'the key of a revision is frozen'); end;
-- +goose StatementEnd`
	frozenPostgres = `-- +goose StatementBegin
create function refuse_text() returns trigger language plpgsql as $$ begin raise exception 'the text of a revision is frozen'; end $$;
-- +goose StatementEnd
create trigger item_revision_frozen before update of kind, level, stem, options, targets, unit, pinned on item_revision
for each row when (old.state <> 'draft') execute function refuse_text();
-- +goose StatementBegin
create function refuse_key() returns trigger language plpgsql as $$ begin
  if (select state from item_revision where id = old.revision_id) <> 'draft' then raise exception 'the key of a revision is frozen'; end if;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $$;
-- +goose StatementEnd
create trigger item_key_frozen before update or delete on item_key for each row execute function refuse_key();`
)

// The law that a revision cites may change while it is a draft.
const (
	citedSQLite = `-- +goose StatementBegin
create trigger citation_frozen before update on citation
when (select state from item_revision where id = old.revision_id) <> 'draft' begin select raise(abort, 'the citations of a revision are frozen'); end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger citation_kept before delete on citation
when (select state from item_revision where id = old.revision_id) <> 'draft' begin select raise(abort, 'the citations of a revision are frozen'); end;
-- +goose StatementEnd`
	citedPostgres = `-- +goose StatementBegin
create function refuse_citation() returns trigger language plpgsql as $$ begin
  if (select state from item_revision where id = old.revision_id) <> 'draft' then raise exception 'the citations of a revision are frozen'; end if;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $$;
-- +goose StatementEnd
create trigger citation_frozen before update or delete on citation for each row execute function refuse_citation();`
)

// newCheck changes which values a column of item_revision may have. SQLite has
// no statement for it; its manual says to write the new check into the schema,
// as here. A table whose check fails stops the migration where rows have other
// values, or where the schema was not found as expected.
func newCheck(d database.Dialect, table, column, from, to string) string {
	if d == database.Postgres {
		name := table + "_" + column + "_check"
		return "alter table " + table + " drop constraint " + name + ";\nalter table " + table + " add constraint " + name + " check (" + column + " in (" + to + "));"
	}
	check := func(values string) string {
		return "'" + column + " in (" + strings.ReplaceAll(values, "'", "''") + ")'"
	}
	return `create table values_fit (ok integer check (ok = 1));
insert into values_fit select 0 where exists (select 1 from ` + table + ` where ` + column + ` not in (` + to + `));
pragma writable_schema = on;
update sqlite_master set sql = replace(sql, ` + check(from) + `, ` + check(to) + `) where type = 'table' and name = '` + table + `';
pragma writable_schema = reset;
insert into values_fit select 0 where not exists (select 1 from sqlite_master where name = '` + table + `' and instr(sql, ` + check(to) + `) > 0);
drop table values_fit;`
}

// Words are found by each database's own index. They are folded and parted by
// blanks before they are stored, so neither database parses anything.
const (
	wordsSQLite = `create virtual table item_words using fts5 (words, content = 'item_entry', content_rowid = 'seq', detail = 'none');
-- +goose StatementBegin
create trigger item_entry_said after insert on item_entry begin insert into item_words (rowid, words) values (new.seq, new.words); end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger item_entry_unsaid after delete on item_entry begin insert into item_words (item_words, rowid, words) values ('delete', old.seq, old.words); end;
-- +goose StatementEnd`
	wordsPostgres = `alter table item_entry add column terms tsvector generated always as (array_to_tsvector(string_to_array(words, ' '))) stored;
create index item_entry_terms on item_entry using gin (terms);`
)

// appendOnly makes the database refuse to change or remove rows of a table.
func appendOnly(d database.Dialect, table string) string {
	if d == database.SQLite {
		return fmt.Sprintf(`-- +goose StatementBegin
create trigger %[1]s_no_update before update on %[1]s begin select raise(abort, '%[1]s only grows'); end;
-- +goose StatementEnd
-- +goose StatementBegin
create trigger %[1]s_no_delete before delete on %[1]s begin select raise(abort, '%[1]s only grows'); end;
-- +goose StatementEnd`, table)
	}
	return fmt.Sprintf(`-- +goose StatementBegin
create or replace function refuse_change() returns trigger language plpgsql as $$ begin raise exception '%% only grows', tg_table_name; end $$;
-- +goose StatementEnd
create trigger %[1]s_no_change before update or delete on %[1]s for each row execute function refuse_change();`, table)
}
