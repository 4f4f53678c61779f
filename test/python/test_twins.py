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
