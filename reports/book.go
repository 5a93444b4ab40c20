package reports

import "time"

// A Book is one workbook as values: sheets of named columns and typed cells,
// in the order they are shown. It knows nothing of Excel; reports/workbook
// writes it.
type Book struct {
	// Kind is the file's short name, for example "so-diem".
	Kind string
	// File is the ASCII file name with its extension.
	File string
	// Published is written as the file's creation and change time, so that
	// the same publication always gives the same bytes.
	Published time.Time
	// Footer is the left half of every page footer: publication number and
	// the first digits of the checksum.
	Footer string
	Sheets []Sheet
}

// A Sheet is one page set of a Book: a letterhead, a title, one ruled table,
// closing words and signatures. Empty parts are left out.
type Sheet struct {
	// Name is the tab's name, at most 31 characters.
	Name string
	// Portrait sheets explain (Căn cứ); the others are landscape.
	Portrait bool
	// Issuer is the left half of the letterhead: parent agency and own agency.
	Issuer Issuer
	// Draft is printed before the title, for example "KẾT QUẢ TẠM THỜI".
	Draft string
	// Annex is the line above the title ("PHỤ LỤC I") of files with several.
	Annex string
	// Title is in capitals; Subtitle says which round; Attached is the line
	// "(Kèm theo …)" with room to write.
	Title, Subtitle, Attached string
	// Unit is the unit of measure, shown right above the table.
	Unit string
	// Columns are printed. Screen columns stand right of them, outside the
	// print area, for filters and matching.
	Columns, Screen []Column
	// FreezeColumns is how many columns stay when scrolling sideways.
	FreezeColumns int
	// Filter puts filter buttons on the column-number row.
	Filter bool
	Rows   []Row
	// Closing is the line under the table, for example
	// "Danh sách gồm 05 người./.".
	Closing string
	Notes   []string
	// PlaceAndDate stands above the signatures, date left open.
	PlaceAndDate string
	Signatures   []Signature
	// Prefix starts the defined names of the sheet: KQ gives KQ_Bang and,
	// for each column with a Ref, KQ_<Ref>. Empty: no names.
	Prefix string
}

// Issuer is the agency in whose name a sheet is issued.
type Issuer struct {
	Parent string // parent agency in capitals; may be empty
	Own    string // own agency in capitals
}

// A Signature is one block under a table.
type Signature struct {
	Role string // in capitals
	Name string // may be empty: signed by hand
}

// A Column has one heading, one kind of value and one width for every file.
type Column struct {
	// Heading is the column's own heading; Group is the heading above it,
	// merged over neighbours that share it.
	Heading, Group string
	// Formula replaces the number in the column-number row where the column
	// is computed, for example "(5)=(3)-(4)".
	Formula string
	// Width is in characters of Times New Roman 11.
	Width float64
	Kind  Kind
	// Strong columns are bold.
	Strong bool
	// Live columns change after the publication; they are not part of the
	// checksum.
	Live bool
	// Bar draws a data bar from 0 to 100 beside the number.
	Bar bool
	// Ref is the ASCII name used in defined names, for example "Diem".
	Ref string
}

// Kind says what a column's cells hold and how they are shown.
type Kind int

const (
	Text     Kind = iota // wrapped text, left
	Centered             // short text, centred
	ID                   // an identifier kept as text, centred
	Count                // whole number, #,##0
	Score                // two decimals
	Rate                 // one decimal, 0–100, without a % sign
	Error                // "± " one decimal
	Change               // signed, one decimal
	Corr                 // correlation, signed, two decimals
	Date                 // dd/mm/yyyy
	Minute               // dd/mm hh:mm, Vietnam time
	Instant              // dd/mm/yyyy hh:mm, Vietnam time
	Elapsed              // mm:ss
	Millis               // mm:ss.000
)

// A Row is one line of a table.
type Row struct {
	Kind   RowKind
	Cells  []Cell // print columns, left to right
	Screen []Cell // screen columns; may be shorter than Sheet.Screen
}

// RowKind says what a row is for.
type RowKind int

const (
	Data  RowKind = iota
	Part          // "A. …" above Roman rows
	Group         // Roman numeral and an agency's name running over the row
	Total         // last row
	None          // "Không có trường hợp nào"
)

// A Cell is one value. The zero Cell is empty.
type Cell struct {
	// Value is nil, string, int64, float64, time.Time or time.Duration.
	Value any
	Mark  Mark
}

// A Mark sets a value apart in a way that survives grey printing.
type Mark int

const (
	Plain    Mark = iota
	Top           // ▲ bold, light green: Xuất sắc
	Strong        // bold: Giỏi
	Fail          // ▼ bold italic, light red: Chưa đạt
	Low           // italic underlined: Đạt kết quả thấp
	Absent        // italic grey: Không dự, Được miễn
	Under         // bold italic underlined red: below a limit
	Over          // bold green: above a limit
	Done          // ● bold green
	Open          // ○ italic red
	Look          // ► bold: needs a look
	Repeated      // grey: the same person as in the row above
	Key           // bold: the credited option
)

// Values wraps plain values as unmarked cells.
func Values(values ...any) []Cell {
	cells := make([]Cell, len(values))
	for i, v := range values {
		cells[i] = Cell{Value: v}
	}
	return cells
}
