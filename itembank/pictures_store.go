package itembank

import (
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"sathach/internal/database"
	"sathach/itembank/picture"
)

type pictureRow struct {
	Name    string
	Media   string
	Data    []byte
	AddedAt time.Time
}

// pictureBatch bounds the memory of one insert.
const pictureBatch = 20

func insertPictures(tx *database.Tx, pictures []picture.Picture, at time.Time) error {
	for part := range slices.Chunk(pictures, pictureBatch) {
		rows := make([]pictureRow, len(part))
		for i, p := range part {
			rows[i] = pictureRow{p.Name, p.Media, p.Data, database.Truncate(at)}
		}
		if err := tx.Gorm().Table("picture").Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error; err != nil {
			return fmt.Errorf("keep pictures: %w", err)
		}
	}
	return nil
}

func picturesOf(h database.Handle, names []string) ([]picture.Picture, error) {
	var rows []pictureRow
	if err := h.Gorm().Table("picture").Where("name in ?", names).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read pictures: %w", err)
	}
	pictures := make([]picture.Picture, len(rows))
	for i, r := range rows {
		pictures[i] = picture.Picture{Name: r.Name, Media: r.Media, Data: r.Data}
	}
	return pictures, nil
}

// contents are the pictures that drafts speak of, by their names.
func contents(h database.Handle, drafts []Draft) (map[string][]byte, error) {
	data := map[string][]byte{}
	var names []string
	for _, d := range drafts {
		names = append(names, d.pictureNames()...)
	}
	for part := range slices.Chunk(names, pictureBatch) {
		pictures, err := picturesOf(h, part)
		if err != nil {
			return nil, err
		}
		for _, p := range pictures {
			data[p.Name] = p.Data
		}
	}
	return data, nil
}

// hasPictures tells whether the bank has all pictures of a text.
func hasPictures(h database.Handle, names []string) error {
	if len(names) == 0 {
		return nil
	}
	var n int64
	if err := h.Gorm().Table("picture").Where("name in ?", names).Count(&n).Error; err != nil {
		return fmt.Errorf("count pictures: %w", err)
	}
	if int(n) < len(names) {
		return ErrPicture
	}
	return nil
}
