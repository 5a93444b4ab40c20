package itembank

import (
	"context"
	"errors"

	"sathach/internal/audit"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/fault"
	"sathach/internal/viet"
	"sathach/itembank/picture"
)

// Errors about pictures.
var (
	ErrNoPicture     = fault.New(fault.Missing, "picture.none", "no such picture")
	ErrPictureFile   = fault.New(fault.Invalid, "picture.file", "the file is not a picture that can be read")
	ErrPictureTooBig = fault.New(fault.Invalid, "picture.too_big", "the picture is too big")
)

// MostPicture is how many bytes the file of a picture may have.
const MostPicture = picture.MostBytes

// AddPicture keeps a picture for texts to speak of and returns its name.
// Pictures that no text speaks of do no harm; the same picture is kept once.
func (b *Bank) AddPicture(ctx context.Context, actor authz.Actor, file []byte) (name string, err error) {
	if _, err := actor.Scope(authz.WriteItems, viet.DateOf(b.Now())); err != nil {
		return "", err
	}
	p, err := picture.Read(file)
	switch {
	case errors.Is(err, picture.ErrTooBig):
		return "", ErrPictureTooBig
	case err != nil:
		return "", ErrPictureFile
	}
	return p.Name, b.DB.Write(ctx, func(tx *database.Tx) error {
		if err := insertPictures(tx, []picture.Picture{p}, b.Now()); err != nil {
			return err
		}
		return audit.Append(tx, audit.Entry{At: b.Now(), Actor: actor.Account, Verb: "picture.add", Subject: "picture:" + p.Name})
	})
}

// Picture is a picture by its name. A name tells what the picture holds, so
// whoever knows it has seen the picture or a text that speaks of it.
func (b *Bank) Picture(ctx context.Context, name string) (picture.Picture, error) {
	found, err := picturesOf(b.DB.Read(ctx), []string{name})
	if err == nil && len(found) == 0 {
		err = ErrNoPicture
	}
	if err != nil {
		return picture.Picture{}, err
	}
	return found[0], nil
}
