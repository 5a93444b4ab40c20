package itembank

import (
	"strconv"

	"sathach/internal/database"
	"sathach/itembank/exchange"
)

// stagedSituations are the situations that questions of one import may belong
// to: those of the file, which questions name by their code or by their place
// in the file, and those of the bank that are named.
type stagedSituations struct {
	file map[string][]*Staged
	bank map[string]Revision
}

func newStagedSituations(file []Staged) stagedSituations {
	known := stagedSituations{file: map[string][]*Staged{}, bank: map[string]Revision{}}
	for i := range file {
		for _, name := range file[i].names() {
			known.file[name] = append(known.file[name], &file[i])
		}
	}
	return known
}

// names are what questions of the file call a situation.
func (s Staged) names() []string {
	names := []string{strconv.Itoa(s.Position)}
	if s.Item.Name != "" {
		names = append(names, s.Item.Name)
	}
	return names
}

// hurdle tells what keeps a question's situation from being entered before it.
func (known stagedSituations) hurdle(s Staged, register []Document) string {
	name := s.Item.Situation
	if name == "" || s.Item.Type == exchange.Situation {
		return ""
	}
	of := known.file[name]
	switch r, inBank := known.bank[name]; {
	case len(of) > 1:
		return "Tệp có hai tình huống cùng mã “" + name + "”"
	case len(of) == 0 && (!inBank || r.Kind != Situation || r.State == Retired):
		return "Không có tình huống “" + name + "” trong tệp hay trong ngân hàng"
	case len(of) == 0 && r.Topic != s.Topic, len(of) == 1 && of[0].Topic != s.Topic:
		return "Tình huống “" + name + "” thuộc chuyên đề khác"
	case len(of) == 0:
		return ""
	case of[0].Decision == Rejected:
		return "Tình huống “" + name + "” đã bị loại"
	}
	if _, hurdle := of[0].draft(register, known); hurdle != "" {
		return "Tình huống “" + name + "”: " + hurdle
	}
	return ""
}

// code is what the bank calls the situation of a question that may enter;
// empty when it has none, or when that has not entered.
func (known stagedSituations) code(s Staged) string {
	if of := known.file[s.Item.Situation]; len(of) == 1 {
		return of[0].Code
	}
	return s.Item.Situation
}

// entered notes what a situation of the file has become.
func (known stagedSituations) entered(s Staged, code string) {
	for _, name := range s.names() {
		for _, of := range known.file[name] {
			if of.Position == s.Position {
				of.Code = code
			}
		}
	}
}

// situationsKnown reads the situations that some questions of an import name.
func situationsKnown(h database.Handle, id ImportID, questions []Staged) (stagedSituations, error) {
	var names []string
	for _, s := range questions {
		if s.Item.Situation != "" {
			names = append(names, s.Item.Situation)
		}
	}
	if len(names) == 0 {
		return newStagedSituations(nil), nil
	}
	file, err := findStaged(h, id, " and s.item ->> 'type' = ? order by s.position", string(exchange.Situation))
	if err != nil {
		return stagedSituations{}, err
	}
	known := newStagedSituations(file)
	revisions, err := revisionsIn(h, names)
	for code, all := range revisions {
		known.bank[code] = speaker(all)
	}
	return known, err
}

// situationsOf are the positions of the situations that some questions of an
// import belong to and that have not entered.
func situationsOf(h database.Handle, id ImportID, questions []Staged) (positions []int, err error) {
	known, err := situationsKnown(h, id, questions)
	for _, s := range questions {
		for _, of := range known.file[s.Item.Situation] {
			if of.Code == "" {
				positions = append(positions, of.Position)
			}
		}
	}
	return positions, err
}

// letGo makes the accepted questions of situations that are no longer accepted
// undecided, except those that are changed with them.
func letGo(tx *database.Tx, id ImportID, changed []Staged) error {
	var names []string
	var positions []int
	for _, s := range changed {
		positions = append(positions, s.Position)
		if s.Item.Type == exchange.Situation {
			names = append(names, s.names()...)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return tx.Gorm().Exec("update staged_item set decision = ?, version = version + 1 where import_id = ? and decision = ? and item_id is null and item ->> 'situation' in ? and position not in ?",
		string(Undecided), string(id), string(Accepted), names, positions).Error
}
