package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sathach/assessment"
	"sathach/internal/authz"
	"sathach/internal/identity"
	"sathach/internal/viet"
	"sathach/itembank"
	bankstarter "sathach/itembank/starter"
	"sathach/refresher"
	"sathach/refresher/starter"
	"sathach/roster"
	"sathach/roster/sample"
)

// Sample logins. Every official signs in with their record code.
const (
	hrLogin       = "tccb@angiang.example"
	ministryLogin = "vucchc@moha.example"
	adminLogin    = "quantri@moha.example"
	authorLogin   = "tacgia@moha.example"
	reviewerLogin = "thamdinh@moha.example"
)

// sampleSeed makes the synthetic roster the same everywhere.
const sampleSeed = 905

// seeded is what seeding leaves behind.
type seeded struct{ items, officials, agencies int }

type seedCmd struct {
	Officials int `default:"1500" help:"Size of the synthetic roster."`
}

// Run loads the sample data into an empty database.
func (c seedCmd) Run(ctx context.Context, env *environment) error {
	a, err := env.open(ctx, env.cli.DatabaseURL, time.Now)
	if err != nil {
		return err
	}
	defer a.close()
	s, err := a.seed(ctx, c.Officials)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.out, "loaded %d items, %d officials in %d agencies; sign in with: sathach link %s\n", s.items, s.officials, s.agencies, ministryLogin)
	return err
}

var errSeeded = errors.New("the sample data is already loaded")

// seed loads bank, materials, agencies, officials and accounts. Each stage is
// one change; a run that was cut off goes on with the first that is missing.
func (a *app) seed(ctx context.Context, officials int) (seeded, error) {
	if officials < 1 || officials > 200_000 {
		return seeded{}, fmt.Errorf("%d officials: want 1 to 200000", officials)
	}
	if done, err := a.identity.Known(ctx, ministryLogin); err != nil || done {
		return seeded{}, errors.Join(err, errSeeded)
	}
	items, err := a.seedBank(ctx)
	if err != nil {
		return seeded{}, err
	}
	members, err := a.seedRoster(ctx, officials)
	if err != nil {
		return seeded{}, err
	}
	agencies := map[roster.AgencyID]bool{}
	for _, m := range members {
		agencies[m.AgencyID] = true
	}
	return seeded{items, len(members), len(agencies)}, a.seedAccounts(ctx, members)
}

func (a *app) seedBank(ctx context.Context) (items int, err error) {
	content, err := bankstarter.Read()
	if err != nil {
		return 0, err
	}
	materials, err := starter.Materials()
	if err != nil {
		return 0, err
	}
	if n, err := a.bank.Count(ctx); err != nil {
		return 0, err
	} else if n == 0 {
		if err := a.bank.Load(ctx, content.Topics, content.Documents, content.Items); err != nil {
			return 0, err
		}
	}
	if _, err := a.refresher.Material(ctx, materials[0].Code); errors.Is(err, refresher.ErrNoMaterial) {
		return len(content.Items), a.refresher.Load(ctx, materials)
	} else if err != nil {
		return 0, err
	}
	return len(content.Items), nil
}

// seedRoster returns everybody on the roster.
func (a *app) seedRoster(ctx context.Context, officials int) ([]roster.Member, error) {
	tree, err := sample.Tree()
	if err != nil {
		return nil, err
	}
	on := viet.DateOf(a.now())
	root, err := a.roster.AgencyByCode(ctx, roster.RootCode, on)
	if errors.Is(err, roster.ErrNoAgency) {
		if err := a.roster.LoadTree(ctx, tree); err != nil {
			return nil, err
		}
		root, err = a.roster.AgencyByCode(ctx, roster.RootCode, on)
	}
	if err != nil {
		return nil, err
	}
	members, err := roster.Members(a.db.Read(ctx), root.ID, on)
	if err != nil || len(members) > 0 {
		return members, err
	}
	if _, err := a.roster.Enrol(ctx, sample.Officials(sampleSeed, officials, sample.Agencies(tree, on))); err != nil {
		return nil, err
	}
	return roster.Members(a.db.Read(ctx), root.ID, on)
}

func (a *app) seedAccounts(ctx context.Context, members []roster.Member) error {
	on := viet.DateOf(a.now())
	root, err := a.roster.AgencyByCode(ctx, roster.RootCode, on)
	if err != nil {
		return err
	}
	province, err := a.roster.AgencyByCode(ctx, sample.Province, on)
	if err != nil {
		return err
	}
	whole := string(root.ID)
	newcomers := []identity.Newcomer{
		{Login: ministryLogin, Name: "Chuyên viên Mẫu, Vụ CCHC", Grants: []authz.Grant{{Role: authz.Ministry, Agency: whole}, {Role: authz.Author, Agency: whole}}},
		{Login: hrLogin, Name: "Cán bộ Mẫu, Sở Nội vụ An Giang", Grants: []authz.Grant{{Role: authz.HR, Agency: string(province.ID)}}},
		{Login: authorLogin, Name: "Tác giả Mẫu", Grants: []authz.Grant{{Role: authz.Author, Agency: whole}}},
		{Login: reviewerLogin, Name: "Người thẩm định Mẫu", Grants: []authz.Grant{{Role: authz.Author, Agency: whole}}},
		{Login: adminLogin, Name: "Quản trị viên Mẫu", Grants: []authz.Grant{{Role: authz.Admin, Agency: whole}}},
	}
	for _, m := range members {
		newcomers = append(newcomers, identity.Newcomer{Login: m.Code, Name: m.FullName, OfficialID: string(m.ID), Grants: []authz.Grant{{Role: authz.Official, Agency: whole}}})
	}
	_, err = a.identity.Open(ctx, newcomers)
	return err
}

// sampleBlueprint is the blueprint of the sample series: 40 items over the
// programme and the six strands, enough to be sure of somebody.
func sampleBlueprint() assessment.Blueprint {
	var b assessment.Blueprint
	add := func(topic string, recall, understanding, application int) {
		for i, n := range []int{recall, understanding, application} {
			if n > 0 {
				b = append(b, assessment.Cell{Topic: topic, Level: itembank.Levels[i], Count: n})
			}
		}
	}
	add("A-DEAN", 2, 1, 1)
	add("T0-CHUTRUONG", 1, 1, 1)
	add("T1-THECHE", 2, 1, 1)
	add("T2-TTHC", 3, 3, 1)
	add("T3-BOMAY", 2, 2, 1)
	add("T4-CONGVU", 2, 2, 1)
	add("T5-TAICHINH", 1, 1, 1)
	add("T6-CPS", 4, 3, 2)
	return b
}
