// Rust: sales EXTENSION SALES FOLDER
use duckdb::types::Value;
use duckdb::{AccessMode, Config, Connection, Params, Result, params};
use std::{env, fs, path::Path};

fn text(sales: &str, name: &str) -> String {
    fs::read_to_string(Path::new(sales).join(name)).unwrap().trim_end().to_string()
}

fn connect(file: &str, extension: &str, mode: AccessMode) -> Result<Connection> {
    let config = Config::default().allow_unsigned_extensions()?.access_mode(mode)?;
    let connection = Connection::open_with_flags(file, config)?;
    connection.execute_batch(&format!("LOAD '{extension}'"))?;
    Ok(connection)
}

// Each row as one text; a date as its days since 1970.
fn rows<P: Params>(connection: &Connection, query: &str, params: P) -> Result<Vec<String>> {
    let mut statement = connection.prepare(query)?;
    let mut rows = statement.query(params)?;
    let mut all = vec![];
    while let Some(row) = rows.next()? {
        let values = (0..row.as_ref().column_count()).map(|column| {
            Ok(match row.get(column)? {
                Value::Null => "NULL".to_string(),
                Value::Text(text) => text,
                Value::BigInt(number) => number.to_string(),
                Value::HugeInt(number) => number.to_string(),
                Value::Double(number) => number.to_string(),
                Value::Decimal(number) => number.to_string(),
                Value::Date32(days) => days.to_string(),
                other => panic!("{other:?}"),
            })
        });
        all.push(values.collect::<Result<Vec<_>>>()?.join(", "));
    }
    Ok(all)
}

fn fails<P: Params>(expected: &str, connection: &Connection, query: &str, params: P) {
    let error = rows(connection, query, params).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
}

fn ask(connection: &Connection) -> Result<()> {
    let answer = ["AMER, 20485, 70.00", "EMEA, 20454, 100.50", "EMEA, 20485, 20.00", "NULL, 20485, 5.25"];
    let ask = "FROM semantic_view('sales', dimensions := ?, metrics := ['revenue'], where_clause := ?) ORDER BY ALL";
    let dimensions = Value::List(vec!["region".to_string().into(), "month".to_string().into()]);
    assert_eq!(rows(connection, ask, params![dimensions, "status = 'paid'"])?, answer);
    // What a version does that binds no lists.
    let ask = "FROM semantic_view('sales', dimensions := [?, ?], metrics := ['revenue'], where_clause := ?) ORDER BY ALL";
    assert_eq!(rows(connection, ask, params!["region", "month", "status = 'paid'"])?, answer);
    let written = "FROM query(semantic_view_sql('sales', ['city'], ['orders'])) ORDER BY ALL";
    assert_eq!(rows(connection, written, [])?, ["Montréal, 1", "Zürich, 2", "Łódź, 1", "NULL, 1"]);

    // A statement that is prepared once and asked again.
    let mut prepared =
        connection.prepare("SELECT items FROM semantic_view('sales', metrics := ['items'], where_clause := ?)")?;
    for (region, expected) in [("EMEA", 6), ("AMER", 4)] {
        let items: i128 = prepared.query_row([format!("region = '{region}'")], |row| row.get(0))?;
        assert_eq!(items, expected);
    }
    Ok(())
}

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().collect();
    let [_, extension, sales, folder] = &arguments[..] else { panic!("sales EXTENSION SALES FOLDER") };
    let file = &format!("{folder}/rust.duckdb");

    let connection = connect(file, extension, AccessMode::Automatic)?;
    connection.execute_batch(&text(sales, "tables.sql"))?;
    let definition = text(sales, "definition.txt");
    assert_eq!(
        rows(&connection, "SELECT define_semantic_view('sales', ?)", [&definition])?,
        ["Semantic view 'sales' registered successfully"]
    );
    assert_eq!(
        rows(
            &connection,
            "FROM semantic_view('sales', dimensions := ['region'], metrics := ['revenue', 'items', 'orders', 'mean'])
             ORDER BY region",
            []
        )?,
        ["AMER, 70.00, 4, 1, 70", "EMEA, 170.75, 6, 3, 56.9167", "NULL, 5.25, 1, 1, 5.25"]
    );
    ask(&connection)?;
    let fan_out = "FROM semantic_view('sales', dimensions := ?, metrics := ['customers'])";
    fails(&text(sales, "fan_out.txt"), &connection, fan_out, ["status"]);
    let bad = definition.replace("sum(items)", "sum(itmes)");
    fails(&text(sales, "unknown_column.txt"), &connection, "SELECT define_semantic_view('bad', ?)", [bad]);
    connection.close().map_err(|(_, error)| error)?;

    for mode in [AccessMode::Automatic, AccessMode::ReadOnly] {
        let connection = connect(file, extension, mode)?;
        ask(&connection)?;
        connection.close().map_err(|(_, error)| error)?;
    }
    println!("DuckDB {}", Connection::open_in_memory()?.version()?);
    Ok(())
}
