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
	"sathach/refresher/starter"
	"sathach/roster"
	"sathach/roster/sample"
)

// Sample logins. Every official signs in with their record code.
const (
	hrLogin       = "tccb@angiang.example"
	ministryLogin = "vucchc@moha.example"
	adminLogin    = "quantri@moha.example"
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

var errNotEmpty = errors.New("the database already holds items; sample data goes into an empty database only")

// seed loads bank, materials, agencies, officials and accounts.
func (a *app) seed(ctx context.Context, officials int) (seeded, error) {
	if officials < 1 || officials > 200_000 {
		return seeded{}, fmt.Errorf("%d officials: want 1 to 200000", officials)
	}
	if n, err := a.bank.Count(ctx); err != nil || n > 0 {
		return seeded{}, errors.Join(err, errNotEmpty)
	}
	content, err := bankstarter.Read()
	if err != nil {
		return seeded{}, err
	}
	if err := a.bank.Load(ctx, content.Topics, content.Documents, content.Items); err != nil {
		return seeded{}, err
	}
	materials, err := starter.Materials()
	if err != nil {
		return seeded{}, err
	}
	if err := a.refresher.Load(ctx, materials); err != nil {
		return seeded{}, err
	}
	agencies, err := a.seedRoster(ctx, officials)
	return seeded{len(content.Items), officials, agencies}, err
}

// seedRoster returns how many agencies got officials.
func (a *app) seedRoster(ctx context.Context, officials int) (int, error) {
	tree, err := sample.Tree()
	if err != nil {
		return 0, err
	}
	if err := a.roster.LoadTree(ctx, tree); err != nil {
		return 0, err
	}
	on := viet.DateOf(a.now())
	codes := sample.Agencies(tree, on)
	entrants := sample.Officials(sampleSeed, officials, codes)
	ids, err := a.roster.Enrol(ctx, entrants)
	if err != nil {
		return 0, err
	}
	root, err := a.roster.AgencyByCode(ctx, roster.RootCode, on)
	if err != nil {
		return 0, err
	}
	province, err := a.roster.AgencyByCode(ctx, sample.Province, on)
	if err != nil {
		return 0, err
	}
	newcomers := []identity.Newcomer{
		{Login: ministryLogin, Name: "Chuyên viên Mẫu, Vụ CCHC", Grants: []authz.Grant{{Role: authz.Ministry, Agency: string(root.ID)}, {Role: authz.Author, Agency: string(root.ID)}}},
		{Login: hrLogin, Name: "Cán bộ Mẫu, Sở Nội vụ An Giang", Grants: []authz.Grant{{Role: authz.HR, Agency: string(province.ID)}}},
		{Login: adminLogin, Name: "Quản trị viên Mẫu", Grants: []authz.Grant{{Role: authz.Admin, Agency: string(root.ID)}}},
	}
	for i, e := range entrants {
		newcomers = append(newcomers, identity.Newcomer{Login: e.Code, Name: e.FullName, OfficialID: string(ids[i]), Grants: []authz.Grant{{Role: authz.Official, Agency: string(root.ID)}}})
	}
	_, err = a.identity.Open(ctx, newcomers)
	return min(len(codes), officials), err
}

// sampleBlueprint is the blueprint of the sample series: 25 items over the
// programme, the six strands and four skills.
func sampleBlueprint() assessment.Blueprint {
	var b assessment.Blueprint
	add := func(topic string, recall, understanding, application int) {
		for i, n := range []int{recall, understanding, application} {
			if n > 0 {
				b = append(b, assessment.Cell{Topic: topic, Level: itembank.Levels[i], Count: n})
			}
		}
	}
	add("A-DEAN", 1, 1, 1)
	add("T0-CHUTRUONG", 1, 1, 0)
	add("T1-THECHE", 1, 1, 1)
	add("T2-TTHC", 2, 2, 1)
	add("T3-BOMAY", 1, 1, 1)
	add("T4-CONGVU", 1, 1, 1)
	add("T5-TAICHINH", 1, 1, 0)
	add("T6-CPS", 2, 1, 1)
	return b
}
