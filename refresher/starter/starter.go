// Package starter holds the material the program starts with.
package starter

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"sathach/refresher"
)

//go:embed materials.json
var materials []byte

// Materials reads the embedded registry.
func Materials() ([]refresher.Material, error) {
	var all []refresher.Material
	if err := json.Unmarshal(materials, &all); err != nil {
		return nil, fmt.Errorf("read materials.json: %w", err)
	}
	return all, nil
}
