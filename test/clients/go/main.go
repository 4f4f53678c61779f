// Go: sales EXTENSION SALES FOLDER
package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"log"
	"math/big"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
)

var sales string

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func text(name string) string {
	data, err := os.ReadFile(filepath.Join(sales, name))
	must(err)
	return strings.TrimRight(string(data), "\n")
}

// Every connection of the pool loads the extension when it opens.
func open(file, extension, mode string) *sql.DB {
	connector, err := duckdb.NewConnector(file+"?allow_unsigned_extensions=true&access_mode="+mode,
		func(connection driver.ExecerContext) error {
			_, err := connection.ExecContext(context.Background(), "LOAD '"+extension+"'", nil)
			return err
		})
	must(err)
	return sql.OpenDB(connector)
}

// Each row as one text, values as Go prints them (a decimal without the zeros at its end).
func rows(db *sql.DB, query string, arguments ...any) ([]string, error) {
	result, err := db.Query(query, arguments...)
	if err != nil {
		return nil, err
	}
	defer result.Close()
	columns, err := result.Columns()
	must(err)
	var all []string
	for result.Next() {
		values, places := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			places[i] = &values[i]
		}
		must(result.Scan(places...))
		row := make([]string, len(columns))
		for i, value := range values {
			row[i] = fmt.Sprint(value)
		}
		all = append(all, strings.Join(row, ", "))
	}
	return all, result.Err()
}

func equal(got []string, err error, expected ...string) {
	must(err)
	if !reflect.DeepEqual(got, expected) {
		log.Fatalf("\ngot      %q\nexpected %q", got, expected)
	}
}

func fails(expected string, db *sql.DB, query string, arguments ...any) {
	_, err := rows(db, query, arguments...)
	if err == nil || !strings.Contains(err.Error(), expected) {
		log.Fatalf("\ngot      %v\nexpected %s", err, expected)
	}
}

func ask(db *sql.DB) {
	got, err := rows(db, `FROM semantic_view('sales', dimensions := ?, metrics := ['revenue'], where_clause := ?)
		ORDER BY ALL`, []string{"region", "month"}, "status = 'paid'")
	equal(got, err,
		"AMER, 2026-02-01 00:00:00 +0000 UTC, 70",
		"EMEA, 2026-01-01 00:00:00 +0000 UTC, 100.5",
		"EMEA, 2026-02-01 00:00:00 +0000 UTC, 20",
		"<nil>, 2026-02-01 00:00:00 +0000 UTC, 5.25")
	got, err = rows(db, "FROM query(semantic_view_sql('sales', ['city'], ['orders'])) ORDER BY ALL")
	equal(got, err, "Montréal, 1", "Zürich, 2", "Łódź, 1", "<nil>, 1")

	// A statement that is prepared once and asked again.
	prepared, err := db.Prepare("SELECT items FROM semantic_view('sales', metrics := ['items'], where_clause := ?)")
	must(err)
	defer prepared.Close()
	for region, expected := range map[string]int64{"EMEA": 6, "AMER": 4} {
		var items *big.Int
		must(prepared.QueryRow("region = '" + region + "'").Scan(&items))
		if items.Int64() != expected {
			log.Fatalf("%s: got %v, expected %d", region, items, expected)
		}
	}
}

func main() {
	extension, file := os.Args[1], filepath.Join(os.Args[3], "go.duckdb")
	sales = os.Args[2]

	db := open(file, extension, "automatic")
	_, err := db.Exec(text("tables.sql"))
	must(err)
	_, err = db.Exec("SELECT define_semantic_view('sales', ?)", text("definition.txt"))
	must(err)
	got, err := rows(db, `FROM semantic_view('sales', dimensions := ['region'],
		metrics := ['revenue', 'items', 'orders', 'mean']) ORDER BY region`)
	equal(got, err, "AMER, 70, 4, 1, 70", "EMEA, 170.75, 6, 3, 56.9167", "<nil>, 5.25, 1, 1, 5.25")
	ask(db)
	fails(text("fan_out.txt"), db, "FROM semantic_view('sales', dimensions := ?, metrics := ['customers'])", "status")
	fails(text("unknown_column.txt"), db, "SELECT define_semantic_view('bad', ?)",
		strings.Replace(text("definition.txt"), "sum(items)", "sum(itmes)", 1))
	must(db.Close())

	for _, mode := range []string{"automatic", "read_only"} {
		db := open(file, extension, mode)
		ask(db)
		must(db.Close())
	}
	db, err = sql.Open("duckdb", "")
	must(err)
	var version string
	must(db.QueryRow("SELECT version()").Scan(&version))
	must(db.Close())
	fmt.Println("DuckDB", version)
}
