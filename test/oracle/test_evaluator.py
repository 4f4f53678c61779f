"""The evaluator against SQL written by hand, in plain DuckDB: no extension is needed.

Every case states a view, a request and the SQL that a careful analyst would write for it.
"""

import datetime
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import duckdb
import pytest

from compare import same_rows, sorted_rows
from evaluator import (
    Evaluator, Item, LastBy, Member, Refused, Relationship, Request, Table, Unclear, View,
)
from expressions import (
    Agg, Between, Case, Const, Func, In, IsNull, Not, Op, OrderBy, Ref, StartsLike, Window, nodes, refs,
)
from generator import BAD, Generator
from naive_sql import NotCovered, naive_sql
from printer import call_text, create_table_text, view_text
from shrink import keeps_assumptions


# -------------------------------------------------------------------- short forms


def n(text: str) -> Ref:
    parts = text.split(".")
    return Ref(parts[-1], parts[0] if len(parts) > 1 else None)


def as_node(x):
    return n(x) if isinstance(x, str) else x if hasattr(x, "eval") else Const(x)


def op(left, operator, right):
    return Op(operator, as_node(left), as_node(right))


def total(x, where=None, distinct=False):
    return Agg("sum", as_node(x), distinct, where)


def count(x=None, where=None, distinct=False):
    return Agg("count", None if x is None else as_node(x), distinct, where)


def table(alias, columns, rows, key="id", unique=(), source=None):
    names = dict(c.split() for c in columns.split(", "))
    return Table(
        alias, source or alias, names, [dict(zip(names, r)) for r in rows],
        tuple(key.split(",")) if key else (), [tuple(u.split(",")) for u in unique],
    )


def rel(text, default=False):
    """`name: a(x) -> b` or `name: a(x) -> b(y)`."""
    name, rest = text.split(": ")
    left, right = rest.split(" -> ")
    source, columns = left.rstrip(")").split("(")
    target, there = (right.rstrip(")").split("(") + [""])[:2]
    return Relationship(
        name, source, tuple(columns.split(",")), target, tuple(there.split(",")) if there else (), default
    )


def fact(name, expr, private=False):
    t, m = name.split(".")
    return Member("fact", t, m, as_node(expr), private)


def dim(name, expr):
    t, m = name.split(".")
    return Member("dimension", t, m, as_node(expr))


def metric(name, expr, using=(), last=(), per=(), private=False):
    t, m = name.split(".") if "." in name else (None, name)
    items = [x if isinstance(x, LastBy) else LastBy(n(x)) for x in last]
    return Member("metric", t, m, as_node(expr), private, tuple(using), items, [n(p) for p in per])


def item(text):
    rename = None
    if " AS " in text:
        text, rename = text.split(" AS ")
    ref = n(text)
    return Item(ref.name, ref.qualifier, rename)


def ask(dimensions="", metrics="", facts="", where=None):
    def items(text):
        return [item(t) for t in text.split(", ")] if text else []

    return Request(items(dimensions), items(metrics), items(facts), where)


def check(view, request, sql, columns=None):
    connection = duckdb.connect()
    done = set()
    for t in view.tables:
        if t.source not in done:
            connection.execute(create_table_text(t.source, t.columns, t.rows))
            done.add(t.source)
    answer = Evaluator(view).answer(request)
    expected = connection.execute(sql).fetchall()
    assert same_rows(expected, answer.rows), f"{sorted_rows(answer.rows)} is not {sorted_rows(expected)}"
    if columns is not None:
        assert answer.columns == columns


def refused(view, request, category=None):
    with pytest.raises(Refused) as caught:
        Evaluator(view).answer(request)
    assert category is None or caught.value.category == category, str(caught.value)


def bad_definition(view, category=None):
    with pytest.raises(Refused) as caught:
        Evaluator(view)
    assert category is None or caught.value.category == category, str(caught.value)


# -------------------------------------------------------------------- a shop: items of orders of customers

D1, D2, D3 = (datetime.date(2024, 1, d) for d in (1, 2, 3))


def shop(**members) -> View:
    return View(
        tables=[
            table("c", "id int, region text, balance int",
                  [(1, "north", 10), (2, "south", 20), (3, None, 30), (4, "south", None)]),
            table("o", "id int, customer_id int, amount int, status text, day date", [
                (1, 1, 100, "new", D1), (2, 1, 50, "old", D2), (3, 2, 70, "new", D2),
                (4, None, 20, "new", D3), (5, 99, 5, None, None), (6, 3, None, "old", D1), (7, 3, 8, "old", D3),
            ]),
            table("li", "id int, order_id int, qty int, price int", [
                (1, 1, 2, 10), (2, 1, 3, 5), (3, 2, 1, 50), (4, 3, None, 7), (5, 77, 9, 1), (6, None, 4, 2), (7, 7, 1, 8),
            ]),
        ],
        relationships=[rel("oc: o(customer_id) -> c"), rel("lo: li(order_id) -> o")],
        facts=[
            fact("li.worth", op("qty", "*", "price")),
            fact("o.item_count", count("li.id")),
            fact("o.worth", total("li.worth")),
            fact("c.secret", "balance", private=True),
            *members.pop("facts", []),
        ],
        dimensions=[
            dim("c.region", "region"), dim("o.status", "status"), dim("o.day", "day"),
            dim("c.label", Func("coalesce", [n("region"), Const("none")])),
            dim("o.region_of", "c.region"),
            *members.pop("dimensions", []),
        ],
        metrics=[
            metric("o.revenue", total("amount")), metric("o.orders", count()),
            metric("c.balance_sum", total("balance")), metric("c.customers", count()),
            metric("li.quantity", total("qty")), metric("li.items", count("id")),
            metric("c.hidden", count(), private=True),
            *members.pop("metrics", []),
        ],
        **members,
    )


FROM_O = "FROM o LEFT JOIN c ON c.id = o.customer_id"
FROM_LI = "FROM li LEFT JOIN o ON o.id = li.order_id LEFT JOIN c ON c.id = o.customer_id"


# rule 1, 2, 3: home, reach, groups


def test_one_table_grouped():
    check(shop(), ask("status", "revenue"), "SELECT status, sum(amount) FROM o GROUP BY 1", ["status", "revenue"])


def test_rows_without_a_match_stay_in_the_null_group():
    check(shop(), ask("region", "revenue, orders"), f"SELECT c.region, sum(amount), count(*) {FROM_O} GROUP BY 1")


def test_an_expression_over_a_row_not_found_is_computed_over_nulls():
    check(shop(), ask("label", "orders"), f"SELECT coalesce(c.region, 'none'), count(*) {FROM_O} GROUP BY 1")


def test_three_tables_in_a_chain():
    check(shop(), ask("region, status", "quantity"), f"SELECT c.region, o.status, sum(li.qty) {FROM_LI} GROUP BY 1, 2")


def test_without_dimensions_one_row():
    check(shop(), ask("", "revenue, customers"), "SELECT (SELECT sum(amount) FROM o), (SELECT count(*) FROM c)")


def test_without_dimensions_one_row_over_nothing():
    where = op("status", "=", Const("no such"))
    check(shop(), ask("", "revenue, orders", where=where), "SELECT NULL::INTEGER, 0")


def test_metrics_of_several_tables_are_aggregated_apart():
    check(
        shop(), ask("region", "revenue, balance_sum, customers"),
        f"""SELECT region, r, b, coalesce(n, 0) FROM
            (SELECT c.region, sum(amount) AS r {FROM_O} GROUP BY 1)
            FULL JOIN (SELECT region AS region2, sum(balance) AS b, count(*) AS n FROM c GROUP BY 1)
            ON region IS NOT DISTINCT FROM region2""",
    )


def test_a_missing_group_has_count_0_and_sum_null():
    view = shop()
    view.tables[1].rows[:] = [r for r in view.tables[1].rows if r["customer_id"] == 1]
    check(view, ask("region", "orders, revenue, customers"),
          "VALUES ('north', 2, 150, 1), ('south', 0, NULL, 2), (NULL, 0, NULL, 1)")


def test_a_missing_group_evaluates_the_expression_of_the_metric():
    view = shop(metrics=[
        metric("o.safe", Func("coalesce", [total("amount"), Const(0)])),
        metric("o.text", Case(op(count(), "=", 0), Const("nothing"), Const("something"))),
    ])
    view.tables[1].rows[:] = [r for r in view.tables[1].rows if r["customer_id"] == 1]
    check(view, ask("region", "safe, text, customers"),
          "VALUES ('north', 150, 'something', 1), ('south', 0, 'nothing', 2), (NULL, 0, 'nothing', 1)")


def test_a_filter_inside_a_metric_empties_the_aggregate_not_the_group():
    view = shop(metrics=[metric("o.big", total("amount", where=op("amount", ">", 60)))])
    check(view, ask("status", "big"), "SELECT status, sum(amount) FILTER (WHERE amount > 60) FROM o GROUP BY 1")


def test_a_fan_out_is_refused():
    refused(shop(), ask("status", "balance_sum"), "fan-out")


def test_a_fan_out_of_one_of_two_metrics_is_refused():
    refused(shop(), ask("status", "revenue, balance_sum"), "fan-out")


def test_distinct_avg_list_min_max():
    view = shop(metrics=[
        metric("o.statuses", count("status", distinct=True)), metric("o.mean", Agg("avg", n("amount"))),
        metric("o.all_amounts", Agg("list", n("amount"))), metric("o.first", Agg("min", n("day"))),
        metric("o.last", Agg("max", n("status"))),
    ])
    check(view, ask("region", "statuses, mean, all_amounts, first, last"),
          f"""SELECT c.region, count(DISTINCT status), avg(amount), list(amount ORDER BY amount), min(day), max(status)
              {FROM_O} GROUP BY 1""")


def test_an_expression_that_reads_the_one_side():
    view = shop(metrics=[metric("o.weighted", total(op("amount", "*", "c.balance")))])
    check(view, ask("status", "weighted"), f"SELECT status, sum(amount * c.balance) {FROM_O} GROUP BY 1")


def test_two_ways_are_refused():
    view = diamond()
    refused(view, ask("d.name", "a.n"), "ambiguous")


def diamond() -> View:
    return View(
        tables=[
            table("a", "id int, b_id int, c_id int", [(1, 1, 1), (2, 1, 2), (3, None, 1)]),
            table("b", "id int, d_id int", [(1, 1)]),
            table("c", "id int, d_id int", [(1, 2), (2, 1)]),
            table("d", "id int, name text", [(1, "x"), (2, "y")]),
        ],
        relationships=[
            rel("ab: a(b_id) -> b"), rel("ac: a(c_id) -> c"), rel("bd: b(d_id) -> d"), rel("cd: c(d_id) -> d"),
        ],
        dimensions=[dim("d.name", "name"), dim("b.b_id", "id")],
        metrics=[metric("a.n", count()), metric("a.by_c", count(), using=["ac"]), metric("b.bs", count())],
    )


def test_using_chooses_one_side_of_a_diamond():
    check(diamond(), ask("name", "by_c"),
          "SELECT d.name, count(*) FROM a LEFT JOIN c ON c.id = c_id LEFT JOIN d ON d.id = d_id GROUP BY 1")


def test_a_request_chooses_one_side_of_a_diamond():
    check(diamond(), ask("bd.name", "n"),
          "SELECT d.name, count(*) FROM a LEFT JOIN b ON b.id = b_id LEFT JOIN d ON d.id = d_id GROUP BY 1")


def test_the_other_side_of_a_diamond_from_below_has_one_way():
    check(diamond(), ask("name", "bs"), "SELECT d.name, count(*) FROM b LEFT JOIN d ON d.id = d_id GROUP BY 1")


# rule 4: dimensions only, facts


def test_dimensions_of_one_table():
    check(shop(), ask("region"), "SELECT DISTINCT region FROM c")


def test_dimensions_of_two_tables_come_from_the_finer():
    check(shop(), ask("region, status"), f"SELECT DISTINCT c.region, o.status {FROM_O}")


def test_a_where_clause_takes_dimensions_only_to_a_finer_table():
    check(shop(), ask("region", where=op("status", "=", Const("new"))),
          f"SELECT DISTINCT c.region {FROM_O} WHERE o.status = 'new'")


def test_dimensions_that_only_a_third_table_reaches():
    check(diamond(), ask("b.b_id, cd.name"), """SELECT DISTINCT b.id, d.name
        FROM a LEFT JOIN b ON b.id = b_id LEFT JOIN c ON c.id = c_id LEFT JOIN d ON d.id = c.d_id""")


def test_the_chosen_candidate_with_two_ways_is_refused():
    view = diamond()
    view.dimensions += [dim("a.a_id", "id")]
    refused(view, ask("a_id, name"), "ambiguous")


def test_several_candidates_are_refused():
    view = View(
        tables=[
            table("x", "id int, p_id int, q_id int", []), table("y", "id int, p_id int, q_id int", []),
            table("p", "id int", []), table("q", "id int", []),
        ],
        relationships=[rel("xp: x(p_id) -> p"), rel("xq: x(q_id) -> q"), rel("yp: y(p_id) -> p"), rel("yq: y(q_id) -> q")],
        dimensions=[dim("p.a", "id"), dim("q.b", "id")],
    )
    refused(view, ask("a, b"), "home")


def test_no_candidate_is_refused():
    view = View(
        tables=[table("x", "id int", []), table("y", "id int", [])],
        dimensions=[dim("x.a", "id"), dim("y.b", "id")],
    )
    refused(view, ask("a, b"), "home")


def test_facts_are_rows():
    check(shop(), ask("region", facts="o.item_count"),
          f"SELECT c.region, (SELECT count(*) FROM li WHERE li.order_id = o.id) {FROM_O}", ["region", "item_count"])


def test_facts_of_two_tables_come_from_the_finer():
    check(shop(), ask("", facts="li.worth, o.item_count"),
          f"""SELECT qty * price, CASE WHEN o.id IS NOT NULL THEN (SELECT count(*) FROM li x WHERE x.order_id = o.id) END
              {FROM_LI}""")


def test_facts_and_metrics_do_not_mix():
    refused(shop(), ask("", "revenue", "item_count"), "facts with metrics")


def one_to_one() -> View:
    return View(
        tables=[
            table("p", "id int, name text", [(1, "a"), (2, "b"), (3, None)]),
            table("e", "p_id int, score int", [(1, 5), (9, 6), (2, None)], key="p_id"),
        ],
        relationships=[rel("ep: e(p_id) -> p")],
        dimensions=[dim("p.name", "name"), dim("e.score", "score")],
        metrics=[metric("p.people", count()), metric("e.scores", total("score"))],
    )


def test_one_to_one_is_walked_both_ways():
    check(one_to_one(), ask("score", "people"), "SELECT score, count(*) FROM p LEFT JOIN e ON p.id = p_id GROUP BY 1")
    check(one_to_one(), ask("name", "scores"), "SELECT name, sum(score) FROM e LEFT JOIN p ON p.id = p_id GROUP BY 1")


def test_one_to_one_partners_take_rows_from_the_first_table():
    check(one_to_one(), ask("name, score"), "SELECT DISTINCT name, score FROM p LEFT JOIN e ON p.id = p_id")


def test_dimensions_of_one_partner_are_found_in_its_own_rows():
    check(one_to_one(), ask("score"), "SELECT DISTINCT score FROM e")


def test_composite_keys_match_only_when_all_columns_do():
    view = View(
        tables=[
            table("x", "id int, k1 int, k2 text", [(1, 1, "a"), (2, 1, None), (3, 2, "a"), (4, 1, "b")]),
            table("y", "k1 int, k2 text, name text", [(1, "a", "p"), (1, "b", "q")], key="k1,k2"),
        ],
        relationships=[rel("xy: x(k2,k1) -> y(k2,k1)")],
        dimensions=[dim("y.name", "name")], metrics=[metric("x.n", count())],
    )
    check(view, ask("name", "n"), "SELECT name, count(*) FROM x LEFT JOIN y USING (k1, k2) GROUP BY 1")


def test_a_null_finds_no_null_key():
    view = View(
        tables=[
            table("x", "id int, code text", [(1, "a"), (2, None)]),
            table("y", "id int, code text, name text", [(1, "a", "p"), (2, None, "q")], unique=["code"]),
        ],
        relationships=[rel("xy: x(code) -> y(code)")],
        dimensions=[dim("y.name", "name")], metrics=[metric("x.n", count())],
    )
    check(view, ask("name", "n"), "SELECT name, count(*) FROM x LEFT JOIN y USING (code) GROUP BY 1")


# rule 5: facts inside expressions


def test_a_fact_is_replaced_with_its_brackets():
    view = shop(facts=[fact("o.more", op("amount", "+", 1))], metrics=[metric("o.twice", total(op("more", "*", 2)))])
    check(view, ask("", "twice"), "SELECT sum((amount + 1) * 2) FROM o")


def test_a_fact_over_a_finer_table_in_a_metric():
    view = shop(metrics=[metric("o.most", Agg("max", n("item_count"))), metric("o.worths", total("worth"))])
    check(view, ask("region", "most, worths"),
          f"""SELECT c.region, max(x.n), sum(x.w) {FROM_O}
              JOIN (SELECT o.id, count(li.id) n, sum(qty * price) w FROM o LEFT JOIN li ON li.order_id = o.id GROUP BY 1) x
              ON x.id = o.id GROUP BY 1""")


def test_the_where_clause_does_not_reach_inside_an_aggregated_fact():
    view = shop(metrics=[metric("li.counts", total("o.item_count"))])
    check(view, ask("", "counts", where=op("li.worth", ">", 16)),
          f"""SELECT sum((SELECT count(*) FROM li x WHERE x.order_id = o.id)) {FROM_LI} WHERE li.qty * li.price > 16""")


def test_the_filters_of_the_view_reach_inside_an_aggregated_fact():
    view = shop(filters=[op("li.price", ">", 5)])
    check(view, ask("", facts="o.item_count"),
          "SELECT (SELECT count(*) FROM li WHERE li.order_id = o.id AND price > 5) FROM o")


def test_a_filter_does_not_hold_inside_the_fact_that_it_names():
    view = shop(filters=[op("o.item_count", ">", 1)])
    check(view, ask("", facts="o.item_count"),
          "SELECT n FROM (SELECT (SELECT count(*) FROM li WHERE li.order_id = o.id) AS n FROM o) WHERE n > 1")
    check(view, ask("", "quantity"),
          f"SELECT sum(qty) {FROM_LI} WHERE (SELECT count(*) FROM li x WHERE x.order_id = o.id) > 1")


def test_an_aggregated_fact_over_two_relationships():
    view = shop(facts=[fact("c.bought", total("li.qty"))])
    check(view, ask("region", facts="bought"),
          "SELECT region, (SELECT sum(qty) FROM li JOIN o ON o.id = order_id WHERE customer_id = c.id) FROM c")


def test_an_aggregated_fact_of_aggregated_facts():
    view = shop(facts=[fact("c.most_items", Agg("max", n("o.item_count")))])
    check(view, ask("", facts="most_items"), """SELECT max(n) FROM c LEFT JOIN
        (SELECT customer_id, (SELECT count(*) FROM li WHERE li.order_id = o.id) AS n FROM o) x ON x.customer_id = c.id
        GROUP BY c.id""")


def test_an_aggregated_fact_in_a_dimension():
    view = shop(dimensions=[dim("o.size", Case(op("item_count", ">", 0), Const("some"), Const("none")))])
    check(view, ask("size", "orders"), """SELECT CASE WHEN EXISTS (FROM li WHERE order_id = o.id)
        THEN 'some' ELSE 'none' END, count(*) FROM o GROUP BY 1""")
    # A row that was not found has no count, which is not a count of 0.
    check(view, ask("size", "items"), f"""SELECT CASE WHEN o.id IS NOT NULL THEN 'some' ELSE 'none' END,
        count(*) {FROM_LI} GROUP BY 1""")


def test_an_aggregated_fact_with_filter_and_distinct():
    view = shop(facts=[fact("c.kinds", count("o.status", distinct=True, where=op("o.amount", ">", 50)))])
    check(view, ask("", facts="kinds"),
          "SELECT (SELECT count(DISTINCT status) FROM o WHERE customer_id = c.id AND amount > 50) FROM c")


def test_a_fact_cycle_is_an_error_at_definition():
    bad_definition(shop(facts=[fact("o.x", op("y", "+", 1)), fact("o.y", op("x", "+", 1))]), "definition")


def test_a_members_own_name_is_the_column():
    view = shop(dimensions=[dim("c.balance", op("balance", "+", 1)), dim("c.double", op("balance", "*", 2))])
    check(view, ask("double", "customers"), "SELECT (balance + 1) * 2, count(*) FROM c GROUP BY 1")


# rule 6: derived and mixed metrics


def test_a_derived_metric_over_two_tables():
    view = shop(metrics=[metric("per_head", op("revenue", "-", "customers"))])
    check(view, ask("region", "per_head"), f"""SELECT region, r - n FROM
        (SELECT c.region, sum(amount) AS r {FROM_O} GROUP BY 1)
        FULL JOIN (SELECT region AS r2, count(*) AS n FROM c GROUP BY 1) ON region IS NOT DISTINCT FROM r2""")


def test_a_mixed_metric_has_the_groups_of_both():
    view = shop(metrics=[metric("o.mix", op(count(), "-", "customers"))])
    view.tables[1].rows[:] = [r for r in view.tables[1].rows if r["customer_id"] == 1]
    check(view, ask("region", "mix"), "VALUES ('north', 1), ('south', -2), (NULL, -1)")


def test_a_derived_metric_named_under_a_table_has_no_groups_of_its_own():
    view = shop(metrics=[metric("li.twice", op("c.customers", "*", 2))])
    check(view, ask("region", "twice"), "SELECT region, 2 * count(*) FROM c GROUP BY 1")


def test_a_metric_cycle_is_an_error_at_definition():
    bad_definition(shop(metrics=[metric("x", op("y", "+", "revenue")), metric("y", op("x", "+", 1))]), "definition")


def test_a_derived_metric_must_reach_from_all_its_tables():
    refused(shop(metrics=[metric("both", op("revenue", "-", "customers"))]), ask("status", "both"), "fan-out")


# rule 7: roles


def flights(default=False, **members) -> View:
    return View(
        tables=[
            table("f", "id int, dep int, arr int, seats int, day date", [
                (1, 1, 2, 10, D1), (2, 2, 1, 20, D2), (3, 1, 3, 30, D2), (4, None, 1, 40, D3), (5, 3, 9, 50, None),
            ]),
            table("a", "id int, city text, country_id int", [(1, "Rome", 1), (2, "Oslo", 2), (3, None, 1)]),
            table("k", "id int, country text", [(1, "IT"), (2, "NO")]),
        ],
        relationships=[rel("dep: f(dep) -> a", default), rel("arr: f(arr) -> a"), rel("ak: a(country_id) -> k")],
        facts=members.pop("facts", []),
        dimensions=[
            dim("a.city", "city"), dim("k.country", "country"), dim("f.day", "day"), *members.pop("dimensions", []),
        ],
        metrics=[
            metric("f.n", count()), metric("f.arrivals", count(), using=["arr"]),
            metric("f.departures", count(), using=["dep"]), *members.pop("metrics", []),
        ],
        **members,
    )


FROM_F = """FROM f LEFT JOIN a AS d ON d.id = dep LEFT JOIN a ON a.id = arr
            LEFT JOIN k AS kd ON kd.id = d.country_id LEFT JOIN k ON k.id = a.country_id"""


def test_nobody_chooses_a_role():
    refused(flights(), ask("city", "n"), "ambiguous")


def test_default_chooses():
    check(flights(True), ask("city", "n"), f"SELECT d.city, count(*) {FROM_F} GROUP BY 1")


def test_using_goes_before_default():
    check(flights(True), ask("city", "arrivals"), f"SELECT a.city, count(*) {FROM_F} GROUP BY 1")


def test_two_metrics_with_two_roles_side_by_side():
    check(flights(), ask("city", "arrivals, departures"), f"""SELECT city, coalesce(x, 0), coalesce(y, 0) FROM
        (SELECT a.city, count(*) x {FROM_F} GROUP BY 1) FULL JOIN
        (SELECT d.city AS c2, count(*) y {FROM_F} GROUP BY 1) ON city IS NOT DISTINCT FROM c2""")


def test_the_request_goes_before_using():
    check(flights(), ask("dep.city", "arrivals"), f"SELECT d.city, count(*) {FROM_F} GROUP BY 1", ["city", "arrivals"])


def test_two_roles_in_one_request():
    check(flights(), ask("dep.city AS x, arr.city AS y", "n"),
          f"SELECT d.city, a.city, count(*) {FROM_F} GROUP BY 1, 2", ["x", "y", "n"])


def test_two_roles_of_one_name_are_refused():
    refused(flights(), ask("dep.city, arr.city", "n"), "duplicate")


def test_tables_beyond_a_role_are_reached_through_it():
    check(flights(), ask("country", "arrivals"), f"SELECT k.country, count(*) {FROM_F} GROUP BY 1")
    check(flights(), ask("dep.country", "n"), f"SELECT kd.country, count(*) {FROM_F} GROUP BY 1")


def test_an_expression_chooses_a_role():
    view = flights(dimensions=[dim("f.route", op("dep.city", "||", "arr.city"))])
    check(view, ask("route", "n"), f"SELECT d.city || a.city, count(*) {FROM_F} GROUP BY 1")


def test_a_dimension_whose_expression_has_two_ways_is_an_error_at_definition():
    bad_definition(flights(dimensions=[dim("f.somewhere", "a.city")]), "ambiguous")


def test_the_where_clause_chooses_a_role():
    check(flights(), ask("", "n", where=op("arr.city", "=", Const("Rome"))),
          f"SELECT count(*) {FROM_F} WHERE a.city = 'Rome'")
    refused(flights(), ask("", "n", where=op("city", "=", Const("Rome"))), "ambiguous")


def test_using_chooses_for_the_where_clause():
    check(flights(), ask("", "arrivals, departures", where=op("city", "=", Const("Rome"))),
          f"SELECT (SELECT count(*) {FROM_F} WHERE a.city = 'Rome'), (SELECT count(*) {FROM_F} WHERE d.city = 'Rome')")


def test_using_chooses_for_what_the_metric_reads():
    view = flights(metrics=[metric("f.far", total("a.id"), using=["arr"])])
    check(view, ask("", "far"), f"SELECT sum(a.id) {FROM_F}")


def test_using_of_an_unreached_relationship_is_an_error_at_definition():
    bad_definition(flights(metrics=[metric("k.x", count(), using=["dep"])]), "definition")


# rule 8: semi-additive metrics


def balances(*metrics, rows=None) -> View:
    return View(
        tables=[
            table("b", "id int, acc text, day date, shift int, amount int", rows or [
                (1, "x", D1, 1, 10), (2, "x", D2, 1, 20), (3, "y", D1, 1, 5), (4, "y", None, 1, 7), (5, "x", D2, 2, 1),
                (6, "z", None, 1, 9), (7, "z", None, None, 3), (8, "y", D1, None, 100), (9, None, D2, None, 50),
            ]),
        ],
        dimensions=[dim("b.acc", "acc"), dim("b.day", "day"), dim("b.shift", "shift")],
        metrics=[metric("b.plain", total("amount")), *metrics],
    )


RANKED = """SELECT *, dense_rank() OVER (PARTITION BY {by} ORDER BY {order}) AS place FROM b"""


def test_the_last_day_counts():
    view = balances(metric("b.last", total("amount"), last=["day"]))
    check(view, ask("acc", "last, plain"),
          f"""SELECT acc, sum(amount) FILTER (WHERE place = 1), sum(amount)
              FROM ({RANKED.format(by='acc', order='day DESC NULLS LAST')}) GROUP BY 1""")


def test_without_dimensions_the_last_day_of_all():
    view = balances(metric("b.last", total("amount"), last=["day"]))
    check(view, ask("", "last"), "SELECT sum(amount) FROM b WHERE day = (SELECT max(day) FROM b)")


def test_queried_non_additive_dimensions_make_it_ordinary():
    view = balances(metric("b.last", total("amount"), last=["day"]))
    check(view, ask("day", "last"), "SELECT day, sum(amount) FROM b GROUP BY 1")


def test_desc_takes_the_first_day():
    view = balances(metric("b.first", total("amount"), last=[LastBy(n("day"), True)]))
    check(view, ask("acc", "first"),
          f"SELECT acc, sum(amount) FROM ({RANKED.format(by='acc', order='day NULLS LAST')}) WHERE place = 1 GROUP BY 1")


@pytest.mark.parametrize("descending", [False, True])
def test_nulls_last_wins(descending):
    view = balances(metric("b.last", total("amount"), last=[LastBy(n("day"), descending, "LAST")]))
    order = "day " + ("" if descending else "DESC ") + "NULLS FIRST"
    check(view, ask("acc", "last"),
          f"SELECT acc, sum(amount) FROM ({RANKED.format(by='acc', order=order)}) WHERE place = 1 GROUP BY 1")


def test_nulls_first_loses():
    view = balances(metric("b.last", total("amount"), last=[LastBy(n("day"), True, "FIRST")]))
    check(view, ask("acc", "last"),
          f"SELECT acc, sum(amount) FROM ({RANKED.format(by='acc', order='day NULLS LAST')}) WHERE place = 1 GROUP BY 1")


def test_two_ordering_dimensions():
    view = balances(metric("b.last", total("amount"), last=["day", LastBy(n("shift"), True)]))
    order = "day DESC NULLS LAST, shift NULLS LAST"
    check(view, ask("acc", "last"),
          f"SELECT acc, sum(amount) FROM ({RANKED.format(by='acc', order=order)}) WHERE place = 1 GROUP BY 1")
    check(view, ask("acc, day", "last"),
          f"""SELECT acc, day, sum(amount) FROM ({RANKED.format(by='acc, day', order='shift NULLS LAST')})
              WHERE place = 1 GROUP BY 1, 2""")


def test_per_takes_the_last_value_of_each():
    view = balances(metric("b.last", total("amount"), last=["day"], per=["acc"]))
    check(view, ask("", "last"),
          f"SELECT sum(amount) FROM ({RANKED.format(by='acc', order='day DESC NULLS LAST')}) WHERE place = 1")
    check(view, ask("shift", "last"),
          f"""SELECT shift, sum(amount) FROM ({RANKED.format(by='shift, acc', order='day DESC NULLS LAST')})
              WHERE place = 1 GROUP BY 1""")


def test_the_filter_of_the_metric_comes_after_the_last_value():
    view = balances(metric("b.last", total("amount", where=op("amount", "<", 20)), last=["day"]))
    check(view, ask("acc", "last"), f"""SELECT acc, sum(amount) FILTER (WHERE amount < 20)
        FROM ({RANKED.format(by='acc', order='day DESC NULLS LAST')}) WHERE place = 1 GROUP BY 1""")


def test_the_where_clause_comes_before_the_last_value():
    view = balances(metric("b.last", total("amount"), last=["day"]))
    check(view, ask("", "last", where=op("day", "<", Const(D2))),
          "SELECT sum(amount) FROM b WHERE day = (SELECT max(day) FROM b WHERE day < DATE '2024-01-02')")


def test_a_role_of_the_request_does_not_change_the_non_additive_dimension():
    view = flights(True, metrics=[metric("f.last", total("seats"), last=["city"])])
    check(view, ask("dep.city", "last"), f"SELECT d.city, sum(seats) {FROM_F} GROUP BY 1")
    check(view, ask("arr.city", "last"), f"""SELECT x, sum(seats) FROM (SELECT a.city AS x, seats,
        dense_rank() OVER (PARTITION BY a.city ORDER BY d.city DESC NULLS LAST) AS place {FROM_F}) WHERE place = 1 GROUP BY 1""")


def test_derived_over_semi_additive():
    view = balances(metric("b.last", total("amount"), last=["day"]), metric("moved", op("plain", "-", "last")))
    check(view, ask("acc", "moved"), f"""SELECT acc, sum(amount) - sum(amount) FILTER (WHERE place = 1)
        FROM ({RANKED.format(by='acc', order='day DESC NULLS LAST')}) GROUP BY 1""")


# rule 9: windows


def windowed(**calls) -> View:
    return shop(metrics=[metric(name, call) for name, call in calls.items()])


def test_a_total_over_all_groups():
    view = windowed(share=op("revenue", "/", Func("nullif", [Window("sum", n("revenue")), Const(0)])))
    check(view, ask("status", "share"),
          "SELECT status, s / sum(s) OVER () FROM (SELECT status, sum(amount) AS s FROM o GROUP BY 1)")


def test_partition_by_and_excluding():
    view = windowed(
        a=Window("sum", n("revenue"), partition=[n("status")]), b=Window("sum", n("revenue"), excluding=[n("status")]),
    )
    check(view, ask("region, status", "a, b"), f"""SELECT region, status, sum(s) OVER (PARTITION BY status),
        sum(s) OVER (PARTITION BY region) FROM (SELECT c.region, status, sum(amount) AS s {FROM_O} GROUP BY 1, 2)""")


def test_rank_and_lag_and_running_sums():
    by_day = [OrderBy(n("day"))]
    view = windowed(
        place=Window("rank", order=[OrderBy(n("revenue"), True)]),
        before=Window("lag", n("revenue"), excluding=[n("day")], order=by_day),
        so_far=Window("sum", n("revenue"), excluding=[n("day")], order=by_day),
    )
    check(view, ask("status, day", "place, before, so_far"), """SELECT status, day, rank() OVER (ORDER BY s DESC),
        lag(s) OVER (PARTITION BY status ORDER BY day), sum(s) OVER (PARTITION BY status ORDER BY day)
        FROM (SELECT status, day, sum(amount) AS s FROM o GROUP BY 1, 2)""")


def test_a_window_is_null_in_groups_that_others_brought():
    view = windowed(w=Func("coalesce", [Window("count", n("orders")), Const(-1)]))
    view.tables[1].rows[:] = [r for r in view.tables[1].rows if r["customer_id"] == 1]
    check(view, ask("region", "w, customers"), "VALUES ('north', 1, 1), ('south', -1, 2), (NULL, -1, 1)")


def test_a_window_counts_the_groups_of_every_metric_that_it_names():
    view = windowed(w=op("customers", "+", Window("count", n("orders"))))
    view.tables[1].rows[:] = [r for r in view.tables[1].rows if r["customer_id"] == 1]
    check(view, ask("region", "w"), "VALUES ('north', 4), ('south', 5), (NULL, 4)")


def test_a_dimension_of_a_window_must_be_requested():
    view = windowed(w=Window("sum", n("revenue"), partition=[n("status")]))
    refused(view, ask("region", "w"), "window")


def test_a_window_without_a_metric_is_an_error_at_definition():
    bad_definition(windowed(w=op("revenue", "+", Window("rank", order=[OrderBy(n("status"))]))), "definition")


def test_an_aggregate_inside_a_window_is_an_error_at_definition():
    bad_definition(shop(metrics=[metric("o.w", Window("sum", total("amount")))]), "definition")


def test_a_derived_metric_over_a_window_metric():
    view = windowed(w=Window("sum", n("revenue")), v=op("w", "-", "revenue"))
    check(view, ask("status", "v"),
          "SELECT status, sum(s) OVER () - s FROM (SELECT status, sum(amount) AS s FROM o GROUP BY 1)")


# rule 10: W and the filters


def test_the_where_clause_applies_to_every_metric():
    check(shop(), ask("", "revenue, customers, quantity", where=op("region", "=", Const("south"))), f"""SELECT
        (SELECT sum(amount) {FROM_O} WHERE c.region = 'south'), (SELECT count(*) FROM c WHERE region = 'south'),
        (SELECT sum(qty) {FROM_LI} WHERE c.region = 'south')""")


def test_the_where_clause_must_reach():
    refused(shop(), ask("", "customers", where=op("status", "=", Const("new"))), "fan-out")


def test_the_where_clause_names_no_metric_and_no_column():
    refused(shop(), ask("", "revenue", where=op("revenue", ">", 1)), "where")
    refused(shop(), ask("", "revenue", where=op("o.customer_id", ">", 1)), "where")


def test_a_filter_applies_where_it_reaches():
    view = shop(filters=[op("o.status", "=", Const("new"))])
    check(view, ask("", "revenue, customers, quantity"), f"""SELECT (SELECT sum(amount) FROM o WHERE status = 'new'),
        (SELECT count(*) FROM c), (SELECT sum(qty) {FROM_LI} WHERE o.status = 'new')""")


def test_a_filter_applies_to_dimensions_and_facts():
    view = shop(filters=[op("o.status", "=", Const("new"))])
    check(view, ask("day"), "SELECT DISTINCT day FROM o WHERE status = 'new'")
    check(view, ask("region"), "SELECT DISTINCT region FROM c")
    check(view, ask("", facts="item_count"),
          "SELECT (SELECT count(*) FROM li WHERE order_id = o.id) FROM o WHERE status = 'new'")


def test_a_filter_that_no_table_reaches_is_an_error_at_definition():
    view = one_to_one()
    view.tables.append(table("z", "id int", []))
    view.filters = [op(op("p.id", "=", 1), "OR", op("z.id", "=", 1))]
    bad_definition(view, "definition")


def test_a_filter_with_an_unchosen_role_is_refused():
    view = flights(filters=[op("a.city", "=", Const("Rome"))])
    refused(view, ask("", "n"), "ambiguous")
    check(view, ask("", "arrivals"), f"SELECT count(*) {FROM_F} WHERE a.city = 'Rome'")
    check(view, ask("city"), "SELECT 'Rome'")


# rules 11 and 12: private members, requests


def test_private_members():
    refused(shop(), ask("", "hidden"), "private")
    refused(shop(), ask("", facts="c.secret"), "private")
    refused(shop(), ask("", "customers", where=op("secret", ">", 1)), "private")
    check(shop(metrics=[metric("twice", op("hidden", "*", 2))]), ask("", "twice"), "SELECT 8")


def test_wildcards_renames_and_case():
    check(shop(), ask("c.*", "customers"), "SELECT region, coalesce(region, 'none'), count(*) FROM c GROUP BY 1, 2",
          ["region", "label", "customers"])
    check(shop(), ask("REGION AS r", "c.*, customers"), "SELECT region, sum(balance), count(*) FROM c GROUP BY 1",
          ["r", "balance_sum", "customers"])


def test_errors_of_requests():
    refused(shop(), ask("regoin", "revenue"), "unknown")
    refused(shop(), ask("region, REGION", "revenue"), "duplicate")
    refused(shop(), ask("", ""), "empty request")
    refused(shop(dimensions=[dim("li.status", "qty")]), ask("status", "quantity"), "ambiguous name")


def test_a_window_whose_order_leaves_ties_is_not_decided():
    view = windowed(w=Window("lag", n("orders"), order=[OrderBy(n("day"))]))
    with pytest.raises(Unclear):
        Evaluator(view).answer(ask("day, status", "w"))


# three-valued logic


@pytest.mark.parametrize("predicate", [
    op("amount", ">", 50), Not(op("amount", ">", 50)), IsNull(op("amount", ">", 50)),
    op(op("amount", ">", 50), "OR", IsNull(n("status"))), op(op("amount", ">", 50), "AND", op("status", "=", Const("new"))),
    Not(op(op("amount", ">", 50), "AND", op("status", "=", Const("old")))), In(n("status"), ["new", None]),
    Not(In(n("status"), ["new", None])), Between(n("amount"), 8, 70), StartsLike(n("status"), "n"),
    op("status", "IS DISTINCT FROM", Const("new")), op(Func("coalesce", [n("status"), Const("x")]), "=", Const("x")),
    op(Case(op("amount", ">", 50), Const("a"), Const("b")), "=", Const("b")),
    op(op("amount", "<", 50), "AND", op("status", "<>", Const("new"))),
    op(Func("nullif", [n("amount"), Const(50)]), "<", 90), op(Func("upper", [n("status")]), "=", Const("NEW")),
    Not(IsNull(n("status"))), op(Func("length", [n("status")]), "=", 3), op(Func("abs", [op(0, "-", "amount")]), ">", 7),
])
def test_predicates(predicate):
    view = shop(dimensions=[dim("o.amount", "amount")])
    check(view, ask("", "orders", where=predicate), f"SELECT count(*) FROM o WHERE {predicate.sql()}")


# -------------------------------------------------------------------- random views


@pytest.mark.parametrize("seed", range(40))
def test_random_requests_equal_plain_sql(seed):
    """Every answer a second time, as flat joins and correlated subqueries that DuckDB runs."""
    case = Generator(f"plain {seed}").case()
    connection = duckdb.connect(config={"threads": 1})
    for physical in case.physical:
        connection.execute(create_table_text(physical.name, physical.columns, physical.rows))
    evaluator = case.generator.evaluator
    for _ in range(25):
        request = case.generator.request()
        try:
            answer = evaluator.answer(request)
            sql = naive_sql(evaluator, request)
        except (Refused, NotCovered):
            continue
        rows = connection.execute(sql).fetchall()
        assert same_rows(rows, answer.rows), f"{view_text(case.view)}\n{call_text('v', request)}\n{sql}"


def test_most_requests_are_answered():
    answered = refusals = 0
    for seed in range(15):
        case = Generator(f"mix {seed}").case()
        for _ in range(30):
            try:
                case.generator.evaluator.answer(case.generator.request())
                answered += 1
            except Refused:
                refusals += 1
    assert answered > 0.7 * (answered + refusals) and refusals > 0


@pytest.mark.parametrize("seed", range(40))
def test_declared_keys_and_assumptions_hold(seed):
    case = Generator(f"keys {seed}").case()
    for physical in case.physical:
        for key in [physical.primary_key] + physical.unique_keys:
            held = [tuple(r[c] for c in key) for r in physical.rows]
            known = [h for h in held if None not in h]
            assert len(known) == len(set(known))
            assert key != physical.primary_key or len(known) == len(held)
    assert keeps_assumptions(case)


def test_a_seed_always_makes_the_same_case():
    code = "from generator import Generator\nfrom printer import call_text, view_text\n" + textwrap.dedent("""
        for seed in range(60):
            case = Generator(f"same {seed}").case()
            print(view_text(case.view), [call_text("v", case.generator.request()) for _ in range(5)])
        """)
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": str(number), "PYTHONPATH": str(Path(__file__).parent)},
            check=True, capture_output=True, text=True,
        ).stdout
        for number in (1, 2)
    ]
    assert runs[0] == runs[1] != ""


def test_every_kind_of_bad_definition_is_found():
    found = {Generator(f"bad {seed}").bad_view()[1] for seed in range(150)}
    assert found == set(BAD)


def test_the_features_all_occur():
    seen = set()
    for seed in range(80):
        view = Generator(f"features {seed}").case().view
        for m in view.metrics:
            seen |= {"using"} if m.using else set()
            seen |= {"semi-additive"} if m.non_additive else set()
            seen |= {"two orders"} if len(m.non_additive) > 1 else set()
            seen |= {"per"} if m.per else set()
            seen |= {f"nulls {x.nulls}" for x in m.non_additive}
            kinds = {type(x) for x in nodes(m.expr)}
            seen |= {"window"} if Window in kinds else set()
            names = refs(m.expr, into_aggregates=False)
            seen |= {"mixed" if Agg in kinds else "derived"} if names and Window not in kinds else set()
        seen |= {"aggregated fact"} if any(Agg in {type(x) for x in nodes(f.expr)} for f in view.facts) else set()
        seen |= {"filter"} if view.filters else set()
        seen |= {"default"} if any(r.default for r in view.relationships) else set()
        seen |= {"assume"} if any(r.assume for r in view.relationships) else set()
        seen |= {"composite"} if any(len(r.columns) > 1 for r in view.relationships) else set()
        evaluator = Evaluator(view)
        seen |= {"one-to-one"} if any(evaluator.one_to_one(r) for r in view.relationships) else set()
        seen |= {"same source"} if len({id(t.columns) for t in view.tables}) < len(view.tables) else set()
        seen |= {"self reference"} if any(
            evaluator.table(r.source).columns is evaluator.table(r.target).columns for r in view.relationships
        ) else set()
    assert seen == {
        "using", "semi-additive", "two orders", "per", "nulls None", "nulls FIRST", "nulls LAST", "window", "mixed",
        "derived", "aggregated fact", "filter", "default", "assume", "composite", "one-to-one", "same source",
        "self reference",
    }
