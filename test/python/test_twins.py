"""DuckDB 1.5 to 2.0 take one occurrence of a table for another when two subplans look alike
(the optimizer common_subplan): plain SQL over two roles gives wrong numbers there.  Ours must not."""

import pytest

SETUP = """
CREATE TABLE airports (code INTEGER, city VARCHAR, country VARCHAR);
CREATE TABLE flights (id INTEGER, origin INTEGER, dest INTEGER, day INTEGER, seats INTEGER);
INSERT INTO airports SELECT i, 'city' || i, CASE WHEN i % 2 = 0 THEN 'US' ELSE 'NO' END FROM range(10) t(i);
INSERT INTO flights SELECT i, (i * i) % 10, (i % 5) * 2, i % 7, i % 11 FROM range(1000) t(i);
"""
VIEW = """
TABLES (f AS flights PRIMARY KEY (id), a AS airports PRIMARY KEY (code))
RELATIONSHIPS (departs AS f(origin) REFERENCES a{assume}, arrives AS f(dest) REFERENCES a{assume})
FACTS (f.is_domestic AS departs.country = 'US' AND arrives.country = 'US')
DIMENSIONS (a.city AS city, f.day AS day)
METRICS (
  f.departures USING (departs) AS count(*),
  f.arrivals USING (arrives) AS count(*),
  f.last_departures USING (departs) NON ADDITIVE BY (day) AS sum(seats),
  f.last_arrivals USING (arrives) NON ADDITIVE BY (day) AS sum(seats)
)
"""


def by_hand(con, role, where):
    """{city: (flights, seats on the city's last day)}, each query alone."""
    return {
        city: (flights, seats)
        for city, flights, seats in con.execute(f"""
            WITH r AS (SELECT a.city, f.day, f.seats FROM flights f LEFT JOIN airports a ON f.{role} = a.code
                       LEFT JOIN airports d ON f.origin = d.code LEFT JOIN airports e ON f.dest = e.code {where})
            SELECT city, count(*), sum(seats) FILTER (WHERE day = last) FROM
              (SELECT *, max(day) OVER (PARTITION BY city) AS last FROM r) GROUP BY city""").fetchall()
    }


@pytest.mark.parametrize("assume", ["", " ASSUME REFERENTIAL INTEGRITY"])
@pytest.mark.parametrize("where", [None, "is_domestic"])
def test_two_roles_of_one_table_stay_apart(con, assume, where):
    con.execute(SETUP)
    con.execute("SELECT define_semantic_view('v', $1)", [VIEW.format(assume=assume)])
    answer = con.execute(
        """FROM semantic_view('v', dimensions := ['city'], where_clause := $1,
             metrics := ['departures', 'last_departures', 'arrivals', 'last_arrivals'])""",
        [where],
    ).fetchall()
    hand_where = "WHERE d.country = 'US' AND e.country = 'US'" if where else ""
    departures = by_hand(con, "origin", hand_where)
    arrivals = by_hand(con, "dest", hand_where)
    nothing = (0, None)
    assert {row[0]: row[1:] for row in answer} == {
        city: (*departures.get(city, nothing), *arrivals.get(city, nothing))
        for city in departures.keys() | arrivals.keys()
    }


def test_brackets_that_stand_twice_in_one_query(con):
    con.execute("""
        CREATE TABLE x (id INTEGER, code VARCHAR, level INTEGER, next INTEGER);
        INSERT INTO x VALUES (8, 'x35', NULL, 27), (18, 'x95', 8, 22), (16, NULL, 0, 27), (22, 'x99', 3, 18), (27, NULL, -1, 27);
        CREATE TABLE y (k INTEGER, by_id INTEGER, by_code VARCHAR);
        INSERT INTO y VALUES (1, 18, 'z3'), (2, 27, 'x79'), (3, 8, 'x79'), (4, 18, 'x99'), (5, 16, 'x35');
    """)
    con.execute("""SELECT define_semantic_view('v', $$
        TABLES (g AS x PRIMARY KEY (id) UNIQUE (code), e AS y PRIMARY KEY (k), a AS x PRIMARY KEY (id))
        RELATIONSHIPS (onward AS g(next) REFERENCES a ASSUME REFERENTIAL INTEGRITY,
          one AS e(by_id) REFERENCES g ASSUME REFERENTIAL INTEGRITY, other AS e(by_code) REFERENCES g(code))
        DIMENSIONS (a.level AS level)
        METRICS (e.n AS count(*))
    $$)""").fetchall()
    expected = con.execute("""
        SELECT DISTINCT oa.level, a.level FROM y LEFT JOIN x o ON y.by_code = o.code LEFT JOIN x oa ON o.next = oa.id
        LEFT JOIN x g ON y.by_id = g.id LEFT JOIN x a ON g.next = a.id""").fetchall()
    assert set(expected) == {(-1, -1), (8, 3), (None, -1), (None, 3)}
    for dimensions in (["other.level AS p", "one.level AS q"], ["one.level AS q", "other.level AS p"]):
        for metrics in ([], ["n"]):
            rows = con.execute(
                "SELECT DISTINCT p, q FROM semantic_view('v', dimensions := $1, metrics := $2)", [dimensions, metrics]
            ).fetchall()
            assert set(rows) == set(expected)
