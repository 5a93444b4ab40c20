// Package bankjson reads and writes the bank's own JSON: an object whose
// "items" are items as package exchange defines them, with their pictures in
// base64. It loses nothing.
package bankjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"sathach/itembank/exchange"
)

// file is the shape of a file.
type file struct {
	Items []item `json:"items"`
}

// item is an exchange.Item with the contents of its assets.
type item struct {
	exchange.Item
	Contents [][]byte `json:"asset_data,omitempty"` // base64, one for each asset
}

// Read reads a file: the object that Write makes, or a bare list of items.
func Read(data []byte) (exchange.Content, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	var f file
	var err error
	if trimmed := bytes.TrimLeft(data, " \t\r\n"); len(trimmed) > 0 && trimmed[0] == '[' {
		err = json.Unmarshal(data, &f.Items)
	} else {
		err = json.Unmarshal(data, &f)
	}
	if err != nil {
		return exchange.Content{}, refuse(err)
	}
	if len(f.Items) > exchange.MaxItems {
		return exchange.Content{}, &exchange.Rejected{Reason: fmt.Sprintf("Tệp có nhiều hơn %d câu hỏi.", exchange.MaxItems)}
	}
	items := make([]exchange.Item, len(f.Items))
	for i, it := range f.Items {
		items[i] = it.Item
		if items[i].Source == "" {
			items[i].Source = fmt.Sprintf("câu thứ %d trong tệp", i+1)
		}
		for a := range items[i].Assets {
			if a < len(it.Contents) {
				items[i].Assets[a].Data = it.Contents[a]
			}
		}
	}
	return exchange.Content{Items: exchange.Finish(items)}, nil
}

func refuse(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return &exchange.Rejected{Reason: fmt.Sprintf("Tệp JSON sai cú pháp gần ký tự thứ %d.", syntax.Offset)}
	case errors.As(err, &kind):
		return &exchange.Rejected{Reason: fmt.Sprintf("Tệp JSON có giá trị sai kiểu ở trường “%s”, gần ký tự thứ %d.", kind.Field, kind.Offset)}
	}
	return &exchange.Rejected{Reason: "Tệp JSON bị cắt cụt hoặc sai cú pháp."}
}

// Write writes items.
func Write(items []exchange.Item) ([]byte, []exchange.Loss, error) {
	f := file{Items: make([]item, len(items))}
	for i, it := range items {
		if it.Options == nil {
			it.Options = []string{}
		}
		f.Items[i].Item = it
		for _, a := range it.Assets {
			f.Items[i].Contents = append(f.Items[i].Contents, a.Data)
		}
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	err := encoder.Encode(f)
	return out.Bytes(), nil, err
}
