// Package sample makes a roster to try the program with: the agency tree of
// agencies.csv and synthetic officials. Every official's name holds the word
// "Mẫu", so that nobody can be taken for a person.
package sample

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strings"

	"sathach/roster"
)

//go:embed agencies.csv
var agencies []byte

// Tree reads the sample tree: ministries, provinces with their departments
// and communes, living and ended.
func Tree() ([]roster.Version, error) {
	rows, err := csv.NewReader(bytes.NewReader(agencies)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read agencies.csv: %w", err)
	}
	var versions []roster.Version
	for _, r := range rows[1:] {
		v := roster.Version{
			Code: r[0], Name: r[1], Kind: r[2], Level: r[3], ParentCode: r[4],
			ValidFrom: r[5], ValidTo: r[6], Synthetic: r[8] == "true", DVHCCode: r[9],
		}
		if r[7] != "" {
			v.SuccessorCodes = strings.Split(r[7], ";")
		}
		versions = append(versions, v)
	}
	return versions, nil
}

// Province is where the sample's HR officer works.
const Province = "P-91"

// DefaultOfficials is the size of the sample roster.
const DefaultOfficials = 1500

// places are the parents whose agencies get officials: the sample province
// first, then a spread over the country.
var places = []string{Province, "P-31", "P-75", "P-01", "P-24", "B-NV", "B-TC", "B-TP", "B-KHCN", "B-YT"}

const agencyCount = 60

// Agencies picks the codes of the agencies that get officials, at most 60, as
// they stand on a date.
func Agencies(versions []roster.Version, on string) []string {
	var picked []string
	for _, place := range places {
		room := 9
		if place == Province {
			room = 18
		}
		for _, v := range versions {
			inForce := v.ValidFrom <= on && (v.ValidTo == "" || v.ValidTo >= on)
			if v.ParentCode == place && inForce && room > 0 && len(picked) < agencyCount {
				picked, room = append(picked, v.Code), room-1
			}
		}
	}
	return picked
}

var (
	families = []string{"Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Danh", "Cao"}
	middles  = []string{"Ngọc", "Thanh", "Bích", "Kim", "Đức", "Quốc", "Hữu", "Thị", "Văn", "Minh", "Thùy", "Xuân", "Hồng", ""}
	givens   = []string{"An", "Anh", "Ánh", "Ân", "Bình", "Châu", "Dung", "Dũng", "Đạt", "Giang", "Hà", "Hải", "Hằng", "Hiếu", "Hoa", "Hòa", "Hưng", "Hương", "Khánh", "Khoa", "Lan", "Linh", "Long", "Mai", "My", "Nam", "Nga", "Nghĩa", "Nhung", "Oanh", "Phong", "Phương", "Quân", "Quyên", "Quỳnh", "Sơn", "Tâm", "Thảo", "Thắng", "Thịnh", "Thu", "Trang", "Trung", "Tú", "Uyên", "Vân", "Vinh", "Yến", "Ý"}
)

type post struct {
	title, group string
	share        int
}

var posts = []post{
	{"Chuyên viên", roster.PartTime, 40},
	{"Chuyên viên phụ trách cải cách hành chính", roster.Dedicated, 16},
	{"Chuyên viên Bộ phận Một cửa", roster.OneStop, 20},
	{"Chuyên viên chính", roster.PartTime, 10},
	{"Phó Trưởng phòng", roster.Leaders, 8},
	{"Trưởng phòng", roster.Leaders, 4},
	{"Chánh Văn phòng", roster.Leaders, 2},
}

// Officials makes n synthetic officials spread over agencies. The same seed
// gives the same people.
func Officials(seed uint64, n int, agencyCodes []string) []roster.Entrant {
	rnd := rand.New(rand.NewPCG(seed, 905))
	entrants := make([]roster.Entrant, n)
	for i := range entrants {
		title, group := pickPost(rnd)
		agency := agencyCodes[i%len(agencyCodes)]
		if i >= len(agencyCodes)*5 {
			agency = agencyCodes[rnd.IntN(len(agencyCodes))]
		}
		entrants[i] = roster.Entrant{
			Code: fmt.Sprintf("%07d", i+1), FullName: name(rnd), BirthDate: birthDate(rnd),
			AgencyCode: agency, Title: title, Group: group, From: "2025-07-01",
		}
	}
	return entrants
}

func name(rnd *rand.Rand) string {
	words := []string{families[rnd.IntN(len(families))], "Mẫu", middles[rnd.IntN(len(middles))], givens[rnd.IntN(len(givens))]}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

func birthDate(rnd *rand.Rand) string {
	return fmt.Sprintf("%04d-%02d-%02d", 1966+rnd.IntN(36), 1+rnd.IntN(12), 1+rnd.IntN(28))
}

func pickPost(rnd *rand.Rand) (title, group string) {
	at := rnd.IntN(100)
	for _, p := range posts {
		if at -= p.share; at < 0 {
			return p.title, p.group
		}
	}
	return posts[0].title, posts[0].group
}
