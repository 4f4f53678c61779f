"""The TPC-H view of bench/ on a little made-up data: each request answers what the SQL by hand answers."""

import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"
sys.path.insert(0, str(BENCH))

from side_by_side import difference  # noqa: E402
from tpch_queries import QUERIES  # noqa: E402

# Few values a column, so that every filter of the requests finds rows; every foreign key finds its row.
DATA = """
    CREATE MACRO pick(seed, i, list) AS list[1 + (hash(seed, i) % len(list)::UBIGINT)::BIGINT];
    CREATE MACRO roll(seed, i, n) AS (hash(seed, i) % n::UBIGINT)::BIGINT;
    CREATE TABLE region AS
        SELECT i AS r_regionkey, ['AFRICA', 'AMERICA', 'ASIA', 'EUROPE', 'MIDDLE EAST'][i + 1] AS r_name
        FROM range(5) t(i);
    CREATE TABLE nation AS
        SELECT i AS n_nationkey, ['FRANCE', 'GERMANY', 'BRAZIL', 'CHINA', 'INDIA', 'KENYA'][i + 1] AS n_name,
               [3, 3, 1, 2, 2, 0][i + 1]::BIGINT AS n_regionkey
        FROM range(6) t(i);
    CREATE TABLE customer AS
        SELECT i AS c_custkey, 'Customer#' || i AS c_name, roll('cn', i, 6) AS c_nationkey,
               (roll('ca', i, 9999) / 10)::DECIMAL(15, 2) AS c_acctbal,
               pick('cs', i, ['BUILDING', 'MACHINERY', 'HOUSEHOLD']) AS c_mktsegment
        FROM range(60) t(i);
    CREATE TABLE supplier AS
        SELECT i AS s_suppkey, 'Supplier#' || i AS s_name, roll('sn', i, 6) AS s_nationkey FROM range(12) t(i);
    CREATE TABLE part AS
        SELECT i AS p_partkey, pick('pn', i, ['dark green lace', 'red rose', 'green']) AS p_name,
               pick('pb', i, ['Brand#12', 'Brand#23', 'Brand#45']) AS p_brand,
               pick('pt', i, ['PROMO TIN', 'ECONOMY ANODIZED STEEL', 'MEDIUM POLISHED TIN']) AS p_type,
               pick('ps', i, [3, 9, 14, 5, 50]) AS p_size, pick('pc', i, ['SM BOX', 'LG CASE']) AS p_container
        FROM range(30) t(i);
    CREATE TABLE partsupp AS
        SELECT p AS ps_partkey, s AS ps_suppkey, roll('pq', p * 100 + s, 500) AS ps_availqty,
               (roll('pk', p * 100 + s, 900) / 10)::DECIMAL(15, 2) AS ps_supplycost
        FROM range(30) a(p), range(12) b(s);
    CREATE TABLE orders AS
        SELECT 2000 * i AS o_orderkey, roll('oc', i, 50) AS o_custkey,
               DATE '1993-06-01' + roll('od', i, 1300)::INTEGER AS o_orderdate,
               (roll('ot', i, 99999) / 10)::DECIMAL(15, 2) AS o_totalprice, 0 AS o_shippriority,
               pick('op', i, ['1-URGENT', '2-HIGH', '3-MEDIUM', '5-LOW']) AS o_orderpriority
        FROM range(1, 1501) t(i);
    CREATE TABLE lineitem AS
        SELECT o_orderkey AS l_orderkey, n AS l_linenumber, roll('lp', o_orderkey * 10 + n, 30) AS l_partkey,
               roll('ls', o_orderkey * 10 + n, 12) AS l_suppkey,
               (1 + roll('lq', o_orderkey * 10 + n, 90))::DECIMAL(15, 2) AS l_quantity,
               (roll('le', o_orderkey * 10 + n, 9999) / 7)::DECIMAL(15, 2) AS l_extendedprice,
               (roll('ld', o_orderkey * 10 + n, 11) / 100)::DECIMAL(15, 2) AS l_discount,
               (roll('lt', o_orderkey * 10 + n, 9) / 100)::DECIMAL(15, 2) AS l_tax,
               pick('lr', o_orderkey * 10 + n, ['R', 'A', 'N']) AS l_returnflag,
               pick('lx', o_orderkey * 10 + n, ['O', 'F']) AS l_linestatus,
               o_orderdate + roll('l1', o_orderkey * 10 + n, 120)::INTEGER AS l_shipdate,
               o_orderdate + roll('l2', o_orderkey * 10 + n, 150)::INTEGER AS l_commitdate,
               o_orderdate + roll('l3', o_orderkey * 10 + n, 180)::INTEGER AS l_receiptdate,
               pick('lm', o_orderkey * 10 + n, ['AIR', 'REG AIR', 'MAIL', 'SHIP']) AS l_shipmode,
               pick('li', o_orderkey * 10 + n, ['DELIVER IN PERSON', 'NONE']) AS l_shipinstruct
        FROM orders, range(8) t(n) WHERE n < roll('ln', o_orderkey, 8);
"""


@pytest.fixture(scope="module")
def tpch(extension_path):
    import duckdb

    con = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    con.load_extension(extension_path)
    con.execute(DATA)
    view = (BENCH / "tpch_view.sql").read_text()
    view = "\n".join(line for line in view.splitlines() if not line.startswith("--"))
    for name, text in (("vouched", view), ("cautious", view.replace(" ASSUME REFERENTIAL INTEGRITY", ""))):
        con.execute("SELECT define_semantic_view(?, ?)", [name, text]).fetchall()
    yield con
    con.close()


@pytest.mark.parametrize("view", ["vouched", "cautious"])
@pytest.mark.parametrize("semantic, by_hand", [q[1:] for q in QUERIES], ids=[q[0] for q in QUERIES])
def test_a_request_answers_what_the_sql_by_hand_answers(tpch, view, semantic, by_hand):
    rows = tpch.execute(by_hand).fetchall()
    assert rows and rows != [(None,)], "the data has nothing for this request"
    assert difference(tpch, semantic.replace("{view}", view), by_hand) is None
