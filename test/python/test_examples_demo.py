"""The two definitions of the demo on a few made-up flights: both answer every question of the demo, and agree."""

import sys
from pathlib import Path

import pytest

DEMO = Path(__file__).resolve().parents[2] / "demo"
sys.path.insert(0, str(DEMO))

from demo import QUESTIONS  # noqa: E402

# BQN is no known airport and N9 no known plane; flight 4 was cancelled.
DATA = """
    CREATE TABLE airlines AS FROM (VALUES ('UA', 'United'), ('DL', 'Delta')) t(carrier, name);
    CREATE TABLE airports AS
        FROM (VALUES ('JFK', 'Kennedy'), ('EWR', 'Newark'), ('ATL', 'Atlanta')) t(faa, name);
    CREATE TABLE planes AS FROM (VALUES ('N1', 'BOEING', 100), ('N2', 'AIRBUS', 200)) t(tailnum, manufacturer, seats);
    CREATE TABLE weather AS
        FROM (VALUES ('JFK', TIMESTAMP '2013-06-01 10:00:00', 0.5)) t(origin, time_hour, visib);
    CREATE TABLE flights AS
        SELECT *, TIMESTAMP '2013-06-01 10:00:00' AS time_hour
        FROM (VALUES (6, 'UA', 'N1', 'JFK', 'ATL', 20, 700), (6, 'DL', 'N2', 'JFK', 'ATL', 10, 700),
                     (7, 'DL', 'N9', 'EWR', 'BQN', -5, 1500), (7, 'DL', NULL, 'EWR', 'ATL', NULL, 700))
             t(month, carrier, tailnum, origin, dest, dep_delay, distance);
"""


@pytest.fixture
def flights(con):
    con.execute(DATA)
    return con


def define(con, file):
    con.execute("SELECT define_semantic_view('flights', ?)", [(DEMO / file).read_text()]).fetchall()


@pytest.mark.parametrize("file", ["flights.json", "flights.sql"])
def test_the_answers_of_the_demo_are_right(flights, file):
    define(flights, file)
    by_carrier, by_month, by_origin, by_maker, by_destination, by_fog, _ = (
        flights.execute(query).fetchall() for _, query in QUESTIONS
    )
    assert by_carrier == [("Delta", 3, 2.5), ("United", 1, 20.0)]
    assert by_month == [(6, 2, 50.0), (7, 2, 0.0)]
    assert by_origin == [("JFK", 2, 15.0, 50.0), ("EWR", 2, -5.0, 0.0)]
    assert by_maker == [("AIRBUS", 200, 1), ("BOEING", 100, 1), (None, None, 2)]
    assert by_fog == [("fog", 2, 15.0, 50.0), (None, 2, -5.0, 0.0)]
    assert by_destination == [("Atlanta", 3, 2100), (None, 1, 1500)]


def test_the_clauses_know_both_airports_of_a_flight_and_its_weather(flights):
    define(flights, "flights.sql")
    rows = flights.execute(
        """FROM semantic_view('flights', metrics := ['flights', 'miles_a_flight'],
               dimensions := ['departs.destination AS departure', 'destination', 'visibility'])
           ORDER BY ALL"""
    ).fetchall()
    assert rows == [("Kennedy", "Atlanta", "fog", 2, 700), ("Newark", "Atlanta", None, 1, 700),
                    ("Newark", None, None, 1, 1500)]
