// Package starter holds the bank the program starts with: topics, the
// register of legal documents, and items written from confirmed facts. Some
// items rest on law that has been superseded: they show that the assembler
// refuses to draw them, and why.
package starter

import (
	"bytes"
	"embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"

	"sathach/itembank"
)

//go:embed *.csv bank_*.json
var files embed.FS

// Content is everything a new bank is loaded with.
type Content struct {
	Topics    []itembank.Topic
	Documents []itembank.Document
	Items     []itembank.Draft
}

// Read reads the embedded bank.
func Read() (Content, error) {
	var c Content
	topics, err := rows("topics.csv")
	if err != nil {
		return Content{}, err
	}
	for _, r := range topics {
		c.Topics = append(c.Topics, itembank.Topic{Code: r["code"], Parent: r["parent"], NameVi: r["name_vi"], NameEn: r["name_en"]})
	}
	documents, err := rows("legal_documents.csv")
	if err != nil {
		return Content{}, err
	}
	for _, r := range documents {
		c.Documents = append(c.Documents, itembank.Document{
			Number: r["number"], Issuer: r["issuer"], IssuedOn: r["issued_on"], Kind: r["kind"], Title: r["title_short"],
			EffectiveFrom: r["effective_from"], EffectiveTo: r["effective_to"], SupersededBy: r["superseded_by"], Scope: r["scope"], Confidence: r["confidence"],
		})
	}
	c.Items, err = items()
	return c, err
}

func items() ([]itembank.Draft, error) {
	names, err := fs.Glob(files, "bank_*.json")
	if err != nil {
		return nil, err
	}
	var all []itembank.Draft
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.DisallowUnknownFields()
		var part []itembank.Draft
		if err := decoder.Decode(&part); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		all = append(all, part...)
	}
	return all, nil
}

func rows(name string) ([]map[string]string, error) {
	data, err := files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	lines, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	var found []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, value := range line {
			row[lines[0][i]] = value
		}
		found = append(found, row)
	}
	return found, nil
}
