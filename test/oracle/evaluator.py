"""A naive evaluator of semantic views, written from the rules of the design (rules 1 to 12).

It is slow and literal on purpose: every metric alone, from the rows of its own table, each row
looked up along the relationships, then grouped; then the metrics are put together by equal keys.

    Evaluator(view)               raises Refused when the definition is an error
    Evaluator(view).answer(req)   an Answer, or raises Refused

`Unclear` is raised where the rules do not say what the answer is (a window whose order leaves
ties, for instance); such requests are not compared.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

from expressions import Agg, Node, Ref, Window, aggregates, compare_ordered, fold_aggregate, nodes, refs, windows


class Refused(Exception):
    """The rules make this definition or request an error."""

    def __init__(self, category: str, detail: str = ""):
        super().__init__(f"{category}: {detail}" if detail else category)
        self.category = category


class Unclear(Exception):
    """The rules do not decide this."""


def same(a: str | None, b: str | None) -> bool:
    return a is not None and b is not None and a.lower() == b.lower()


@dataclass
class Table:
    alias: str
    source: str
    columns: dict[str, str]
    rows: list[dict]
    primary_key: tuple[str, ...] = ()
    unique_keys: list[tuple[str, ...]] = field(default_factory=list)

    def keys(self) -> list[tuple[str, ...]]:
        return ([self.primary_key] if self.primary_key else []) + list(self.unique_keys)


@dataclass
class Relationship:
    name: str
    source: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...] = ()
    default: bool = False
    assume: bool = False
    unnamed: bool = False  # printed without its name, which is then made from the two aliases


@dataclass
class LastBy:
    """One item of NON ADDITIVE BY."""

    dimension: Ref
    descending: bool = False
    nulls: str | None = None  # 'FIRST', 'LAST', or not written


@dataclass
class Member:
    kind: str  # 'fact', 'dimension', 'metric'
    table: str | None
    name: str
    expr: Node
    private: bool = False
    using: tuple[str, ...] = ()
    non_additive: list[LastBy] = field(default_factory=list)
    per: list[Ref] = field(default_factory=list)
    unaliased: bool = False  # printed without its alias, in a view of a single table

    def __hash__(self):
        return id(self)

    def __eq__(self, other):
        return self is other


@dataclass
class View:
    tables: list[Table]
    relationships: list[Relationship] = field(default_factory=list)
    facts: list[Member] = field(default_factory=list)
    dimensions: list[Member] = field(default_factory=list)
    metrics: list[Member] = field(default_factory=list)
    filters: list[Node] = field(default_factory=list)


@dataclass
class Item:
    """One item of a request: `name`, `alias.name`, `relationship.name`, `alias.*`, each `AS x`."""

    name: str
    qualifier: str | None = None
    rename: str | None = None

    @property
    def star(self) -> bool:
        return self.name == "*"


@dataclass
class Request:
    dimensions: list[Item] = field(default_factory=list)
    metrics: list[Item] = field(default_factory=list)
    facts: list[Item] = field(default_factory=list)
    where: Node | None = None
    single_as_text: bool = False  # a list of one is printed as a string


@dataclass
class Answer:
    columns: list[str]
    rows: list[tuple]


@dataclass(frozen=True)
class Target:
    """What a name means: a member or a column of a table, perhaps through a role."""

    table: str
    role: str | None
    member: Member | None
    column: str | None = None


@dataclass(frozen=True)
class Column:
    """A requested dimension or fact, resolved."""

    title: str
    target: Target


class RowEnv:
    """A row of the home table; names are found by `resolve` and walked to from home."""

    def __init__(self, evaluator: "Evaluator", home: str, row: dict | None, resolve, using=()):
        self.evaluator, self.home, self.row = evaluator, home, row
        self.resolve, self.using = resolve, using

    def ref(self, node: Ref):
        return self.evaluator.target_value(self.home, self.row, self.resolve(node), self.using)

    def aggregate(self, node):
        raise Refused("definition", "an aggregate call outside a metric or fact")

    def window(self, node):
        raise Refused("definition", "a window call outside a metric")


class AggregatedFactEnv(RowEnv):
    """A row of the fact's table, with the finer rows that lead to it for each aggregate call."""

    def __init__(self, evaluator, home, row, resolve, finer_rows):
        super().__init__(evaluator, home, row, resolve)
        self.finer_rows = finer_rows

    def aggregate(self, node: Agg):
        finer, rows = self.finer_rows[node]
        return node.over([RowEnv(self.evaluator, finer, row, self.resolve) for row in rows])


class Evaluator:
    def __init__(self, view: View):
        self.view = view
        self.tables = {t.alias.lower(): t for t in view.tables}
        self.relationships = {r.name.lower(): r for r in view.relationships}
        self.row_members = view.facts + view.dimensions
        if len(view.tables) == 1:  # there the alias may be left out: every metric is the table's
            for metric in view.metrics:
                if metric.table is None:
                    metric.table, metric.unaliased = view.tables[0].alias, True
        self.way_cache: dict = {}
        self.choice_cache: dict = {}
        self.index_cache: dict = {}
        self.value_cache: dict = {}
        self.aggregated_cache: dict = {}
        self.keep_filter_cache: dict = {}
        self.check_definition()

    # ---------------------------------------------------------------- names

    def table(self, alias: str) -> Table:
        return self.tables[alias.lower()]

    def column_of(self, table: Table, name: str) -> str | None:
        return next((c for c in table.columns if same(c, name)), None)

    def row_member_of(self, alias: str, name: str) -> Member | None:
        return next((m for m in self.row_members if same(m.table, alias) and same(m.name, name)), None)

    def resolve_in(self, scope: str, own: Member | None):
        """Names in an expression of table `scope`; `own` is the member being defined."""

        def resolve(ref: Ref) -> Target:
            alias, role = scope, None
            if ref.qualifier is not None:
                if ref.qualifier.lower() in self.tables:
                    alias = ref.qualifier
                elif ref.qualifier.lower() in self.relationships:
                    role = ref.qualifier.lower()
                    alias = self.relationships[role].target
                else:
                    raise Refused("unknown", f"nothing is named {ref.qualifier}")
            member = self.row_member_of(alias, ref.name)
            if member is not None and member is not own:
                return Target(alias.lower(), role, member)
            column = self.column_of(self.table(alias), ref.name)
            if column is None:
                raise Refused("unknown", f"{alias} has no {ref.name}")
            return Target(alias.lower(), role, None, column)

        return resolve

    def resolve_filter(self, ref: Ref) -> Target:
        if ref.qualifier is not None:
            return self.resolve_in(self.view.tables[0].alias, None)(ref)
        found = [m for m in self.row_members if same(m.name, ref.name)]
        if len(found) == 1:
            return Target(found[0].table.lower(), None, found[0])
        if len(self.view.tables) == 1 and not found:
            return self.resolve_in(self.view.tables[0].alias, None)(ref)
        raise Refused("ambiguous name" if found else "unknown", ref.name)

    def by_role(self, role: str, name: str, members: list[Member]) -> Target | None:
        """`relationship.name` in a request: of the table it leads to, else the only one beyond."""
        alias = self.relationships[role].target
        found = [m for m in members if same(m.name, name) and same(m.table, alias)]
        if not found:
            found = [m for m in members if same(m.name, name) and self.ways(alias, m.table)]
        return Target(found[0].table.lower(), role, found[0]) if len(found) == 1 else None

    def resolve_where(self, ref: Ref) -> Target:
        found = [m for m in self.row_members if same(m.name, ref.name)]
        role = None
        if ref.qualifier is not None and ref.qualifier.lower() in self.relationships:
            role = ref.qualifier.lower()
            target = self.by_role(role, ref.name, found)
            found = [target.member] if target else []
        elif ref.qualifier is not None:
            found = [m for m in found if same(m.table, ref.qualifier)]
        if not found:
            raise Refused("where", f"{ref} is no dimension or fact")
        if len(found) > 1:
            raise Refused("ambiguous name", str(ref))
        if found[0].private:
            raise Refused("private", ref.name)
        return Target(found[0].table.lower(), role, found[0])

    def metric_named(self, ref: Ref, owner: str | None) -> Member | None:
        """A metric in an expression of table `owner` (None in a derived metric)."""
        found = [m for m in self.view.metrics if same(m.name, ref.name)]
        if ref.qualifier is not None:
            return next((m for m in found if same(m.table, ref.qualifier)), None)
        own = [m for m in found if same(m.table, owner)]
        return self.only(own or found, ref)

    def dimension_named(self, ref: Ref, owner: str | None) -> Member | None:
        found = [m for m in self.view.dimensions if same(m.name, ref.name)]
        if ref.qualifier is not None:
            return next((m for m in found if same(m.table, ref.qualifier)), None)
        own = [m for m in found if same(m.table, owner)]
        return self.only(own or found, ref)

    @staticmethod
    def only(found: list, ref: Ref):
        if len(found) > 1:
            raise Refused("ambiguous name", str(ref))
        return found[0] if found else None

    # ---------------------------------------------------------------- ways

    def one_to_one(self, rel: Relationship) -> bool:
        columns = {c.lower() for c in rel.columns}
        return any({c.lower() for c in key} <= columns for key in self.table(rel.source).keys())

    def target_columns(self, rel: Relationship) -> tuple[str, ...]:
        return rel.target_columns or self.table(rel.target).primary_key

    def steps_from(self, alias: str):
        """Relationships that lead from a table to a one side: (name, to, forward)."""
        for rel in self.view.relationships:
            if same(rel.source, alias):
                yield rel.name.lower(), rel.target.lower(), True
            if same(rel.target, alias) and self.one_to_one(rel):
                yield rel.name.lower(), rel.source.lower(), False

    def ways(self, home: str, target: str) -> list[tuple]:
        """All ways towards one sides that visit no table twice, each a tuple of steps."""
        home, target = home.lower(), target.lower()
        if (home, target) not in self.way_cache:
            found = []

            def go(at, seen, steps):
                if at == target:
                    found.append(steps)
                    return
                for step in self.steps_from(at):
                    if step[1] not in seen:
                        go(step[1], seen | {step[1]}, steps + (step,))

            go(home, {home}, ())
            self.way_cache[home, target] = found
        return self.way_cache[home, target]

    @staticmethod
    def passing(ways, names) -> list[tuple]:
        names = {n.lower() for n in names}
        return [w for w in ways if any(step[0] in names for step in w)]

    def by_default(self, ways: list[tuple]) -> list[tuple]:
        """Between two tables with a DEFAULT role, the ways over the other roles fall away."""
        for rel in self.view.relationships:
            if not rel.default or not self.passing(ways, [rel.name]):
                continue
            rivals = [
                r.name for r in self.view.relationships
                if r is not rel and {r.source.lower(), r.target.lower()} == {rel.source.lower(), rel.target.lower()}
            ]
            ways = [w for w in ways if w not in self.passing(ways, rivals)]
        return ways

    def reaches(self, home: str, target: Target) -> bool:
        """Whether there is a way at all, be it one or several."""
        ways = self.ways(home, target.table)
        return bool(self.passing(ways, [target.role]) if target.role else ways)

    def choose(self, home: str, target: str, role: str | None = None, using=()) -> tuple:
        """The one way from home; rule 7: the written role, then USING, then DEFAULT."""
        key = (home.lower(), target.lower(), role, tuple(using))
        if key not in self.choice_cache:
            self.choice_cache[key] = self.choose_uncached(*key)
        way, refusal = self.choice_cache[key]
        if way is None:
            raise Refused(*refusal)
        return way

    def choose_uncached(self, home, target, role, using):
        """A way, or None with the reason."""
        ways = self.ways(home, target)
        if not ways:
            return None, ("fan-out", f"{target} is not reached from {home}")
        if role is not None:
            ways = self.passing(ways, [role])
            if not ways:
                return None, ("role", f"{target} is not reached from {home} through {role}")
        if using:
            used = [{step[0] for step in way} & {name.lower() for name in using} for way in ways]
            ways = [way for way, passes in zip(ways, used) if not any(passes < other for other in used)]
        if len(ways) > 1:
            ways = self.by_default(ways)
        if len(ways) != 1:
            return None, ("ambiguous", f"{len(ways)} ways from {home} to {target}")
        return ways[0], None

    # ---------------------------------------------------------------- rows

    def index(self, alias: str, columns: tuple[str, ...]) -> dict:
        key = (alias.lower(), columns)
        if key not in self.index_cache:
            table = self.table(alias)
            names = [self.column_of(table, c) for c in columns]
            index = {}
            for row in table.rows:
                index.setdefault(tuple(row[n] for n in names), row)
            self.index_cache[key] = index
        return self.index_cache[key]

    def walk(self, way: tuple, home: str, row: dict | None) -> dict | None:
        """The row at the end of a way, or None where one was not found."""
        at = home
        for name, to, forward in way:
            if row is None:
                return None
            rel = self.relationships[name]
            here, there = rel.columns, self.target_columns(rel)
            if not forward:
                here, there = there, here
            key = tuple(row[self.column_of(self.table(at), c)] for c in here)
            row = None if None in key else self.index(to, there).get(key)
            at = to
        return row

    def target_value(self, home: str, row: dict | None, target: Target, using=()):
        way = self.choose(home, target.table, target.role, using)
        found = self.walk(way, home, row)
        if target.member is not None:
            return self.member_value(target.member, found)
        return None if found is None else found[target.column]

    def member_value(self, member: Member, row: dict | None):
        """A fact or dimension for a row of its own table; without a row it is computed over NULLs."""
        key = (member, id(row) if row is not None else None)
        if key not in self.value_cache:
            if aggregates(member.expr):
                value = None if row is None else self.aggregated_fact(member)[id(row)]
            else:
                env = RowEnv(self, member.table, row, self.resolve_in(member.table, member))
                value = member.expr.eval(env)
            self.value_cache[key] = value
        return self.value_cache[key]

    # ---------------------------------------------------------------- facts that aggregate a finer table

    def finer_table(self, member: Member, agg: Agg) -> str:
        """The table whose rows an aggregate call of a fact is over: it reaches all that is read."""
        resolve = self.resolve_in(member.table, member)
        targets = [resolve(r) for r in refs(agg)]
        read = list(dict.fromkeys(t.table for t in targets))
        found = [t for t in read if all(self.reaches(t, target) for target in targets)]
        found = [t for t in found if self.ways(t, member.table) and not self.ways(member.table, t)]
        if len(found) != 1:
            raise Refused("definition", f"fact {member.name} aggregates no single finer table")
        return found[0]

    def aggregated_fact(self, member: Member) -> dict:
        """The fact for every row of its table, by the identity of the row."""
        if member not in self.aggregated_cache:
            self.aggregated_cache[member] = None
            try:
                self.aggregated_cache[member] = self.aggregate_finer_rows(member)
            finally:
                if self.aggregated_cache[member] is None:
                    del self.aggregated_cache[member]
        if self.aggregated_cache[member] is None:
            raise Unclear("filters over aggregated facts, each of which counts what the other leaves")
        return self.aggregated_cache[member]

    def aggregate_finer_rows(self, member: Member) -> dict:
        resolve = self.resolve_in(member.table, member)
        groups = {}
        for agg in aggregates(member.expr):
            finer = self.finer_table(member, agg)
            filters = self.filters_inside(member, finer)
            way = self.choose(finer, member.table)
            by_row: dict = {}
            for row in self.table(finer).rows:
                env = RowEnv(self, finer, row, self.resolve_filter)
                if all(f.eval(env) is True for f in filters):
                    found = self.walk(way, finer, row)
                    if found is not None:
                        by_row.setdefault(id(found), []).append(row)
            groups[agg] = (finer, by_row)
        result = {}
        for row in self.table(member.table).rows:
            finer_rows = {agg: (finer, by_row.get(id(row), [])) for agg, (finer, by_row) in groups.items()}
            env = AggregatedFactEnv(self, member.table, row, resolve, finer_rows)
            result[id(row)] = member.expr.eval(env)
        return result

    def filters_inside(self, member: Member, finer: str) -> list[Node]:
        """The filters that hold inside an aggregated fact: not those that it is itself a part of."""
        return [f for f in self.filters_from(finer) if member not in self.members_below(f)]

    def members_below(self, filter_expr: Node) -> set:
        """All facts and dimensions that a filter names, directly or through others."""
        if filter_expr not in self.keep_filter_cache:
            found: set = set()

            def add(expr, resolve):
                for ref in refs(expr):
                    member = resolve(ref).member
                    if member is not None and member not in found:
                        found.add(member)
                        add(member.expr, self.resolve_in(member.table, member))

            add(filter_expr, self.resolve_filter)
            self.keep_filter_cache[filter_expr] = found
        return self.keep_filter_cache[filter_expr]

    # ---------------------------------------------------------------- filters

    def filters_from(self, home: str) -> list[Node]:
        """The view's filters whose tables are all reached from this home (rule 10)."""
        return [
            f for f in self.view.filters
            if all(self.reaches(home, self.resolve_filter(r)) for r in refs(f))
        ]

    def rows_of(self, home: str, where: Node | None, using=()) -> list[dict]:
        """The rows of a home that satisfy W and the view's filters."""
        filters = self.filters_from(home)
        for f in filters:
            self.check_ways(home, f, self.resolve_filter, using)
        if where is not None:
            self.check_ways(home, where, self.resolve_where, using)
        kept = []
        for row in self.table(home).rows:
            inside = RowEnv(self, home, row, self.resolve_filter, using)
            asked = RowEnv(self, home, row, self.resolve_where, using)
            if all(f.eval(inside) is True for f in filters) and (where is None or where.eval(asked) is True):
                kept.append(row)
        return kept

    def check_ways(self, home: str, expr: Node, resolve, using=()):
        for ref in refs(expr):
            target = resolve(ref)
            self.choose(home, target.table, target.role, using)

    # ---------------------------------------------------------------- definitions

    def check_definition(self):
        view = self.view
        if not view.tables:
            raise Refused("definition", "no tables")
        if len(self.tables) != len(view.tables):
            raise Refused("definition", "an alias twice")
        if not (view.facts or view.dimensions or view.metrics):
            raise Refused("definition", "no members")
        for table in view.tables:
            if any(self.column_of(table, c) is None for key in table.keys() for c in key):
                raise Refused("definition", f"a key of {table.alias} has an unknown column")
        self.check_relationships()
        self.check_member_names()
        for member in self.row_members:
            self.check_row_member(member)
        self.check_row_cycles()
        for metric in view.metrics:
            self.check_metric(metric)
        self.check_metric_cycles()
        for expr in view.filters:
            self.check_filter(expr)
        for member in view.facts:
            for agg in aggregates(member.expr):
                finer = self.finer_table(member, agg)
                for expr in self.filters_inside(member, finer):
                    self.check_ways(finer, expr, self.resolve_filter)

    def check_relationships(self):
        view = self.view
        if len(self.relationships) != len(view.relationships):
            raise Refused("definition", "a relationship's name twice")
        defaults = set()
        for rel in view.relationships:
            if rel.name.lower() in self.tables:
                raise Refused("definition", f"{rel.name} is a table and a relationship")
            for alias in (rel.source, rel.target):
                if alias.lower() not in self.tables:
                    raise Refused("definition", f"no table {alias}")
            source, target = self.table(rel.source), self.table(rel.target)
            there = self.target_columns(rel)
            if not there or len(there) != len(rel.columns):
                raise Refused("definition", f"{rel.name}: the columns do not fit a key")
            if {c.lower() for c in there} not in [{c.lower() for c in k} for k in target.keys()]:
                raise Refused("definition", f"{rel.name} does not lead to a key")
            for table, columns in ((source, rel.columns), (target, there)):
                if any(self.column_of(table, c) is None for c in columns):
                    raise Refused("definition", f"{rel.name}: unknown column")
            pair = frozenset((rel.source.lower(), rel.target.lower()))
            if rel.default:
                if pair in defaults:
                    raise Refused("definition", "two DEFAULT relationships between two tables")
                defaults.add(pair)
        below = {t: [r.target.lower() for r in view.relationships if same(r.source, t)] for t in self.tables}
        self.check_acyclic(below, "relationships form a cycle")

    @staticmethod
    def check_acyclic(below: dict, message: str):
        done, open_ = set(), set()

        def visit(node):
            if node in open_:
                raise Refused("definition", message)
            if node in done:
                return
            open_.add(node)
            for other in below[node]:
                visit(other)
            open_.remove(node)
            done.add(node)

        for node in below:
            visit(node)

    def check_member_names(self):
        seen = set()
        for member in self.row_members + self.view.metrics:
            if member.table is not None and member.table.lower() not in self.tables:
                raise Refused("definition", f"no table {member.table}")
            if member.table is None and member.kind != "metric":
                raise Refused("definition", f"{member.name} has no table")
            key = (member.table and member.table.lower(), member.name.lower())
            if key in seen:
                raise Refused("definition", f"{member.name} is declared twice")
            seen.add(key)
        of_tables = {m.name.lower() for m in self.view.metrics if m.table is not None}
        for metric in self.view.metrics:
            if metric.table is None and metric.name.lower() in of_tables:
                raise Refused("definition", f"{metric.name} is derived and a table's")

    def check_row_member(self, member: Member):
        resolve = self.resolve_in(member.table, member)
        if windows(member.expr):
            raise Refused("definition", f"{member.name} has a window")
        self.check_targets(member.table, refs(member.expr, into_aggregates=False), resolve)
        calls = aggregates(member.expr)
        if calls and member.kind != "fact":
            raise Refused("definition", f"{member.name} aggregates and is no fact")
        for agg in calls:
            finer = self.finer_table(member, agg)
            self.check_targets(finer, refs(agg), resolve)
            self.choose(finer, member.table)

    def check_targets(self, home, names, resolve, using=()):
        for ref in names:
            target = resolve(ref)
            self.choose(home, target.table, target.role, using)

    def check_row_cycles(self):
        below = {}
        for member in self.row_members:
            resolve = self.resolve_in(member.table, member)
            targets = [resolve(r) for r in refs(member.expr)]
            below[member] = [t.member for t in targets if t.member is not None]
        self.check_acyclic(below, "facts refer to each other")

    def own_aggregates(self, metric: Member) -> list[Agg]:
        return [n for n in nodes(metric.expr, into_windows=False) if isinstance(n, Agg)]

    def named_metrics(self, metric: Member) -> list[Member]:
        """The metrics that a metric's expression names, inside window calls too."""
        found = []
        for ref in refs(metric.expr, into_aggregates=False):
            named = self.metric_named(ref, metric.table)
            if named is not None and named is not metric:
                found.append(named)
        return list(dict.fromkeys(found))

    def check_metric(self, metric: Member):
        own = self.own_aggregates(metric)
        if metric.table is None and own:
            raise Refused("definition", f"{metric.name} is derived and aggregates")
        for agg in own:
            if any(isinstance(n, (Agg, Window)) for n in nodes(agg) if n is not agg):
                raise Refused("definition", f"{metric.name} nests aggregates")
            resolve = self.resolve_in(metric.table, metric)
            self.check_targets(metric.table, refs(agg), resolve, metric.using)
        for ref in refs(metric.expr, into_aggregates=False, into_windows=False):
            if self.metric_named(ref, metric.table) in (None, metric):
                raise Refused("definition", f"{ref} is no metric")
        for call in windows(metric.expr):
            if aggregates(call):
                raise Refused("definition", f"{metric.name} aggregates in a window")
            named = [self.metric_named(r, metric.table) for r in refs(call)]
            if not any(named):
                raise Refused("definition", f"a window of {metric.name} names no metric")
            for ref, found in zip(refs(call), named):
                dimension = self.dimension_named(ref, metric.table)
                if found is None and dimension is None:
                    raise Refused("definition", f"{ref} is no metric or dimension")
                if found is not None and dimension is not None:
                    raise Unclear(f"{ref} in a window is a metric and a dimension")
        if not own and not self.named_metrics(metric):
            raise Refused("definition", f"{metric.name} has no aggregate and names no metric")
        for name in metric.using:
            if metric.table is None or name.lower() not in self.relationships:
                raise Refused("definition", f"USING {name}")
            rel = self.relationships[name.lower()]
            ways = self.ways(metric.table, rel.source) + self.ways(metric.table, rel.target)
            if not self.ways(metric.table, rel.source) and not self.passing(ways, [name]):
                raise Refused("definition", f"{metric.name} does not reach {name}")
        for ref in [n.dimension for n in metric.non_additive] + metric.per:
            dimension = self.dimension_named(ref, metric.table)
            if dimension is None or metric.table is None:
                raise Refused("definition", f"NON ADDITIVE BY or PER {ref}")
            self.choose(metric.table, dimension.table, None, metric.using)

    def check_metric_cycles(self):
        below = {}
        for metric in self.view.metrics:
            below[metric] = self.named_metrics(metric)
        self.check_acyclic(below, "metrics refer to each other")

    def check_filter(self, expr: Node):
        if aggregates(expr) or windows(expr):
            raise Refused("definition", "a filter aggregates")
        targets = [self.resolve_filter(r) for r in refs(expr)]
        if not any(all(self.reaches(home, t) for t in targets) for home in self.tables):
            raise Refused("definition", "no table reaches a filter")

    # ---------------------------------------------------------------- requests

    def answer(self, request: Request) -> Answer:
        if not (request.dimensions or request.metrics or request.facts):
            raise Refused("empty request")
        if request.facts and request.metrics:
            raise Refused("facts with metrics")
        dimensions = self.columns(request.dimensions, "dimension", self.view.dimensions)
        facts = self.columns(request.facts, "fact", self.view.facts)
        metrics = self.metric_columns(request.metrics)
        if not (dimensions or facts or metrics):
            raise Refused("empty request")
        titles = [c.title for c in dimensions] + [c.title for c in facts] + [title for title, _ in metrics]
        if len({t.lower() for t in titles}) != len(titles):
            raise Refused("duplicate")
        if request.where is not None:
            for ref in refs(request.where):
                self.resolve_where(ref)
        if metrics:
            rows = Aggregation(self, dimensions, [m for _, m in metrics], request.where).rows()
        else:
            rows = self.plain_rows(dimensions, facts, request.where)
        return Answer(titles, rows)

    def columns(self, items: list[Item], kind: str, members: list[Member]) -> list[Column]:
        named = [(item, None if item.star else self.requested(item, kind, members)) for item in items]
        beside = {target.member for _, target in named if target is not None}
        result = []
        starred = {item.qualifier.lower() for item in items if item.star and item.qualifier}
        if any(target is not None and target.role and target.table in starred for _, target in named):
            raise Unclear("a role beside a wildcard of the same table")
        for item, target in named:
            if target is not None:
                result.append(Column(item.rename or target.member.name, target))
                continue
            for member in self.star(item, members):
                if member not in beside:
                    result.append(Column(member.name, Target(member.table.lower(), None, member)))
        return result

    def star(self, item: Item, members: list[Member]) -> list[Member]:
        if item.qualifier is None or item.qualifier.lower() not in self.tables or item.rename:
            raise Refused("unknown", f"{item.qualifier}.*")
        found = [m for m in members if same(m.table, item.qualifier) and not m.private]
        if not found:
            raise Unclear("a wildcard over nothing")
        return found

    def requested(self, item: Item, kind: str, members: list[Member]) -> Target:
        found = [m for m in members if same(m.name, item.name)]
        role = None
        if item.qualifier is not None and item.qualifier.lower() in self.relationships:
            if kind == "fact":
                raise Unclear("a fact through a role")
            role = item.qualifier.lower()
            target = self.by_role(role, item.name, members)
            found = [target.member] if target else []
        elif item.qualifier is not None:
            found = [m for m in found if same(m.table, item.qualifier)]
        if not found:
            raise Refused("unknown", f"{kind} {item.name}")
        if len(found) > 1:
            raise Refused("ambiguous name", item.name)
        if found[0].private:
            raise Refused("private", item.name)
        return Target(found[0].table.lower(), role, found[0])

    def metric_columns(self, items: list[Item]) -> list[tuple[str, Member]]:
        named = []
        for item in items:
            if item.star:
                named.append((item, None))
                continue
            found = [m for m in self.view.metrics if same(m.name, item.name)]
            if item.qualifier is not None:
                found = [m for m in found if same(m.table, item.qualifier)]
            if not found:
                raise Refused("unknown", f"metric {item.name}")
            if len(found) > 1:
                raise Refused("ambiguous name", item.name)
            if found[0].private:
                raise Refused("private", item.name)
            named.append((item, found[0]))
        beside = {m for _, m in named if m is not None}
        result = []
        for item, metric in named:
            if metric is not None:
                result.append((item.rename or metric.name, metric))
            else:
                result += [(m.name, m) for m in self.star(item, self.view.metrics) if m not in beside]
        return result

    # ---------------------------------------------------------------- dimensions only, and facts (rule 4)

    def plain_rows(self, dimensions: list[Column], facts: list[Column], where: Node | None) -> list[tuple]:
        wanted = [c.target for c in dimensions + facts]
        home = self.plain_home(wanted, where)
        for target in wanted:
            self.choose(home, target.table, target.role)
        rows = [
            tuple(self.target_value(home, row, target) for target in wanted)
            for row in self.rows_of(home, where)
        ]
        return rows if facts else list(dict.fromkeys(rows))

    def plain_home(self, wanted: list[Target], where: Node | None) -> str:
        needed = wanted + ([self.resolve_where(r) for r in refs(where)] if where is not None else [])
        tables = [t.alias.lower() for t in self.view.tables]
        candidates = [t for t in tables if all(self.reaches(t, target) for target in needed)]
        asked = {t.table for t in wanted}
        # One-to-one partners are one candidate. It is represented by the first in TABLES; among
        # partners of which only some are asked, by the first that is asked, whose rows are meant.
        groups: list[list[str]] = []
        for table in candidates:
            group = next((g for g in groups if table in self.partners(g[0])), None)
            if group is None:
                groups.append([table])
            else:
                group.append(table)
        chosen = [g for g in groups if asked & set(g)]
        if not chosen:
            chosen = [
                g for g in groups
                if not any(self.ways(g[0], other[0]) for other in groups if other is not g)
            ]
        if len(chosen) != 1:
            raise Refused("home", f"{len(chosen)} tables to take rows from")
        group = chosen[0]
        return next((t for t in group if t in asked), group[0])

    def partners(self, table: str) -> set[str]:
        found, todo = {table}, [table]
        while todo:
            at = todo.pop()
            for rel in self.view.relationships:
                ends = [rel.source.lower(), rel.target.lower()]
                if at in ends and self.one_to_one(rel):
                    for end in ends:
                        if end not in found:
                            found.add(end)
                            todo.append(end)
        return found


class MetricEnv:
    """One group of the answer: names are finished metrics, aggregate calls are over its rows."""

    def __init__(self, aggregation: "Aggregation", metric: Member, key: tuple):
        self.aggregation, self.metric, self.key = aggregation, metric, key

    def ref(self, node: Ref):
        return self.aggregation.name_value(node, self.metric, self.key)

    def aggregate(self, node: Agg):
        return self.aggregation.aggregate_value(node, self.metric, self.key)

    def window(self, node: Window):
        return self.aggregation.window_value(node, self.metric, self.key)


class Aggregation:
    """A request with metrics: each computed alone, then put together by their keys (rules 3, 6, 8, 9)."""

    def __init__(self, evaluator: Evaluator, dimensions: list[Column], metrics: list[Member], where):
        self.evaluator, self.dimensions, self.metrics, self.where = evaluator, dimensions, metrics, where
        self.own_groups: dict[Member, dict[tuple, list]] = {}
        self.key_cache: dict[Member, dict] = {}
        self.values: dict = {}
        for metric in metrics:
            self.prepare(metric)

    def prepare(self, metric: Member):
        ev = self.evaluator
        if metric in self.key_cache:
            return
        for call in windows(metric.expr):
            for ref in refs(call):
                if ev.metric_named(ref, metric.table) is None:
                    self.dimension_position(ev.dimension_named(ref, metric.table))
        keys: dict = {}
        if ev.own_aggregates(metric):
            self.own_groups[metric] = self.groups(metric)
            keys.update(dict.fromkeys(self.own_groups[metric]))
        for named in ev.named_metrics(metric):
            self.prepare(named)
            keys.update(self.key_cache[named])
        if not self.dimensions:
            keys = {(): None}
        self.key_cache[metric] = keys

    def groups(self, metric: Member) -> dict[tuple, list]:
        """The metric's own rows by group, with only the last ones where it is semi-additive."""
        ev = self.evaluator
        home, using = metric.table, metric.using
        for column in self.dimensions:
            ev.choose(home, column.target.table, column.target.role, using)
        result: dict[tuple, list] = {}
        for row in ev.rows_of(home, self.where, using):
            key = tuple(ev.target_value(home, row, c.target, using) for c in self.dimensions)
            result.setdefault(key, []).append(row)
        remaining = self.remaining(metric)
        if remaining:
            result = {key: self.last_rows(metric, rows, remaining) for key, rows in result.items()}
        return result

    def remaining(self, metric: Member) -> list:
        """The non-additive dimensions that are not queried, with their targets."""
        ev = self.evaluator
        queried = {
            (c.target.member, ev.choose(metric.table, c.target.table, c.target.role, metric.using))
            for c in self.dimensions
        }
        result = []
        for last in metric.non_additive:
            dimension = ev.dimension_named(last.dimension, metric.table)
            target = Target(dimension.table.lower(), None, dimension)
            if (dimension, ev.choose(metric.table, target.table, None, metric.using)) not in queried:
                result.append((last, target))
        return result

    def last_rows(self, metric: Member, rows: list, remaining: list) -> list:
        ev = self.evaluator
        per = [ev.dimension_named(ref, metric.table) for ref in metric.per]
        parts: dict[tuple, list] = {}
        for row in rows:
            key = tuple(
                ev.target_value(metric.table, row, Target(d.table.lower(), None, d), metric.using) for d in per
            )
            parts.setdefault(key, []).append(row)
        kept = []
        for part in parts.values():
            for last, target in remaining:
                values = [ev.target_value(metric.table, row, target, metric.using) for row in part]
                wanted = self.last_value(last, values)
                part = [row for row, value in zip(part, values) if value == wanted]
            kept += part
        return kept

    @staticmethod
    def last_value(last, values: list):
        known = [v for v in values if v is not None]
        if not known or (last.nulls == "LAST" and len(known) < len(values)):
            return None
        return min(known) if last.descending else max(known)

    # ---------------------------------------------------------------- values of a group

    def rows(self) -> list[tuple]:
        keys: dict = {}
        for metric in self.metrics:
            keys.update(self.key_cache[metric])
        return [key + tuple(self.value(m, key) for m in self.metrics) for key in keys]

    def value(self, metric: Member, key: tuple):
        if (metric, key) not in self.values:
            self.values[metric, key] = metric.expr.eval(MetricEnv(self, metric, key))
        return self.values[metric, key]

    def aggregate_value(self, agg: Agg, metric: Member, key: tuple):
        ev = self.evaluator
        resolve = ev.resolve_in(metric.table, metric)
        rows = self.own_groups[metric].get(key, [])
        return agg.over([RowEnv(ev, metric.table, row, resolve, metric.using) for row in rows])

    def name_value(self, ref: Ref, metric: Member, key: tuple):
        named = self.evaluator.metric_named(ref, metric.table)
        if named is not None:
            return self.value(named, key)
        return key[self.dimension_position(self.evaluator.dimension_named(ref, metric.table))]

    def dimension_position(self, dimension: Member) -> int:
        found = [i for i, c in enumerate(self.dimensions) if c.target.member is dimension]
        if not found:
            raise Refused("window", f"dimension {dimension.name} must be requested")
        if len(found) > 1:
            raise Unclear("a window names a dimension that is requested in several roles")
        return found[0]

    # ---------------------------------------------------------------- windows (rule 9)

    def window_value(self, call: Window, metric: Member, key: tuple):
        """Over the groups in which any metric that the window metric names has rows."""
        if (call, "all") not in self.values:
            self.values[call, "all"] = self.window_values(call, metric)
        return self.values[call, "all"].get(key)

    def window_values(self, call: Window, metric: Member) -> dict:
        groups: dict = {}
        for named in self.evaluator.named_metrics(metric):
            groups.update(self.key_cache[named])
        parts: dict[tuple, list] = {}
        for key in groups:
            parts.setdefault(self.part(call, metric, key), []).append(key)
        result = {}
        for keys in parts.values():
            result.update(self.over_partition(call, metric, keys))
        return result

    def part(self, call: Window, metric: Member, key: tuple) -> tuple:
        ev = self.evaluator
        if call.partition is not None:
            return tuple(self.name_value(ref, metric, key) for ref in call.partition)
        if call.excluding is not None:
            left_out = [self.dimension_position(ev.dimension_named(r, metric.table)) for r in call.excluding]
            return tuple(v for i, v in enumerate(key) if i not in left_out)
        return ()

    def over_partition(self, call: Window, metric: Member, keys: list[tuple]) -> dict:
        order = {key: [o.expr.eval(MetricEnv(self, metric, key)) for o in call.order] for key in keys}

        def compare(a, b):
            return compare_ordered(call.order, order[a], order[b])

        keys = sorted(keys, key=functools.cmp_to_key(compare))
        argument = {
            key: True if call.arg is None else call.arg.eval(MetricEnv(self, metric, key)) for key in keys
        }
        result = {}
        for position, key in enumerate(keys):
            before = [k for k in keys if compare(k, key) < 0]
            if call.func == "rank":
                result[key] = 1 + len(before)
            elif call.func in ("lag", "row_number"):
                if position and compare(keys[position - 1], key) == 0:
                    raise Unclear(f"{call.func} over ties")
                if call.func == "row_number":
                    result[key] = position + 1
                else:
                    result[key] = argument[keys[position - 1]] if position else None
            else:
                # With ORDER BY the frame ends at the last row that ties with this one.
                frame = [argument[k] for k in keys if compare(k, key) <= 0] if call.order else list(argument.values())
                result[key] = fold_aggregate(call.func, frame)
        return result
