package itembank

import (
	"fmt"
	"slices"
	"strconv"

	"sathach/internal/database"
	"sathach/itembank/exchange"
)

// stagedSituations are the situations that questions of one import may belong
// to: those of the file, which questions name by their code or by their place
// in the file, and those of the bank that are named.
type stagedSituations struct {
	file map[string][]*Staged
	at   map[int]*Staged // those of the file by their position
	bank map[string]Revision
}

func newStagedSituations(file []Staged) stagedSituations {
	known := stagedSituations{file: map[string][]*Staged{}, at: map[int]*Staged{}, bank: map[string]Revision{}}
	for i := range file {
		known.at[file[i].Position] = &file[i]
		if name := file[i].Item.Name; name != "" {
			known.file[name] = append(known.file[name], &file[i])
		}
	}
	for i := range file { // a name is stronger than a place
		if place := strconv.Itoa(file[i].Position); known.file[place] == nil {
			known.file[place] = append(known.file[place], &file[i])
		}
	}
	return known
}

// names are what questions of the file may call a situation.
func (s Staged) names() []string {
	names := []string{strconv.Itoa(s.Position)}
	if s.Item.Name != "" {
		names = append(names, s.Item.Name)
	}
	return names
}

// decide lets the situations among some questions have the decision that they
// are about to get.
func (known stagedSituations) decide(list []Staged, d Decision) {
	for _, s := range list {
		if of := known.at[s.Position]; of != nil {
			of.Decision = d
		}
	}
}

// usable is what the bank has under a code, if items of a topic may belong to
// it.
func (known stagedSituations) usable(code, topic string) bool {
	r, there := known.bank[code]
	return there && r.Kind == Situation && r.State != Retired && r.Topic == topic
}

// instead is the situation of the bank that stands for a rejected one of the
// file: the one it repeats, or the one it is called.
func (known stagedSituations) instead(of Staged, topic string) string {
	codes := []string{of.Item.Name}
	for _, t := range of.Twins {
		if t.Exact && t.Code != "" {
			codes = append([]string{t.Code}, codes...)
		}
	}
	for _, code := range codes {
		if known.usable(code, topic) {
			return code
		}
	}
	return ""
}

// hurdle tells what keeps a question's situation from being entered before it.
func (known stagedSituations) hurdle(s Staged, register []Document) string {
	name := s.Item.Situation
	if name == "" || s.Item.Type == exchange.Situation {
		return ""
	}
	of := known.file[name]
	switch {
	case len(of) > 1:
		return "Tệp có hai tình huống cùng mã “" + name + "”"
	case len(of) == 0 && known.usable(name, s.Topic), len(of) == 1 && of[0].Decision == Rejected && known.instead(*of[0], s.Topic) != "":
		return ""
	case len(of) == 0:
		return "Không có tình huống “" + name + "” trong tệp hay trong chuyên đề này của ngân hàng"
	case of[0].Decision == Rejected:
		return "Tình huống “" + name + "” đã bị loại"
	case of[0].Topic != s.Topic:
		return "Tình huống “" + name + "” thuộc chuyên đề khác"
	}
	if _, hurdle := of[0].draft(register, known); hurdle != "" {
		return "Tình huống “" + name + "”: " + hurdle
	}
	return ""
}

// code is what the bank calls the situation of a question that may enter;
// empty when it has none, or when that has not entered.
func (known stagedSituations) code(s Staged) string {
	of := known.file[s.Item.Situation]
	switch {
	case len(of) != 1:
		return s.Item.Situation
	case of[0].Decision == Rejected:
		return known.instead(*of[0], s.Topic)
	}
	return of[0].Code
}

// entered notes what a situation of the file has become.
func (known stagedSituations) entered(s Staged, code string) {
	if of := known.at[s.Position]; of != nil {
		of.Code = code
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
	for _, s := range file {
		for _, t := range s.Twins {
			names = append(names, t.Code)
		}
	}
	slices.Sort(names)
	revisions, err := revisionsIn(h, slices.Compact(names))
	if err != nil {
		return stagedSituations{}, err
	}
	for code, all := range revisions {
		known.bank[code] = speaker(all)
	}
	return known, nil
}

// situationsOf are the positions of the situations that some questions of an
// import belong to and that have not entered.
func situationsOf(h database.Handle, id ImportID, questions []Staged) (positions []int, err error) {
	known, err := situationsKnown(h, id, questions)
	for _, s := range questions {
		for _, of := range known.file[s.Item.Situation] {
			if of.Code == "" && of.Decision != Rejected {
				positions = append(positions, of.Position)
			}
		}
	}
	return positions, err
}

// letGo makes the accepted questions of situations that are no longer accepted
// undecided. The situations themselves have been changed before.
func letGo(tx *database.Tx, id ImportID, changed []Staged) error {
	var names []string
	for _, s := range changed {
		if s.Item.Type == exchange.Situation {
			names = append(names, s.names()...)
		}
	}
	for part := range slices.Chunk(names, batch) {
		err := tx.Gorm().Exec("update staged_item set decision = ?, version = version + 1 where import_id = ? and decision = ? and item_id is null and item ->> 'situation' in ?",
			string(Undecided), string(id), string(Accepted), part).Error
		if err != nil {
			return fmt.Errorf("let go of questions: %w", err)
		}
	}
	return nil
}
