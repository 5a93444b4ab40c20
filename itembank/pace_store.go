package itembank

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"sathach/internal/database"
)

// RecordPaces adds to what a round has shown how long its items took.
func RecordPaces(tx *database.Tx, round string, paces map[RevisionID]Pace) error {
	for _, id := range slices.Sorted(maps.Keys(paces)) {
		p := paces[id]
		err := tx.Gorm().Exec("update item_statistic set timed = ?, tenths = ? where revision_id = ? and round_id = ?", p.People, int(math.Round(10*p.Seconds)), string(id), round).Error
		if err != nil {
			return fmt.Errorf("record how long items took: %w", err)
		}
	}
	return nil
}

// PacesOf are those of some revisions in all rounds, of those that are known.
func PacesOf(h database.Handle, ids []RevisionID) (map[RevisionID]Pace, error) {
	found := map[RevisionID]Pace{}
	for part := range slices.Chunk(ids, batch) {
		var rows []struct {
			RevisionID string
			People     int
			Tenths     int64 // of all of them
		}
		err := h.Gorm().Raw("select revision_id, sum(timed) as people, sum(timed * tenths) as tenths from item_statistic where revision_id in ? and timed > 0 group by revision_id", part).Scan(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("read how long items take: %w", err)
		}
		for _, r := range rows {
			found[RevisionID(r.RevisionID)] = Pace{r.People, float64(r.Tenths) / 10 / float64(r.People)}
		}
	}
	return found, nil
}
