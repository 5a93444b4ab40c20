package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/pelletier/go-toml/v2"
)

// readTOML lets kong read sathach.toml. Keys are the flags' names, commands
// are tables: listen under [serve]. An unknown key is an error: a setting
// that does nothing misleads.
func readTOML(r io.Reader) (kong.Resolver, error) {
	var values map[string]any
	if err := toml.NewDecoder(r).Decode(&values); err != nil {
		return nil, fmt.Errorf("read the configuration file: %w", err)
	}
	return &tomlResolver{values}, nil
}

type tomlResolver struct{ values map[string]any }

// Validate refuses keys that name no flag.
func (t *tomlResolver) Validate(app *kong.Application) error {
	known := map[string]bool{}
	for _, flag := range app.Flags {
		known[flag.Name] = true
	}
	for _, command := range app.Children {
		for _, flag := range command.Flags {
			known[command.Name+"."+flag.Name] = true
		}
	}
	for key, value := range t.values {
		table, ok := value.(map[string]any)
		if !ok {
			if !known[key] {
				return fmt.Errorf("the configuration file sets %q, which is no setting", key)
			}
			continue
		}
		for name := range table {
			if !known[key+"."+name] {
				return fmt.Errorf("the configuration file sets %q under [%s], which is no setting", name, key)
			}
		}
	}
	return nil
}

// Resolve finds a flag's value.
func (t *tomlResolver) Resolve(_ *kong.Context, parent *kong.Path, flag *kong.Flag) (any, error) {
	values := t.values
	if parent != nil && parent.Command != nil {
		table, ok := values[parent.Command.Name].(map[string]any)
		if !ok {
			return nil, nil
		}
		values = table
	}
	value, ok := values[flag.Name]
	if !ok {
		return nil, nil
	}
	if list, ok := value.([]any); ok {
		parts := make([]string, len(list))
		for i, v := range list {
			parts[i] = fmt.Sprint(v)
		}
		return strings.Join(parts, ","), nil
	}
	return value, nil
}
