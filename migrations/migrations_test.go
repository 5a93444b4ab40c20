package migrations_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/migrations"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func TestApply_fromNothingAndBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		if err := migrations.Reset(ctx, db); err != nil {
			t.Fatal(err)
		}
		applied, err := migrations.Apply(ctx, db)
		if err != nil || applied == 0 {
			t.Fatalf("Apply on an empty database: %d applied, %v", applied, err)
		}
		if again, err := migrations.Apply(ctx, db); err != nil || again != 0 {
			t.Errorf("Apply again: %d applied, %v", again, err)
		}
		if pending, err := migrations.Pending(ctx, db); err != nil || pending != 0 {
			t.Errorf("Pending after Apply: %d, %v", pending, err)
		}
	})
}

func TestApply_byTwoProcessesAtOnce(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("-short leaves PostgreSQL out")
	}
	url := dbtest.PostgresURL(t)
	one, two := openAt(t, url), openAt(t, url)
	if err := migrations.Reset(context.Background(), one); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 2)
	for _, db := range []*database.DB{one, two} {
		go func() {
			_, err := migrations.Apply(context.Background(), db)
			done <- err
		}()
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// The two schemas agree on every column: its table, its kind of value and
// whether it may be empty; and on primary keys and unique keys.
func TestSchemas_agree(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("-short leaves PostgreSQL out")
	}
	lite := describe(t, dbtest.SQLite(t), sqliteColumns, sqliteKeys)
	post := describe(t, dbtest.Postgres(t), postgresColumns, postgresKeys)
	if len(lite) < 100 {
		t.Fatalf("only %d facts read from SQLite", len(lite))
	}
	if diff := cmp.Diff(lite, post); diff != "" {
		t.Errorf("schemas differ (-sqlite +postgres):\n%s", diff)
	}
}

func TestLogs_onlyGrow(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		run := func(sql string) error {
			return db.Write(ctx, func(tx *database.Tx) error { return tx.Gorm().Exec(sql).Error })
		}
		if err := run(`insert into audit_entry values ('01890000-0000-7000-8000-000000000000', '2026-11-24 00:00:00+00:00', '', '', '', '{}')`); err != nil {
			t.Fatal(err)
		}
		for _, sql := range []string{"update audit_entry set actor = 'x'", "delete from audit_entry"} {
			if err := run(sql); err == nil || !strings.Contains(err.Error(), "only grows") {
				t.Errorf("%s: %v, want a refusal", sql, err)
			}
		}
	})
}

// Going back is refused while items are of kinds that the older schema does not
// know; nothing is lost by trying.
func TestReset_refusesItemsOfNewerKinds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		const id = "01890000-0000-7000-8000-000000000000"
		err := db.Write(ctx, func(tx *database.Tx) error {
			return database.InTurn(
				func() error {
					return tx.Gorm().Exec("insert into topic (code, parent_code, name_vi, name_en, position) values ('T', '', '', '', 0)").Error
				},
				func() error {
					return tx.Gorm().Exec("insert into item (id, code, topic_code) values (?, 'T-1', 'T')", id).Error
				},
				func() error {
					return tx.Gorm().Exec("insert into item_revision (id, item_id, number, state, kind, level, stem, options, targets, unit, pinned, valid_to, note, created_at) values (?, ?, 1, 'draft', 'gap', 'recall', '', '[]', '[]', '', '[]', '', '', '2026-11-24 00:00:00+00:00')", id, id).Error
				})
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := migrations.Reset(ctx, db); err == nil {
			t.Error("the schema went back under a gap text")
		}
		var kinds []string
		if err := db.Read(ctx).Gorm().Raw("select kind from item_revision").Scan(&kinds).Error; err != nil || len(kinds) != 1 {
			t.Errorf("%v, %v", kinds, err)
		}
	})
}

const sqliteColumns = `
select m.name || '.' || c.name || ' ' ||
  case lower(c.type)
    when 'text' then 'text' when 'integer' then 'int' when 'bigint' then 'int'
    when 'boolean' then 'bool' when 'datetime' then 'time' when 'blob' then 'bytea' else lower(c.type) end ||
  case when c."notnull" = 1 then ' required' else '' end
from sqlite_master m, pragma_table_info(m.name) c
where m.type = 'table' and m.name not like 'sqlite_%' and m.name not like 'item_words%' and m.name <> 'goose_db_version'`

// uuid and jsonb are text on SQLite.
const postgresColumns = `
select table_name || '.' || column_name || ' ' ||
  case data_type
    when 'uuid' then 'text' when 'jsonb' then 'text' when 'integer' then 'int' when 'bigint' then 'int'
    when 'boolean' then 'bool' when 'timestamp with time zone' then 'time' else data_type end ||
  case when is_nullable = 'NO' then ' required' else '' end
from information_schema.columns
where table_schema = 'public' and table_name <> 'goose_db_version' and data_type <> 'tsvector'`

const sqliteKeys = `
select 'unique ' || m.name || '(' ||
  (select group_concat(x.name, ',') from (select i.name from pragma_index_info(l.name) i order by i.seqno) x) || ')' ||
  case when l.partial = 1 then ' partial' else '' end
from sqlite_master m, pragma_index_list(m.name) l
where m.type = 'table' and m.name not like 'item_words%' and m.name <> 'goose_db_version' and l."unique" = 1
union -- the row number of a table as its key has no index
select 'unique ' || m.name || '(' || c.name || ')'
from sqlite_master m, pragma_table_info(m.name) c
where m.type = 'table' and m.name not like 'item_words%' and m.name not like 'sqlite_%' and m.name <> 'goose_db_version' and c.pk = 1 and lower(c.type) = 'integer'
  and not exists (select 1 from pragma_table_info(m.name) o where o.pk > 1)
union
select 'references ' || m.name || '.' || f."from" || ' ' || f."table"
from sqlite_master m, pragma_foreign_key_list(m.name) f where m.type = 'table'`

const postgresKeys = `
select 'unique ' || t.relname || '(' ||
  (select string_agg(a.attname, ',' order by k.ord) from unnest(i.indkey) with ordinality k(num, ord)
   join pg_attribute a on a.attrelid = t.oid and a.attnum = k.num) || ')' ||
  case when i.indpred is not null then ' partial' else '' end
from pg_index i join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace
where n.nspname = 'public' and i.indisunique and t.relname <> 'goose_db_version'
union
select 'references ' || t.relname || '.' || a.attname || ' ' || r.relname
from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_class r on r.oid = c.confrelid
join pg_attribute a on a.attrelid = t.oid and a.attnum = any (c.conkey)
where c.contype = 'f'`

func describe(t *testing.T, db *database.DB, queries ...string) []string {
	t.Helper()
	var facts []string
	for _, q := range queries {
		var part []string
		if err := db.Read(context.Background()).Gorm().Raw(q).Scan(&part).Error; err != nil {
			t.Fatal(err)
		}
		facts = append(facts, part...)
	}
	slices.Sort(facts)
	return slices.Compact(facts)
}

func openAt(t *testing.T, url string) *database.DB {
	t.Helper()
	db, err := database.Open(context.Background(), url, dbtest.Log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestApply_onAFreshFile(t *testing.T) {
	t.Parallel()
	db := openAt(t, "sqlite:"+filepath.Join(t.TempDir(), "fresh.db"))
	if _, err := migrations.Apply(context.Background(), db); err != nil {
		t.Fatal(err)
	}
}
