"""semantic_view_diagram(name): what test/golden/diagram does not show, and through DuckDB."""

import xml.etree.ElementTree as ET
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[2]

SALES = """
    TABLES (o AS orders PRIMARY KEY (id), c AS customers PRIMARY KEY (id))
    RELATIONSHIPS (order_customer AS o (customer_id) REFERENCES c ASSUME REFERENTIAL INTEGRITY)
    DIMENSIONS (c.region AS region)
    METRICS (o.revenue AS sum(amount), PRIVATE c.customers AS count(*), per_customer AS revenue / customers)
"""
DIAGRAM = """erDiagram
  "o"["o (orders)"] {
    column id PK
    column customer_id FK
    metric revenue
  }
  "c"["c (customers)"] {
    column id PK
    dimension region
    metric customers "private"
  }
  "derived metrics" {
    metric per_customer
  }
  "o" }o--|| "c" : "order_customer\""""


@pytest.fixture
def sales(con):
    con.execute("SELECT define_semantic_view('sales', ?)", [SALES]).fetchall()
    return con


def diagram(con, name):
    return con.execute("SELECT semantic_view_diagram(?)", [name]).fetchall()[0][0]


def test_draws_a_view_whose_tables_do_not_exist_yet(sales):
    assert diagram(sales, "sales") == DIAGRAM
    assert diagram(sales, "SALES") == DIAGRAM


def test_is_the_same_for_every_spelling(sales):
    for export in ("read_yaml_from_semantic_view('sales')",
                   "(SELECT definition FROM semantic_layer._definitions WHERE name = 'sales')"):
        sales.execute(f"SELECT define_semantic_view('again', {export})").fetchall()
        assert diagram(sales, "again") == DIAGRAM
        sales.execute("SELECT drop_semantic_view('again')").fetchall()


def test_draws_the_diagrams_of_a_whole_column(sales):
    sales.execute("SELECT define_semantic_view('days', 'TABLES (t) DIMENSIONS (day AS day)')").fetchall()
    query = "SELECT name, semantic_view_diagram(name) FROM list_semantic_views() ORDER BY name"
    assert sales.execute(query).fetchall() == [
        ("days", 'erDiagram\n  "t" {\n    dimension day\n  }'), ("sales", DIAGRAM)]


def test_draws_a_view_of_an_attached_database(connect, db_file):
    con = connect(db_file)
    con.execute("SELECT define_semantic_view('sales', ?)", [SALES]).fetchall()
    con.close()
    other = connect()
    other.execute(f"ATTACH '{db_file}' AS other (READ_ONLY)")
    assert diagram(other, "other.sales") == DIAGRAM


def test_follows_the_definition(sales):
    sales.execute("CALL semantic_ddl($$ CREATE OR REPLACE SEMANTIC VIEW sales AS TABLES (t) METRICS (t.n AS count(*)) $$)")
    assert diagram(sales, "sales") == 'erDiagram\n  "t" {\n    metric n\n  }'


@pytest.mark.parametrize("argument, message", [
    ("'salse'", "semantic view 'salse' does not exist"),
    ("''", "a semantic view needs a name"),
    ("NULL", "semantic_view_diagram: the name must be a text, not NULL"),
    ("NULL::VARCHAR", "semantic_view_diagram: the name must be a text, not NULL"),
])
def test_errors(sales, argument, message):
    with pytest.raises(duckdb.Error) as error:
        sales.execute(f"SELECT semantic_view_diagram({argument})").fetchall()
    assert message in str(error.value)


def test_a_definition_that_cannot_be_read_says_so(con):
    con.execute("INSERT INTO semantic_layer._definitions VALUES ('broken', '{')")
    with pytest.raises(duckdb.Error, match="semantic view 'broken'"):
        diagram(con, "broken")


def test_four_thousand_members(con):
    metrics = ", ".join(f"t.m{i} AS sum(x + {i})" for i in range(4000))
    con.execute("SELECT define_semantic_view('wide', ?)", [f"TABLES (t) METRICS ({metrics})"]).fetchall()
    assert diagram(con, "wide").count("\n    metric m") == 4000


def test_the_picture_in_the_tutorial_is_of_the_diagram_beside_it():
    """Mermaid 12.3.0 drew docs/diagram.svg once, from the text in its description."""
    tutorial = (ROOT / "docs/tutorial.md").read_text(encoding="utf-8")
    picture = ET.parse(ROOT / "docs/diagram.svg").getroot()
    text = picture.findtext("{http://www.w3.org/2000/svg}desc").strip()
    assert text.startswith("erDiagram\n")
    assert f"```\n{text}\n```\n" in tutorial
