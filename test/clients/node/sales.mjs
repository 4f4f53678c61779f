// Node: sales.mjs EXTENSION SALES FOLDER
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { DuckDBInstance, listValue, version } from '@duckdb/node-api';

const [extension, sales, folder] = process.argv.slice(2);
const text = (name) => readFileSync(`${sales}/${name}`, 'utf8').trimEnd();

// Opens the file, runs the function with a connection, closes everything.
async function using(config, run) {
  const instance = await DuckDBInstance.create(`${folder}/node.duckdb`, { allow_unsigned_extensions: 'true', ...config });
  const connection = await instance.connect();
  await connection.run(`LOAD '${extension}'`);
  await run(connection);
  connection.closeSync();
  instance.closeSync();
}

async function ask(connection) {
  const reader = await connection.runAndReadAll(
    `FROM semantic_view('sales', dimensions := ?, metrics := ['revenue'], where_clause := ?) ORDER BY ALL`,
    [listValue(['region', 'month']), "status = 'paid'"]);
  assert.deepEqual(reader.columnNames(), ['region', 'month', 'revenue']);
  assert.deepEqual(reader.getRowsJson(), [
    ['AMER', '2026-02-01', '70.00'],
    ['EMEA', '2026-01-01', '100.50'],
    ['EMEA', '2026-02-01', '20.00'],
    [null, '2026-02-01', '5.25'],
  ]);
  const written = await connection.runAndReadAll(
    'FROM query(semantic_view_sql($view, $by, $metrics)) ORDER BY ALL',
    { view: 'sales', by: listValue(['city']), metrics: listValue(['orders']) });
  assert.deepEqual(written.getRows(), [['Montréal', 1n], ['Zürich', 2n], ['Łódź', 1n], [null, 1n]]);
}

await using({}, async (connection) => {
  await connection.run(text('tables.sql'));
  await connection.run("SELECT define_semantic_view('sales', ?)", [text('definition.txt')]);
  const reader = await connection.runAndReadAll(
    `FROM semantic_view('sales', dimensions := ['region'], metrics := ['revenue', 'items', 'orders', 'mean'])
     ORDER BY region`);
  assert.deepEqual(
    reader.getRows().map(([region, revenue, ...others]) => [region, String(revenue), ...others]), [
      ['AMER', '70.00', 4n, 1n, 70],
      ['EMEA', '170.75', 6n, 3n, 56.9167],
      [null, '5.25', 1n, 1n, 5.25],
    ]);
  await ask(connection);

  // A statement that is prepared once and bound again.
  const prepared = await connection.prepare(
    "FROM semantic_view('sales', dimensions := ['status'], metrics := ['items'], where_clause := ?) ORDER BY ALL");
  for (const [region, rows] of [['EMEA', [['open', 1n], ['paid', 5n]]], ['AMER', [['paid', 4n]]]]) {
    prepared.bindVarchar(1, `region = '${region}'`);
    assert.deepEqual((await prepared.runAndReadAll()).getRows(), rows);
  }

  const fails = (expected, ...statement) =>
    assert.rejects(connection.run(...statement), (error) => error.message.includes(expected) || assert.fail(error.message));
  await fails(text('fan_out.txt'), "FROM semantic_view('sales', dimensions := ['status'], metrics := ['customers'])");
  await fails(text('unknown_column.txt'), "SELECT define_semantic_view('bad', ?)",
    [text('definition.txt').replace('sum(items)', 'sum(itmes)')]);
});
await using({}, ask);
await using({ access_mode: 'READ_ONLY' }, ask);
console.log(`DuckDB ${version()}`);
