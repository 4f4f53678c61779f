"""DuckDB 2.0 takes one occurrence of a table for another (common_subplan) also where the
second occurrence is written as a view or a query over the table of the first."""

import itertools

import pytest

SETUP = """
CREATE TABLE airports (code INTEGER, city VARCHAR, hub INTEGER);
INSERT INTO airports SELECT i, 'city' || i % 7, (i * 3) % 12 FROM range(10) t(i);
CREATE TABLE flights (id INTEGER, origin INTEGER);
INSERT INTO flights SELECT i, (i * i) % 11 FROM range(30) t(i);
CREATE VIEW all_airports AS SELECT * FROM airports;
"""
VIEW = """
TABLES (f AS flights PRIMARY KEY (id), a AS {near} PRIMARY KEY (code), h AS {far} PRIMARY KEY (code))
RELATIONSHIPS (departs AS f(origin) REFERENCES a, hub AS a(hub) REFERENCES h)
DIMENSIONS (h.hub_city AS city)
METRICS (f.departures AS count(*), a.airports AS count(*))
"""
SOURCES = ("airports", "all_airports", "(SELECT * FROM airports)")


@pytest.mark.parametrize("near, far", list(itertools.product(SOURCES, SOURCES)))
def test_views_and_queries_over_one_table_stay_apart(con, near, far):
    con.execute(SETUP)
    con.execute("SELECT define_semantic_view('v', $1)", [VIEW.format(near=near, far=far)])
    answer = con.execute(
        "FROM semantic_view('v', dimensions := ['hub_city'], metrics := ['departures', 'airports'])"
    ).fetchall()
    departures = dict(
        con.execute(
            """SELECT h.city, count(*) FROM flights f LEFT JOIN airports a ON f.origin = a.code
               LEFT JOIN airports h ON a.hub = h.code GROUP BY 1"""
        ).fetchall()
    )
    airports = dict(
        con.execute(
            "SELECT h.city, count(*) FROM airports a LEFT JOIN airports h ON a.hub = h.code GROUP BY 1"
        ).fetchall()
    )
    assert {row[0]: row[1:] for row in answer} == {
        city: (departures.get(city, 0), airports.get(city, 0)) for city in departures.keys() | airports.keys()
    }
