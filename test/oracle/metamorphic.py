"""Pairs of requests whose answers must agree, whatever the answer is: no evaluator is needed.

Each check builds one random view and asks the extension twice, in two ways that mean the same.
"""

from __future__ import annotations

import dataclasses
import random

import duckdb

from compare import same_rows, sorted_rows
from evaluator import Evaluator, Item, Member, Refused, Relationship, Request, Unclear, View
from expressions import Agg, IsNull, Not, Ref, literal, quote
from generator import Generator, GeneratedCase, homes_of
from printer import call_text, create_table_text, view_text


def answerable(case: GeneratedCase, wanted, tries: int = 60) -> Request | None:
    for _ in range(tries):
        request = case.generator.any_request()
        if not wanted(request):
            continue
        try:
            case.generator.evaluator.answer(request)
            return request
        except (Refused, Unclear):
            continue
    return None


def titles_of(case: GeneratedCase, request: Request) -> list[str]:
    return case.generator.evaluator.answer(request).columns


class Pair:
    """Two databases or one; the first is the view as generated."""

    def __init__(self, run, case: GeneratedCase, name: str):
        from run import Database

        self.run, self.case, self.name = run, case, name
        self.first = Database(run.extension, case.physical)
        self.databases = [self.first]
        self.ready = self.accepted(self.first, case.physical, case.view)
        self.second_view = case.view
        self.second_physical = case.physical
        self.second = self.first

    def other(self, physical, view: View) -> bool:
        from run import Database

        self.second = Database(self.run.extension, physical)
        self.databases.append(self.second)
        self.second_view, self.second_physical = view, physical
        try:
            Evaluator(view)
        except Refused:
            # The change itself made the definition an error: a bare name got a second meaning.
            return False
        return self.accepted(self.second, physical, view)

    def accepted(self, database, physical, view: View) -> bool:
        refusal = database.define(view)
        if refusal is not None:
            self.run.failed += 1
            self.run.kinds[f"metamorphic: {self.name}: a definition is refused"] += 1
            if self.run.shown < self.run.most:
                self.run.shown += 1
                print("=" * 100)
                print(f"MISMATCH (seed {self.case.seed}): {self.name}: a definition is refused\n")
                self.print_setting(physical, view)
                print(refusal)
        return refusal is None

    def rewrite(self, steps: list[str]):
        """Replaces the view by what the first step prints and the second reads."""
        connection = self.first.connection
        try:
            text = connection.execute(steps[0]).fetchone()[0]
            if "define" in steps[1]:
                connection.execute("SELECT drop_semantic_view('v')").fetchall()
            connection.execute(steps[1].replace("?", literal(text))).fetchall()
        except duckdb.Error as error:
            # The request after this fails, and its report shows both.
            connection.execute("SELECT drop_semantic_view('v')").fetchall()
            print(f"{steps}: {error}")

    def agree(self, first_query: str, second_query: str, before=None):
        a, b = before or self.first.ask(first_query), self.second.ask(second_query)
        self.run.categories[f"metamorphic: {self.name}"] += 1
        if a.error is None and b.error is None and same_rows(a.rows, b.rows):
            self.run.passed += 1
            return
        self.run.failed += 1
        self.run.kinds[f"metamorphic: {self.name}"] += 1
        if self.run.shown >= self.run.most:
            return
        self.run.shown += 1
        print("=" * 100)
        print(f"MISMATCH (seed {self.case.seed}): {self.name}\n")
        self.print_setting(self.case.physical, self.case.view)
        print(f"{first_query};\n")
        if self.second is not self.first:
            print("-- the other database")
            self.print_setting(self.second_physical, self.second_view)
        print(f"{second_query};\n")
        for title, outcome, rows in (("first", a, a.rows), ("second", b, b.rows)):
            print(f"{title}: {outcome.error or ''}")
            for row in sorted_rows(rows):
                print(f"  {row}")

    @staticmethod
    def print_setting(physical, view: View):
        for table in physical:
            print(create_table_text(table.name, table.columns, table.rows))
        print(f"SELECT define_semantic_view('v', $$\n{view_text(view)}\n$$);")

    def close(self):
        for database in self.databases:
            database.close()


def query(request: Request, select: str = "*") -> str:
    return f"SELECT {select} FROM {call_text('v', request)}"


def without_stars(request: Request) -> bool:
    return not any(i.star for i in request.dimensions + request.metrics + request.facts)


# -------------------------------------------------------------------- the checks


def alone_and_together(run, case: GeneratedCase, rng: random.Random):
    """A metric alone equals the metric next to others, in the groups that it has alone."""
    request = answerable(case, lambda r: len(r.metrics) > 1 and r.dimensions and without_stars(r))
    if request is None:
        return
    position = rng.randrange(len(request.metrics))
    alone = dataclasses.replace(request, metrics=[request.metrics[position]])
    titles = titles_of(case, request)
    count = len(titles) - len(request.metrics)
    dims, title = titles[:count], titles[count + position]
    columns = ", ".join(quote(t) for t in dims + [title])
    pair = Pair(run, case, "a metric alone and next to others")
    if pair.ready:
        condition = " AND ".join(f"x.{quote(t)} IS NOT DISTINCT FROM y.{quote(t)}" for t in dims)
        together = (
            f"SELECT {columns} FROM {call_text('v', request)} AS x "
            f"WHERE EXISTS (SELECT 1 FROM {call_text('v', alone)} AS y WHERE {condition})"
        )
        pair.agree(query(alone, columns), together)
    pair.close()


def shuffled(run, case: GeneratedCase, rng: random.Random):
    """The order of TABLES, of the lists and of rows changes nothing.

    One-to-one partners without a metric are left out: there the first in TABLES counts (rule 4).
    """
    def fixed(request):
        partners = any(case.generator.evaluator.one_to_one(r) for r in case.view.relationships)
        return without_stars(request) and (request.metrics or not partners)

    request = answerable(case, fixed)
    if request is None:
        return
    physical = [dataclasses.replace(p, rows=rng.sample(p.rows, len(p.rows))) for p in case.physical]
    rng.shuffle(physical)
    view = dataclasses.replace(
        case.view,
        tables=rng.sample(case.view.tables, len(case.view.tables)),
        relationships=[
            # A made name could change with the order.
            dataclasses.replace(r, unnamed=False)
            for r in rng.sample(case.view.relationships, len(case.view.relationships))
        ],
        facts=rng.sample(case.view.facts, len(case.view.facts)),
        dimensions=rng.sample(case.view.dimensions, len(case.view.dimensions)),
        metrics=rng.sample(case.view.metrics, len(case.view.metrics)),
        filters=rng.sample(case.view.filters, len(case.view.filters)),
    )
    dims = rng.sample(range(len(request.dimensions)), len(request.dimensions))
    metrics = rng.sample(range(len(request.metrics)), len(request.metrics))
    mixed = dataclasses.replace(
        request,
        dimensions=[request.dimensions[i] for i in dims],
        metrics=[request.metrics[i] for i in metrics],
    )
    columns = ", ".join(quote(t) for t in titles_of(case, request))
    pair = Pair(run, case, "order of tables, lists and rows")
    if pair.ready and pair.other(physical, view):
        pair.agree(query(request, columns), query(mixed, columns))
    pair.close()


def is_additive(case: GeneratedCase, metric: Member) -> bool:
    return (
        not metric.non_additive and isinstance(metric.expr, Agg)
        and metric.expr.func in ("sum", "count") and not metric.expr.distinct
    )


def totals(run, case: GeneratedCase, rng: random.Random):
    """The total of an additive metric equals the sum over its groups."""
    additive = [m for m in case.view.metrics if is_additive(case, m) and not m.private]
    if not additive:
        return
    metric = rng.choice(additive)
    item = Item(metric.name, metric.table, "m")

    def fits(request):
        return request.metrics and request.dimensions and without_stars(request)

    for _ in range(40):
        request = answerable(case, fits)
        if request is None:
            return
        dims = [dataclasses.replace(d, rename=f"d{i}") for i, d in enumerate(request.dimensions)]
        grouped = Request(dims, [item], where=request.where)
        try:
            case.generator.evaluator.answer(grouped)
            break
        except (Refused, Unclear):
            continue
    else:
        return
    total = Request(metrics=[item], where=grouped.where)
    empty = "coalesce(sum(m), 0)" if metric.expr.func == "count" else "sum(m)"
    pair = Pair(run, case, "totals are the sum of groups")
    if pair.ready:
        pair.agree(query(total, "m"), query(grouped, empty))
    pair.close()


def three_parts(run, case: GeneratedCase, rng: random.Random):
    """p, NOT p and (p) IS NULL add up."""
    additive = [m for m in case.view.metrics if is_additive(case, m) and not m.private]
    if not additive:
        return
    metric = rng.choice(additive)
    homes = homes_of(case.generator.evaluator, metric)
    p = case.generator.where(homes)
    if p is None:
        return
    item = Item(metric.name, metric.table, "m")
    parts = [Request(metrics=[item], where=w) for w in (p, Not(p), IsNull(p))]
    whole = Request(metrics=[item])
    try:
        for request in parts + [whole]:
            case.generator.evaluator.answer(request)
    except (Refused, Unclear):
        return
    pair = Pair(run, case, "p, NOT p and p IS NULL add up")
    if pair.ready:
        union = " UNION ALL ".join(query(r, "m") for r in parts)
        pair.agree(query(whole, "m"), f"SELECT sum(m) FROM ({union})")
    pair.close()


def childless_parent(run, case: GeneratedCase, rng: random.Random):
    """A new row of a table to which nothing refers changes no metric of another table's rows."""
    physical = rng.choice(case.physical)
    mine = {t.alias for t in case.view.tables if t.columns is physical.columns}
    evaluator = case.generator.evaluator

    def fits(request):
        if not request.metrics or not without_stars(request):
            return False
        try:
            metrics = [m for _, m in evaluator.metric_columns(request.metrics)]
        except Refused:
            return False
        homes = {home for m in metrics for home, _ in homes_of(evaluator, m)}
        return not (homes & mine)

    request = answerable(case, fits)
    if request is None:
        return
    row = {c: None for c in physical.columns}
    for column in physical.primary_key:
        row[column] = {"int": 777777, "text": "lonely"}[physical.columns[column]]
    # The assertion that every row has a match could become untrue.
    if any(r.assume and case.generator.owner[r.source] is physical for r in case.view.relationships):
        return
    others = [
        dataclasses.replace(p, rows=p.rows + [row]) if p is physical else p for p in case.physical
    ]
    pair = Pair(run, case, "a parent row without children")
    if pair.ready and pair.other(others, case.view):
        pair.agree(query(request), query(request))
    pair.close()


def unused_parts(run, case: GeneratedCase, rng: random.Random):
    """An unused member, table or relationship that opens no second way changes nothing.

    Dimensions and facts without metrics are left out: another table may be another candidate (rule 4).
    """
    request = answerable(case, lambda r: bool(r.metrics) and without_stars(r))
    if request is None:
        return
    view = case.view
    table = rng.choice(view.tables)
    column = next(iter(table.columns))
    new_physical = dataclasses.replace(
        case.physical[0], name="unused_table", columns={"id": "int", "up": "int"},
        rows=[{"id": 1, "up": 1}, {"id": 2, "up": None}], primary_key=("id",), unique_keys=[],
    )
    new_table = dataclasses.replace(
        table, alias="unused", source="unused_table", columns=new_physical.columns, rows=new_physical.rows,
        primary_key=("id",), unique_keys=[],
    )
    relationships = list(view.relationships)
    if table.primary_key == ("id",) and rng.random() < 0.7:
        relationships.append(Relationship("unused_way", "unused", ("up",), table.alias))
    elif rng.random() < 0.7:
        integer = next((c for c, t in table.columns.items() if t == "int"), None)
        if integer is not None and (integer,) not in table.keys():
            relationships.append(Relationship("unused_way", table.alias, (integer,), "unused"))
    extra = dataclasses.replace(
        view,
        tables=view.tables + [new_table] if rng.random() < 0.5 else [new_table] + view.tables,
        relationships=relationships,
        facts=view.facts + [Member("fact", table.alias, "unused_fact", Ref(column))],
        dimensions=view.dimensions + [Member("dimension", "unused", "unused_dimension", Ref("up"))],
        metrics=view.metrics + [
            Member("metric", table.alias, "unused_metric", Agg("count")),
            Member("metric", "unused", "unused_sum", Agg("sum", Ref("up"))),
        ],
    )
    extra.relationships = [dataclasses.replace(r, unnamed=False) for r in extra.relationships]
    for members in (extra.facts, extra.dimensions, extra.metrics):  # with several tables the alias is needed
        members[:] = [dataclasses.replace(m, unaliased=False) for m in members]
    pair = Pair(run, case, "unused members, tables and relationships")
    if pair.ready and pair.other(case.physical + [new_physical], extra):
        pair.agree(query(request), query(request))
    pair.close()


def spellings(run, case: GeneratedCase, rng: random.Random):
    """The view written as DDL or as YAML and read back gives the same answer."""
    request = answerable(case, lambda r: True)
    if request is None:
        return
    pair = Pair(run, case, "the view read back from its own text")
    if pair.ready:
        if rng.random() < 0.5:
            steps = ["SELECT get_ddl('SEMANTIC_VIEW', 'v')", "CALL semantic_ddl(?)"]
        else:
            steps = ["SELECT read_yaml_from_semantic_view('v')", "SELECT define_semantic_view('v', ?)"]
        before = pair.first.ask(query(request))
        pair.rewrite(steps)
        pair.agree(query(request), query(request), before=before)
    pair.close()


CHECKS = [alone_and_together, shuffled, totals, three_parts, childless_parent, unused_parts, spellings]


def check(run, number: int):
    seed = f"{run.seed}.metamorphic.{number}"
    rng = random.Random(seed)
    case = Generator(seed).case()
    for one in CHECKS:
        one(run, case, rng)
