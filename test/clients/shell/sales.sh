#!/usr/bin/env bash
# Shell: sales.sh DUCKDB EXTENSION SALES FOLDER
set -euo pipefail
duckdb=$1 extension=$2 sales=$3 file=$4/shell.duckdb
export HOME=$4 # no ~/.duckdbrc

# equal NAME GOT EXPECTED
equal() { diff <(echo "$2") <(echo "$3") || { echo "$1: got < instead of >" >&2; exit 1; }; }

# fails EXPECTED COMMAND...: its text arrives on standard error, and the status says that it failed.
fails() {
	local expected=$1 error
	shift
	if error=$("$@" 2>&1 >/dev/null); then echo "no error from $*" >&2; exit 1; fi
	[[ $error == *"$expected"* ]] || { printf '%s\ninstead of\n%s\n' "$error" "$expected" >&2; exit 1; }
}

ask="FROM semantic_view('sales', dimensions := ['region', 'month'], metrics := ['revenue'], where_clause := 'status = ''paid''')
ORDER BY ALL;"
answer="region,month,revenue
AMER,2026-02-01,70.00
EMEA,2026-01-01,100.50
EMEA,2026-02-01,20.00
NULL,2026-02-01,5.25"

# Statements on standard input; what -csv prints (it quotes whatever is not plain ASCII).
equal create "$("$duckdb" -unsigned -bail -csv "$file" <<-SQL
	LOAD '$extension';
	$(cat "$sales/tables.sql")
	CALL semantic_ddl(\$\$ CREATE SEMANTIC VIEW sales AS
	$(cat "$sales/definition.txt")
	\$\$);
	FROM semantic_view('sales', dimensions := ['region'], metrics := ['revenue', 'items', 'orders', 'mean'])
	ORDER BY region;
SQL
)" "status
\"Semantic view 'sales' registered successfully\"
region,revenue,items,orders,mean
AMER,70.00,4,1,70.0
EMEA,170.75,6,3,56.9167
NULL,5.25,1,1,5.25"

# A file that is opened again; modes (.mode csv ends lines as in Windows), prepared statements.
equal modes "$("$duckdb" -unsigned -bail "$file" <<-SQL | tr -d '\r'
	LOAD '$extension';
	.mode csv
	$ask
	.mode line
	FROM semantic_view('sales', metrics := ['orders']);
	.mode json
	PREPARE ask AS FROM semantic_view(\$1, dimensions := \$2, metrics := ['items'], where_clause := \$3) ORDER BY ALL;
	EXECUTE ask('sales', ['city'], 'region = ''EMEA''');
	.mode markdown
	EXECUTE ask('sales', ['status'], NULL);
	.mode duckbox
	FROM semantic_view('sales', dimensions := 'city', metrics := 'mean') ORDER BY city;
SQL
)" "$answer
orders = 5
[{\"city\":\"Zürich\",\"items\":\"3\"},
{\"city\":\"Łódź\",\"items\":\"3\"}]
| status | items |
|--------|------:|
| open   | 1     |
| paid   | 10    |
┌──────────┬────────┐
│   city   │  mean  │
│ varchar  │ double │
├──────────┼────────┤
│ Montréal │   70.0 │
│ Zürich   │ 75.375 │
│ Łódź     │   20.0 │
│ NULL     │   5.25 │
└──────────┴────────┘"

# Statements as arguments, read-only.
equal read-only "$("$duckdb" -unsigned -readonly -csv "$file" -c "LOAD '$extension'" -c "$ask" \
	-c "FROM query(semantic_view_sql('sales', ['city'], ['orders'])) ORDER BY ALL")" "$answer
city,orders
\"Montréal\",1
\"Zürich\",2
\"Łódź\",1
NULL,1"

fails "$(cat "$sales/fan_out.txt")" "$duckdb" -unsigned "$file" -c "LOAD '$extension'" \
	-c "FROM semantic_view('sales', dimensions := ['status'], metrics := ['customers'])"
fails "$(cat "$sales/unknown_column.txt")" "$duckdb" -unsigned "$file" -c "LOAD '$extension'" \
	-c "SELECT define_semantic_view('bad', \$\$$(sed 's/sum(items)/sum(itmes)/' "$sales/definition.txt")\$\$)"
# Without -unsigned the file is refused.
fails "with the -unsigned parameter" "$duckdb" "$file" -c "LOAD '$extension'"
echo "DuckDB $("$duckdb" -noheader -list -c 'SELECT version()')"
