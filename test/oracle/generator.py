"""Random schemas, data, views and requests, all from one seed.

    case = Generator(seed).case()      tables with rows, a view that is a valid definition
    case.generator.request()           a request, mostly answerable
    Generator(seed).bad_view()         a definition that the rules refuse
"""

from __future__ import annotations

import copy
import dataclasses
import datetime
import decimal
import random
from dataclasses import dataclass

from evaluator import (
    Evaluator, Item, LastBy, Member, Refused, Relationship, Request, Table, Unclear, View, same,
)
from expressions import (
    Agg, Between, Case, Const, Func, In, IsNull, Node, Not, Op, OrderBy, Ref, StartsLike, Window,
    nodes, refs, windows,
)

ALIASES = ["a", "b", "c", "d", "e", "f", "Big Orders", "li", "order", "g"]
DATA_COLUMNS = [
    ("amount", "int"), ("qty", "int"), ("price", "dec"), ("status", "text"), ("region", "text"),
    ("day", "date"), ("flag", "bool"), ("Order Note", "text"), ("level", "int"), ("city", "text"),
]
TEXTS = ["a", "b", "c", "B", "ab", ""]
DAYS = [datetime.date(2024, 1, d) for d in range(1, 6)]
EXACT = ("int", "dec", "text", "date")


@dataclass
class Physical:
    """A table of the database; several aliases of a view may stand for it."""

    name: str
    columns: dict[str, str]
    rows: list[dict]
    primary_key: tuple[str, ...]
    unique_keys: list[tuple[str, ...]]


@dataclass
class GeneratedCase:
    seed: object
    physical: list[Physical]
    view: View
    generator: "Generator"


class Generator:
    def __init__(self, seed):
        self.seed = seed
        self.rng = random.Random(str(seed))
        self.types: dict[Member, str] = {}

    def chance(self, p: float) -> bool:
        return self.rng.random() < p

    # ---------------------------------------------------------------- schema and data

    def case(self) -> GeneratedCase:
        while True:
            self.types = {}
            self.schema()
            self.data()
            self.declare_assumptions()
            self.view = View(self.tables, self.relationships)
            self.graph = self.bare_evaluator()
            if self.graph is None:
                continue
            self.members()
            if self.view.metrics and self.view.dimensions:
                if len(self.tables) == 1 and self.chance(0.5):
                    for member in self.view.facts + self.view.dimensions + self.view.metrics:
                        member.unaliased = self.chance(0.6)
                self.evaluator = Evaluator(self.view)
                return GeneratedCase(self.seed, self.physical, self.view, self)

    def bare_evaluator(self) -> Evaluator | None:
        dummy = Member("dimension", self.tables[0].alias, "dummy", Const(1))
        try:
            return Evaluator(View(self.tables, self.relationships, dimensions=[dummy]))
        except Refused:
            return None

    def schema(self):
        rng = self.rng
        count = rng.choices([1, 2, 3, 4, 5, 6], [1, 3, 4, 4, 3, 2])[0]
        aliases = rng.sample(ALIASES, count)
        self.physical, self.tables, self.relationships = [], [], []
        self.owner: dict[str, Physical] = {}
        shape = rng.choice(["chain", "star", "chasm", "tree", "tree", "wild"])
        for i, alias in enumerate(aliases):
            if i and self.chance(0.12):
                self.add_alias_of(rng.choice(self.physical), alias)
            else:
                self.add_physical(f"t{i}_{'x' if i % 2 else 'y'}", alias)
        # Edges lead from later to earlier tables, so there is no cycle; lists are shuffled at the end.
        for i in range(1, count):
            if shape == "chain":
                self.relate(aliases[i], aliases[i - 1])
            elif shape == "star":
                self.relate(aliases[count - 1], aliases[i - 1])
            elif shape == "chasm":
                self.relate(aliases[i], aliases[0])
            else:
                self.relate(aliases[i], aliases[rng.randrange(i)])
        if count > 1:
            for _ in range(rng.choice([0, 0, 1, 2] if shape != "wild" else [1, 2, 3])):
                high, low = sorted(rng.sample(range(count), 2), reverse=True)
                self.relate(aliases[high], aliases[low])
            if self.chance(0.4):
                twin = rng.choice(self.relationships)
                self.relate(twin.source, twin.target, role=True)
            if self.chance(0.15):
                self.add_self_reference()
        for pair in sorted({(r.source, r.target) for r in self.relationships}):
            roles = [r for r in self.relationships if (r.source, r.target) == pair]
            if (len(roles) > 1 and self.chance(0.5)) or self.chance(0.05):
                rng.choice(roles).default = True
        rng.shuffle(self.tables)
        rng.shuffle(self.relationships)
        self.name_relationships()

    def name_relationships(self):
        """Names are given or made: `<from>_<to>`, with _2, _3 when taken."""
        taken = {r.name.lower() for r in self.relationships if not r.unnamed}
        for rel in self.relationships:
            if rel.unnamed:
                base = name = f"{rel.source}_{rel.target}"
                number = 2
                while name.lower() in taken:
                    name, number = f"{base}_{number}", number + 1
                rel.name = name
                taken.add(name.lower())

    def add_physical(self, name: str, alias: str):
        rng = self.rng
        composite = self.chance(0.25)
        columns = {"k1": "int", "k2": "text"} if composite else {"id": "int"}
        key = ("k1", "k2") if composite else ("id",)
        uniques = []
        if self.chance(0.3):
            columns["code"] = "text"
            uniques.append(("code",))
        columns.update(rng.sample(DATA_COLUMNS, rng.randint(2, 5)))
        if "int" not in [t for c, t in columns.items() if c not in ("id", "k1")]:
            columns["amount"] = "int"
        table = Physical(name, columns, [], key, uniques)
        self.physical.append(table)
        self.owner[alias] = table
        self.tables.append(self.alias_of(table, alias))

    def add_alias_of(self, physical: Physical, alias: str):
        self.owner[alias] = physical
        self.tables.append(self.alias_of(physical, alias))

    def alias_of(self, physical: Physical, alias: str) -> Table:
        source = self.rng.choices(
            [physical.name, f"main.{physical.name}", f"(SELECT * FROM {physical.name})"], [8, 1, 1]
        )[0]
        # Columns, rows and keys are shared with the physical table, which is still growing.
        return Table(alias, source, physical.columns, physical.rows, physical.primary_key, physical.unique_keys)

    def relate(self, source: str, target: str, role=False):
        rng = self.rng
        here, there = self.owner[source], self.owner[target]
        key = there.primary_key
        if there.unique_keys and ("code",) in there.unique_keys and self.chance(0.25):
            key = ("code",)
        number = len(self.relationships) + 1
        shared = (
            here is not there and not role and key == ("id",) == here.primary_key
            and not any(r.columns == ("id",) and self.owner[r.source] is here for r in self.relationships)
            and self.physical.index(here) > self.physical.index(there) and self.chance(0.12)
        )
        if shared:
            columns = ("id",)
        else:
            columns = tuple(f"r{number}_{c}" for c in key)
            for column, of in zip(columns, key):
                here.columns[column] = there.columns[of]
            if self.chance(0.12):
                here.unique_keys.append(columns)
        written = key
        if key == there.primary_key and self.chance(0.6):
            written = ()
        elif len(key) > 1 and self.chance(0.5):
            columns, written = columns[::-1], key[::-1]
        name = rng.choice([f"rel{number}", f"{source}_via{number}", f"Role {number}"])
        self.relationships.append(
            Relationship(name, source, columns, target, written, unnamed=self.chance(0.2))
        )

    def add_self_reference(self):
        """A second alias of a table, to which the first refers: employees and their managers."""
        alias = next((a for a in ALIASES + ["boss"] if a not in self.owner))
        first = self.rng.choice(self.tables).alias
        self.add_alias_of(self.owner[first], alias)
        self.relate(first, alias)

    def value(self, kind: str, null=0.2):
        rng = self.rng
        if self.chance(null):
            return None
        return {
            "int": lambda: rng.randint(-3, 9),
            "text": lambda: rng.choice(TEXTS),
            "date": lambda: rng.choice(DAYS),
            "bool": lambda: rng.choice([True, False]),
            "dec": lambda: decimal.Decimal(rng.randint(-200, 900)) / 100,
        }[kind]()

    def data(self):
        rng = self.rng
        for physical in self.physical:
            size = rng.choices([0, rng.randint(1, 3), rng.randint(4, 12)], [1, 3, 14])[0]
            shared = next(
                (r for r in self.relationships if r.columns == ("id",) and self.owner[r.source] is physical), None
            )
            keys = self.keys(physical, size, self.owner[shared.target] if shared else None)
            codes = rng.sample(range(100), len(keys))
            for key, code in zip(keys, codes):
                row = dict(zip(physical.primary_key, key))
                if "code" in physical.columns:
                    row["code"] = None if self.chance(0.1) else f"x{code}"
                physical.rows.append(row)
        foreign = {}
        for rel in self.relationships:
            if rel.columns != ("id",):
                foreign[tuple(sorted(zip(rel.columns, self.key_of(rel))))] = rel
        for rel in self.relationships:
            if rel.columns != ("id",):
                self.foreign_keys(rel)
        for physical in self.physical:
            for row in physical.rows:
                for column, kind in physical.columns.items():
                    if column not in row:
                        row[column] = self.value(kind)
            # The values stand in the order of the columns.
            physical.rows[:] = [{c: row[c] for c in physical.columns} for row in physical.rows]

    def key_of(self, rel: Relationship) -> tuple[str, ...]:
        return rel.target_columns or self.owner[rel.target].primary_key

    def keys(self, physical: Physical, size: int, parent: Physical | None) -> list[tuple]:
        rng = self.rng
        if parent is not None:
            ids = [row["id"] for row in parent.rows]
            unmatched = [800, 801] if self.chance(0.4) else []
            # A parent that is joined by its own key may hold them: keys stay unique.
            pool = rng.sample(ids, min(len(ids), size)) + [i for i in unmatched if i not in ids]
            return [(i,) for i in pool]
        if physical.primary_key == ("id",):
            return [(i,) for i in rng.sample(range(1, 30), size)]
        pool = [(a, b) for a in range(1, 6) for b in ("u", "v", "w")]
        return rng.sample(pool, size)

    def foreign_keys(self, rel: Relationship):
        rng = self.rng
        here, there = self.owner[rel.source], self.owner[rel.target]
        key = self.key_of(rel)
        values = [tuple(row[c] for c in key) for row in there.rows]
        values = [v for v in values if None not in v]
        clean = bool(values) and self.chance(0.3)
        unique = tuple(sorted(rel.columns)) in [tuple(sorted(k)) for k in here.unique_keys]
        rng.shuffle(values)
        for number, row in enumerate(here.rows):
            if any(c in row for c in rel.columns):
                continue
            dangling = tuple(
                900 + number if there.columns[c] == "int" else f"z{number}" for c in key
            )
            if unique:
                found = values.pop() if values and self.chance(0.75) else dangling
            else:
                found = rng.choice(values) if values and (clean or self.chance(0.85)) else dangling
            if not clean and self.chance(0.15):
                found = tuple(None if self.chance(0.6) else v for v in found)
            if unique and clean and found == dangling:
                found = values.pop() if values else found
            for column, value in zip(rel.columns, found):
                row[column] = value
        if unique:
            seen = set()
            for row in here.rows:
                held = tuple(row[c] for c in rel.columns)
                if held in seen:
                    for column in rel.columns:
                        row[column] = None
                seen.add(held)

    def declare_assumptions(self):
        for rel in self.relationships:
            key = self.key_of(rel)
            values = {tuple(row[c] for c in key) for row in self.owner[rel.target].rows}
            held = [tuple(row[c] for c in rel.columns) for row in self.owner[rel.source].rows]
            if all(None not in h and h in values for h in held):
                rel.assume = self.chance(0.6)

    # ---------------------------------------------------------------- row-level expressions

    def names_in(self, alias: str, own: str | None = None) -> dict[str, str]:
        """What a name of a table means to an expression, and its type: a member before a column."""
        result = {c: t for c, t in self.owner[alias].columns.items()}
        for member in self.view.facts + self.view.dimensions:
            if member.table == alias and not (own is not None and same(member.name, own)):
                result = {n: t for n, t in result.items() if not same(n, member.name)}
                result[member.name] = self.types[member]
        return result

    def places(self, scope: str) -> list[tuple[str | None, str]]:
        """Qualifiers that an expression of a table can write, with the table each means."""
        result: list[tuple[str | None, str]] = [(None, scope)] * 4 + [(scope, scope)]
        for table in self.tables:
            if table.alias != scope and self.is_chosen(scope, table.alias):
                result.append((table.alias, table.alias))
        for rel in self.relationships:
            if self.is_chosen(scope, rel.target, rel.name.lower()):
                result.append((rel.name, rel.target))
        return result

    def is_chosen(self, home: str, target: str, role=None, using=()) -> bool:
        try:
            self.graph.choose(home, target, role, using)
            return True
        except Refused:
            return False

    def leaf(self, scope: str, own: str | None, kind: str) -> Node:
        places = self.places(scope)
        for _ in range(6):
            qualifier, alias = self.rng.choice(places)
            names = self.names_in(alias, own if alias == scope else None)
            fitting = [n for n, t in names.items() if t == kind]
            if fitting:
                name = self.rng.choice(fitting)
                if self.chance(0.04):
                    name, qualifier = name.upper(), qualifier and qualifier.upper()
                return Ref(name, qualifier)
        return self.constant(kind)

    def constant(self, kind: str) -> Const:
        if kind == "bool":
            return Const(self.chance(0.5))
        return Const(self.value(kind, null=0))

    def row_expr(self, scope: str, own: str | None, kind: str, depth=2) -> Node:
        if depth <= 0 or self.chance(0.35):
            if kind == "bool" and self.chance(0.7):
                return self.comparison(lambda k: self.leaf(scope, own, k))
            return self.leaf(scope, own, kind)

        def part(k):
            return self.row_expr(scope, own, k, depth - 1)

        if kind == "bool":
            return self.predicate(part)
        return self.compound(kind, part)

    def compound(self, kind: str, part) -> Node:
        rng = self.rng
        choice = rng.randrange(6)
        if choice == 0:
            return Func("coalesce", [part(kind), self.constant(kind)])
        if choice == 1:
            return Case(self.comparison(part), part(kind), part(kind) if self.chance(0.6) else None)
        if choice == 2:
            return Func("nullif", [part(kind), self.constant(kind)])
        if kind == "int":
            return rng.choice([
                lambda: Op("+", part("int"), part("int")),
                lambda: Op("-", part("int"), part("int")),
                lambda: Op("*", part("int"), Const(rng.randint(1, 3))),
                lambda: Func("abs", [part("int")]),
                lambda: Func("length", [part("text")]),
            ])()
        if kind == "text":
            return rng.choice([
                lambda: Func("upper", [part("text")]),
                lambda: Func("lower", [part("text")]),
                lambda: Op("||", part("text"), Const("-")),
            ])()
        return part(kind)

    def comparison(self, part) -> Node:
        """A comparison of something: of constants alone would only test DuckDB's folding."""
        expr = self.any_comparison(part)
        return expr if refs(expr) else Const(True)

    def any_comparison(self, part) -> Node:
        rng = self.rng
        kind = rng.choice(["int", "int", "text", "text", "date", "dec"])
        choice = rng.randrange(10)
        if choice < 5:
            return Op(rng.choice(["=", "<>", "<", "<=", ">", ">="]), part(kind), self.constant(kind))
        if choice == 5:
            values = [self.value(kind, null=0.05) for _ in range(rng.randint(1, 3))]
            return In(part(kind), values)
        if choice == 6 and kind in ("int", "date"):
            low, high = sorted([self.value(kind, null=0), self.value(kind, null=0)])
            return Between(part(kind), low, high)
        if choice == 7:
            return IsNull(part(kind), negated=self.chance(0.5))
        if choice == 8:
            return StartsLike(part("text"), rng.choice(["a", "B", ""]))
        if choice == 9:
            return Op("IS DISTINCT FROM", part(kind), self.constant(kind))
        return Op(rng.choice(["=", "<>"]), part(kind), part(kind))

    def predicate(self, part) -> Node:
        rng = self.rng
        choice = rng.randrange(8)
        if choice < 3:
            return self.comparison(part)
        if choice < 5:
            return Op(rng.choice(["AND", "OR"]), self.comparison(part), self.comparison(part))
        if choice == 5:
            return Not(self.comparison(part))
        if choice == 6:
            return part("bool")
        return Op("OR", self.comparison(part), Not(part("bool")))

    # ---------------------------------------------------------------- members

    def add(self, members: list[Member], member: Member, kind: str) -> bool:
        """Keeps a member only if the whole is still a valid definition."""
        members.append(member)
        self.types[member] = kind
        try:
            Evaluator(self.view)
            return True
        except (Refused, Unclear):
            members.pop()
            return False

    def members(self):
        rng = self.rng
        for table in self.tables:
            for _ in range(rng.choice([1, 2, 2, 3])):
                self.add_dimension(table.alias)
            for _ in range(rng.choice([0, 0, 1, 2])):
                self.add_fact(table.alias)
            if self.chance(0.5):
                self.add_aggregated_fact(table.alias)
            if self.chance(0.4):
                self.add_dimension(table.alias)
        for table in self.tables:
            for _ in range(rng.choice([0, 1, 1, 2, 3])):
                self.add_metric(table.alias)
        if not self.view.metrics:
            self.add_metric(rng.choice(self.tables).alias)
        for _ in range(rng.choice([0, 1, 2, 3])):
            self.add_composed_metric()
        for _ in range(rng.choice([0, 0, 1, 2])):
            self.add_window_metric()
        for _ in range(rng.choice([0, 0, 1])):
            self.add_composed_metric()
        if self.chance(0.35):
            self.add_filter()
            if self.chance(0.3):
                self.add_filter()

    def fresh_name(self, prefix: str, alias: str | None) -> str:
        """Mostly unique; at times a name that another table's member has too."""
        used = [m.name for m in self.view.facts + self.view.dimensions + self.view.metrics]
        if alias is not None and self.chance(0.15):
            return f"{prefix}_name"
        while True:
            name = self.rng.choice(["{p}{n}", "{p}_{n}", "{P} {n}"]).format(
                p=prefix, P=prefix.title(), n=self.rng.randint(1, 99)
            )
            if not any(same(name, u) for u in used):
                return name

    def data_columns(self, alias: str) -> dict[str, str]:
        return {c: t for c, t in self.owner[alias].columns.items() if (c, t) in DATA_COLUMNS}

    def add_dimension(self, alias: str):
        rng = self.rng
        choice = rng.random()
        columns = self.data_columns(alias)
        if choice < 0.55:
            column = rng.choice(list(columns))
            name = column if self.chance(0.6) else self.fresh_name("dim", alias)
            expr, kind = Ref(column, rng.choice([None, alias])), columns[column]
            if name != column:
                kind = self.names_in(alias)[next(n for n in self.names_in(alias) if same(n, column))]
        elif choice < 0.65:
            # A column's own name with another meaning.
            column = rng.choice(list(columns))
            name, kind = column, columns[column]
            expr = self.compound(kind, lambda k: self.leaf(alias, name, k))
        else:
            kind = rng.choice(["text", "text", "int", "date", "bool"])
            name = self.fresh_name("dim", alias)
            expr = self.row_expr(alias, name, kind)
        self.add(self.view.dimensions, Member("dimension", alias, name, expr), kind)

    def add_fact(self, alias: str):
        kind = self.rng.choice(["int", "int", "int", "text", "bool", "dec"])
        name = self.fresh_name("fact", alias)
        expr = self.row_expr(alias, name, kind)
        self.add(self.view.facts, Member("fact", alias, name, expr, private=self.chance(0.2)), kind)

    def add_aggregated_fact(self, alias: str):
        finer = [
            t.alias for t in self.tables
            if t.alias != alias and self.is_chosen(t.alias, alias) and not self.graph.ways(alias, t.alias)
        ]
        if not finer:
            return
        from_table = self.rng.choice(finer)
        name = self.fresh_name("agg", alias)
        expr, kind = self.finer_aggregate(from_table, name)
        if kind == "int" and self.chance(0.3):
            expr = self.rng.choice([
                lambda: Func("coalesce", [expr, Const(0)]),
                lambda: Op("+", expr, Const(1)),
                lambda: Op("-", expr, self.finer_aggregate(from_table, name, only="int")[0]),
            ])()
        self.add(self.view.facts, Member("fact", alias, name, expr, private=self.chance(0.15)), kind)

    def qualified(self, alias: str, expr_own: str | None, kind: str) -> Node:
        """A leaf of a finer table: always written with its alias."""
        names = self.names_in(alias)
        fitting = [n for n, t in names.items() if t == kind]
        return Ref(self.rng.choice(fitting), alias) if fitting else self.constant(kind)

    def finer_aggregate(self, alias: str, own: str, only=None) -> tuple[Node, str]:
        rng = self.rng

        def part(kind):
            return self.qualified(alias, own, kind)

        where = self.predicate(part) if self.chance(0.25) else None
        choice = rng.randrange(5)
        key = Ref(self.owner[alias].primary_key[0], alias)
        if choice == 0:
            return Agg("count", key, where=where), "int"
        if choice == 1:
            return Agg("count", self.qualified(alias, own, "text"), distinct=True, where=where), "int"
        if choice == 2 and only is None:
            kind = rng.choice(["int", "text", "date"])
            names = [n for n, t in self.names_in(alias).items() if t == kind]
            if names:
                return Agg(rng.choice(["min", "max"]), Ref(rng.choice(names), alias), where=where), kind
        names = [n for n, t in self.names_in(alias).items() if t == "int"]
        arg: Node = Ref(rng.choice(names), alias)
        if self.chance(0.3):
            arg = Op("+", arg, Const(1))
        return Agg("sum", arg, where=where), "int"

    def using_for(self, alias: str) -> tuple[str, ...]:
        roles = [
            r.name for r in self.relationships
            if self.graph.ways(alias, r.source)
            and any(o is not r and {o.source, o.target} == {r.source, r.target} for o in self.relationships)
        ]
        ambiguous = [
            r.name for t in self.tables if len(self.graph.ways(alias, t.alias)) > 1
            for r in self.relationships if self.graph.passing(self.graph.ways(alias, t.alias), [r.name])
            and self.graph.ways(alias, r.source)
        ]
        pool = list(dict.fromkeys(roles + ambiguous))
        if not pool or self.chance(0.4):
            return ()
        return tuple(self.rng.sample(pool, min(len(pool), 2 if self.chance(0.12) else 1)))

    def aggregate(self, alias: str, own: str, only=None) -> tuple[Node, str]:
        rng = self.rng

        def part(kind):
            return self.row_expr(alias, own, kind, rng.choice([0, 0, 1]))

        where = self.row_expr(alias, own, "bool", 1) if self.chance(0.25) else None
        choice = rng.choices(
            ["count*", "count", "distinct", "related", "sum", "dec", "minmax", "avg", "list", "sumd"],
            [3, 2, 2, 3, 6, 1, 2, 1, 1, 0.5],
        )[0]
        if only == "int" and choice in ("dec", "minmax", "avg", "list"):
            choice = "sum"
        if choice == "count*":
            return Agg("count", where=where), "int"
        if choice == "count":
            return Agg("count", part(rng.choice(["int", "text"])), where=where), "int"
        if choice == "distinct":
            return Agg("count", part(rng.choice(["int", "text", "date"])), distinct=True, where=where), "int"
        if choice == "related":
            return self.count_of_related(alias, own), "int"
        if choice == "dec":
            return Agg("sum", part("dec"), where=where), "dec"
        if choice == "minmax":
            kind = rng.choice(["int", "text", "date", "dec"])
            return Agg(rng.choice(["min", "max"]), part(kind), where=where), kind
        if choice == "avg":
            return Agg("avg", part("int"), where=where), "float"
        if choice == "list":
            arg = part(rng.choice(["int", "text"]))
            if self.is_literal(arg):
                return Agg("count", arg, where=where), "int"
            return Agg("list", arg, where=where, distinct=self.chance(0.3)), "list"
        return Agg("sum", part("int"), where=where, distinct=choice == "sumd"), "int"

    def count_of_related(self, alias: str, own: str) -> Node:
        """Different values of a foreign key: how many customers ordered."""
        names = self.names_in(alias, own)
        keys = [
            c for r in self.relationships for c in r.columns
            if r.source == alias and len(r.columns) == 1 and c in names
        ]
        if not keys:
            return Agg("count")
        return Agg("count", Ref(self.rng.choice(keys), self.rng.choice([None, alias])), distinct=True)

    def is_literal(self, node: Node, named=()) -> bool:
        """Also through facts and dimensions: DuckDB refuses to order by it."""
        if not isinstance(node, Ref):
            return isinstance(node, Const)
        name = node.name.lower()
        meant = [m.expr for m in self.view.facts + self.view.dimensions if same(m.name, name)]
        return name not in named and any(self.is_literal(expr, (*named, name)) for expr in meant)

    def metric_expr(self, alias: str, own: str) -> tuple[Node, str]:
        rng = self.rng
        expr, kind = self.aggregate(alias, own)
        choice = rng.randrange(10)
        if kind in ("int", "dec") and choice == 0:
            return Func("coalesce", [expr, Const(0)]), kind
        if kind == "int" and choice == 1:
            return Op(rng.choice(["+", "-"]), expr, self.aggregate(alias, own, only="int")[0]), kind
        if kind == "int" and choice == 2:
            return Op("/", expr, Func("nullif", [Agg("count"), Const(0)])), "float"
        if kind == "int" and choice == 3:
            return Case(Op(">", Agg("count"), Const(2)), expr, Const(0)), kind
        if kind == "int" and choice == 4:
            return Case(IsNull(expr), Const(-1), Op("*", self.aggregate(alias, own, only="int")[0], Const(2))), kind
        return expr, kind

    def add_metric(self, alias: str):
        columns = [c for c, t in self.data_columns(alias).items() if t == "int"]
        name = self.fresh_name("met", alias)
        if columns and self.chance(0.1) and not any(
            same(m.name, c) and m.table == alias for c in columns for m in self.view.facts + self.view.dimensions
        ):
            name = self.rng.choice(columns)
        expr, kind = self.metric_expr(alias, name)
        metric = Member("metric", alias, name, expr, private=self.chance(0.1), using=self.using_for(alias))
        if self.chance(0.3):
            self.make_semi_additive(metric)
        self.add(self.view.metrics, metric, kind)

    def make_semi_additive(self, metric: Member):
        rng = self.rng
        usable = [
            d for d in self.view.dimensions
            if self.is_chosen(metric.table, d.table, None, metric.using) and self.types[d] != "bool"
        ]
        rng.shuffle(usable)
        count = rng.choice([1, 1, 1, 2])
        for dimension in usable[:count]:
            nulls = rng.choice([None, None, None, "FIRST", "LAST"])
            metric.non_additive.append(
                LastBy(self.ref_to(dimension, metric.table), self.chance(0.3), nulls)
            )
        if self.chance(0.35) and metric.non_additive:
            metric.per = [self.ref_to(d, metric.table) for d in usable[count:count + rng.choice([1, 1, 2])]]

    def ref_to(self, member: Member, owner: str | None) -> Ref:
        """A metric or dimension by name where that is enough, else with its table."""
        of_kind = self.view.metrics if member.kind == "metric" else self.view.dimensions
        others = [m for m in of_kind if m is not member and same(m.name, member.name)]
        bare = not others or (owner is not None and member.table == owner)
        if member.table is None or (bare and self.chance(0.7)):
            return Ref(member.name)
        return Ref(member.name, member.table)

    def numeric_metrics(self, kinds=("int", "dec")) -> list[Member]:
        return [m for m in self.view.metrics if self.types[m] in kinds]

    def add_composed_metric(self):
        """A derived metric, or a metric of a table that mixes aggregates with other metrics."""
        rng = self.rng
        pool = self.numeric_metrics()
        if not pool:
            return
        mixed = self.chance(0.35)
        owner = rng.choice(self.tables).alias if mixed else None
        name = self.fresh_name("mix" if mixed else "der", owner)
        left_metric = rng.choice(pool)
        left: Node = self.ref_to(left_metric, owner)
        kind = self.types[left_metric]
        using = ()
        if mixed:
            right, right_kind = self.aggregate(owner, name, only="int")
            using = self.using_for(owner)
        else:
            right_metric = rng.choice(pool)
            right, right_kind = self.ref_to(right_metric, owner), self.types[right_metric]
        kind = "dec" if "dec" in (kind, right_kind) else "int"
        choice = rng.randrange(6)
        if choice == 0:
            expr: Node = Op("-", left, right)
        elif choice == 1:
            expr = Op("+", Func("coalesce", [left, Const(0)]), Func("coalesce", [right, Const(0)]))
        elif choice == 2:
            expr, kind = Op("/", left, Func("nullif", [right, Const(0)])), "float"
        elif choice == 3:
            expr, kind = Case(Op(">", left, right), Const(1), Const(0)), "int"
        elif choice == 4:
            expr, kind = Case(IsNull(left), Const(-7), right), "dec" if right_kind == "dec" else "int"
        elif mixed:
            expr = Op("+", left, right)
        else:
            expr, kind = Op("*", left, Const(2)), self.types[left_metric]
        if not mixed and self.chance(0.15):
            # Names only metrics: derived, though it is declared under a table.
            owner = rng.choice(self.tables).alias
            expr = self.requalify(expr)
        metric = Member("metric", owner, name, expr, private=self.chance(0.08), using=using)
        if mixed and self.chance(0.25):
            self.make_semi_additive(metric)
        self.add(self.view.metrics, metric, kind)

    def requalify(self, expr: Node) -> Node:
        """Writes metric names with their tables, so that the owner does not change what they mean."""
        for ref in refs(expr):
            if ref.qualifier is None:
                found = [m for m in self.view.metrics if same(m.name, ref.name)]
                if len(found) == 1 and found[0].table is not None:
                    ref.qualifier = found[0].table
        return expr

    def add_window_metric(self):
        rng = self.rng
        pool = self.numeric_metrics()
        if not pool:
            return
        metric = rng.choice(pool)
        kind = self.types[metric]
        evaluator = Evaluator(self.view)
        homes = homes_of(evaluator, metric)
        dims = [
            d for d in self.view.dimensions
            if all(self.is_chosen(h, d.table, None, using) for h, using in homes)
        ]
        needs_order = [d for d in dims if self.types[d] != "bool"] or dims
        choice = rng.choice(["total", "share", "partition", "excluding", "rank", "rankp", "lag", "running", "count", "row"])
        if not dims and choice in ("partition", "excluding", "lag", "running", "rankp", "row"):
            choice = "total"
        m = lambda: self.ref_to(metric, None)
        if choice == "total":
            expr: Node = Window(rng.choice(["sum", "max", "min"]), m())
        elif choice == "share":
            expr, kind = Op("/", m(), Func("nullif", [Window("sum", m()), Const(0)])), "float"
        elif choice == "partition":
            chosen = rng.sample(dims, min(len(dims), rng.choice([1, 1, 2])))
            expr = Window("sum", m(), partition=[self.ref_to(d, None) for d in chosen])
        elif choice == "excluding":
            expr = Window("sum", m(), excluding=[self.ref_to(rng.choice(dims), None)])
        elif choice in ("rank", "rankp"):
            partition = [self.ref_to(rng.choice(dims), None)] if choice == "rankp" else None
            expr = Window("rank", partition=partition, order=[OrderBy(m(), self.chance(0.6))])
            kind = "int"
        elif choice == "count":
            expr, kind = Window("count", m()), "int"
        elif choice == "row":
            # A number for each group of a partition; the metric only decides the groups.
            d = rng.choice(needs_order)
            expr = Window(
                "row_number", excluding=[self.ref_to(d, None)],
                order=[OrderBy(self.ref_to(d, None), self.chance(0.3)), OrderBy(m())],
            )
            kind = "int"
        else:
            d = rng.choice(needs_order)
            expr = Window(
                "lag" if choice == "lag" else "sum", m(), excluding=[self.ref_to(d, None)],
                order=[OrderBy(self.ref_to(d, None), self.chance(0.3))],
            )
        around = rng.randrange(5)
        if around == 0 and kind != "float":
            expr = Func("coalesce", [expr, Const(0)])
        elif around == 1 and kind != "float":
            other = rng.choice(pool)
            expr = Op("-", self.ref_to(other, None), expr)
            kind = "dec" if "dec" in (kind, self.types[other]) else "int"
        owner = metric.table if self.chance(0.3) else None
        if owner is not None and around == 2 and kind == "int" and self.chance(0.5):
            # An aggregate of the table beside the window.
            expr = Op("+", self.aggregate(owner, "none", only="int")[0], expr)
        name = self.fresh_name("win", owner)
        self.add(self.view.metrics, Member("metric", owner, name, expr, private=self.chance(0.05)), kind)

    def add_filter(self):
        table = self.rng.choice(self.tables)
        single = len(self.tables) == 1

        def part(kind):
            for _ in range(4):
                alias = table.alias
                qualifier = alias
                if self.chance(0.25):
                    qualifier, alias = self.rng.choice(self.places(table.alias))
                    if qualifier is None:
                        qualifier = alias
                names = [n for n, t in self.names_in(alias).items() if t == kind]
                if names:
                    name = self.rng.choice(names)
                    members = [m for m in self.view.facts + self.view.dimensions if same(m.name, name)]
                    if qualifier == alias and self.chance(0.2) and (
                        (len(members) == 1 and members[0].table == alias) or (single and len(members) < 2)
                    ):
                        qualifier = None
                    return Ref(name, qualifier)
            return self.constant(kind)

        expr = self.predicate(part)
        if not refs(expr):
            return
        if self.chance(0.5):
            expr = Op("OR", expr, IsNull(part("int")))
        self.view.filters.append(expr)
        try:
            evaluator = Evaluator(self.view)
            if any(has_nested_aggregates(evaluator, expr)):
                raise Unclear("a filter over aggregated facts of aggregated facts")
        except (Refused, Unclear):
            self.view.filters.pop()

    # ---------------------------------------------------------------- requests

    def request(self) -> Request:
        """Mostly answerable: what the evaluator refuses is mostly drawn again."""
        while True:
            request = self.any_request()
            try:
                # An answer without rows tells little.
                if self.evaluator.answer(request).rows or self.chance(0.4):
                    return request
            except Unclear:
                continue
            except Refused:
                if self.chance(0.35):
                    return request

    def any_request(self) -> Request:
        kind = self.rng.choices(["metrics", "dimensions", "facts"], [10, 2, 2])[0]
        request = {"metrics": self.metrics_request, "dimensions": self.dimensions_request,
                   "facts": self.facts_request}[kind]()
        if self.chance(0.1):
            self.spoil(request)
        request.single_as_text = self.chance(0.1)
        return request

    def metrics_request(self) -> Request:
        rng = self.rng
        public = [m for m in self.view.metrics if not m.private]
        if not public:
            return self.dimensions_request()
        count = rng.choices([1, 2, 3, 4], [5, 4, 2, 1])[0]
        chosen = rng.sample(public, min(count, len(public)))
        related = [m for m in public if isinstance(m.expr, Agg) and m.expr.distinct and isinstance(m.expr.arg, Ref)]
        if related and self.chance(0.25):
            chosen = [rng.choice(related)]
        homes = sorted({home for metric in chosen for home in homes_of(self.evaluator, metric)}, key=str)
        columns = []
        for dimension in self.needed_dimensions(chosen):
            columns.append((dimension, None))
        choices = self.dimension_choices(homes)
        for _ in range(rng.choices([0, 1, 2, 3], [2, 5, 3, 1])[0]):
            if choices:
                columns.append(rng.choice(choices))
        # Semi-additive metrics meet their own dimensions, which is where they change.
        for metric in chosen:
            for last in metric.non_additive + [LastBy(r) for r in metric.per]:
                if self.chance(0.3):
                    columns.append((self.evaluator.dimension_named(last.dimension, metric.table), None))
        request = Request(self.dimension_items(columns), [self.item(m, self.view.metrics) for m in chosen])
        if self.chance(0.06):
            self.add_star(request.metrics, self.view.metrics)
        self.rename_clashes(request)
        if self.chance(0.4):
            request.where = self.where(homes)
        return request

    def needed_dimensions(self, metrics: list[Member]) -> list[Member]:
        ev, found, seen = self.evaluator, [], set()

        def visit(metric):
            if metric in seen:
                return
            seen.add(metric)
            for call in windows(metric.expr):
                for ref in refs(call):
                    if ev.metric_named(ref, metric.table) is None:
                        found.append(ev.dimension_named(ref, metric.table))
            for named in ev.named_metrics(metric):
                visit(named)

        for metric in metrics:
            visit(metric)
        return list(dict.fromkeys(found)) if self.chance(0.95) else []

    def dimension_choices(self, homes) -> list[tuple[Member, str | None]]:
        """Dimensions with or without a role that every home reaches in one way."""
        result = []
        for dimension in self.view.dimensions:
            if all(self.is_chosen(h, dimension.table, None, using) for h, using in homes):
                result.append((dimension, None))
            for rel in self.relationships:
                role = rel.name.lower()
                target = self.evaluator.by_role(role, dimension.name, self.view.dimensions)
                if target is None or target.member is not dimension:
                    continue
                if rel.target != dimension.table and not self.chance(0.3):
                    continue
                if homes and all(self.is_chosen(h, dimension.table, role, using) for h, using in homes):
                    result.append((dimension, rel.name))
        return result

    def dimension_items(self, columns) -> list[Item]:
        columns = list(dict.fromkeys(columns))
        self.rng.shuffle(columns)
        items = [
            Item(self.any_case(d.name), role) if role else self.item(d, self.view.dimensions) for d, role in columns
        ]
        if self.chance(0.04):
            self.add_star(items, self.view.dimensions)
        return items

    def add_star(self, items: list[Item], members: list[Member]):
        tables = [m.table for m in members if m.table is not None and not m.private]
        if tables:
            items.insert(self.rng.randint(0, len(items)), Item("*", self.rng.choice(tables)))

    def any_case(self, name: str) -> str:
        if self.chance(0.12):
            return self.rng.choice([name.upper(), name.title(), name.lower()])
        return name

    def item(self, member: Member, members: list[Member]) -> Item:
        others = [m for m in members if m is not member and same(m.name, member.name)]
        qualifier = member.table if member.table and (others or self.chance(0.3)) else None
        item = Item(self.any_case(member.name), self.any_case(qualifier) if qualifier else None)
        if self.chance(0.1):
            item.rename = self.rng.choice(["out", "My Column", "r"]) + str(self.rng.randint(1, 99))
        return item

    def rename_clashes(self, request: Request):
        """Two columns of one name are an error: one of them gets another name, mostly."""
        if not self.chance(0.96):
            return
        seen = set()
        for item in request.dimensions + request.facts + request.metrics:
            title = (item.rename or item.name).lower()
            if title in seen and not item.star:
                item.rename = f"{item.name} {len(seen)}"
            seen.add((item.rename or item.name).lower())

    def where_names(self, homes) -> dict[str, list[Ref]]:
        """Names that a where_clause can use, by type."""
        result: dict[str, list[Ref]] = {}
        members = [m for m in self.view.facts + self.view.dimensions]
        for member in members:
            if member.private:
                continue
            others = [m for m in members if m is not member and same(m.name, member.name)]
            if all(self.is_chosen(h, member.table, None, using) for h, using in homes):
                ref = Ref(member.name, member.table if others or self.chance(0.3) else None)
                result.setdefault(self.types[member], []).append(ref)
            for rel in self.relationships:
                role = rel.name.lower()
                if member.table == rel.target and homes and all(
                    self.is_chosen(h, member.table, role, using) for h, using in homes
                ):
                    result.setdefault(self.types[member], []).append(Ref(member.name, rel.name))
        return result

    def where(self, homes) -> Node | None:
        names = self.where_names(homes)

        def part(kind):
            if kind in names:
                ref = self.rng.choice(names[kind])
                leaf: Node = Ref(ref.name, ref.qualifier)
                if self.chance(0.15):
                    leaf = self.compound(kind, lambda k: part(k) if self.chance(0.6) else self.constant(k))
                return leaf
            return self.constant(kind)

        for _ in range(6):
            expr = self.predicate(part)
            if refs(expr):
                break
        else:
            return None
        if self.chance(0.25):
            other = self.predicate(part)
            expr = Op(self.rng.choice(["AND", "AND", "OR"]), expr, other)
        return expr

    def dimensions_request(self) -> Request:
        pool = [(d, None) for d in self.view.dimensions] + self.dimension_choices(
            {(self.rng.choice(self.tables).alias, ())}
        )
        chosen = [self.rng.choice(pool) for _ in range(self.rng.choice([1, 1, 2, 2, 3]))]
        request = Request(self.dimension_items(chosen))
        self.rename_clashes(request)
        if self.chance(0.35):
            request.where = self.where({(self.rng.choice(self.tables).alias, ())})
        return request

    def facts_request(self) -> Request:
        public = [f for f in self.view.facts if not f.private]
        if not public:
            return self.dimensions_request()
        first = self.rng.choice(public)
        near = [f for f in public if f is first or self.is_chosen(first.table, f.table)]
        chosen = list(dict.fromkeys([first] + [self.rng.choice(near) for _ in range(self.rng.choice([0, 0, 1, 2]))]))
        homes = {(first.table, ())}
        choices = self.dimension_choices(homes)
        dims = [self.rng.choice(choices) for _ in range(self.rng.choice([0, 1, 1, 2]))] if choices else []
        request = Request(self.dimension_items(dims), facts=[self.item(f, self.view.facts) for f in chosen])
        if self.chance(0.05):
            self.add_star(request.facts, self.view.facts)
        self.rename_clashes(request)
        if self.chance(0.35):
            request.where = self.where(homes)
        return request

    def spoil(self, request: Request):
        """Makes a request that is an error, or at least looks odd."""
        rng = self.rng
        choice = rng.randrange(8)
        if choice == 0:
            request.dimensions.append(Item("no_such_dimension"))
        elif choice == 1:
            request.metrics.append(Item("no_such_metric"))
        elif choice == 2 and request.dimensions:
            request.dimensions.append(copy.copy(rng.choice(request.dimensions)))
        elif choice == 3 and request.metrics:
            request.metrics.append(copy.copy(rng.choice(request.metrics)))
        elif choice == 4:
            private = [m for m in self.view.facts + self.view.metrics if m.private]
            if private:
                member = rng.choice(private)
                item = Item(member.name, member.table)
                (request.facts if member.kind == "fact" else request.metrics).append(item)
        elif choice == 5:
            metric = rng.choice(self.view.metrics)
            request.where = Op(">", Ref(metric.name, metric.table), Const(0))
        elif choice == 6:
            request.dimensions.append(self.item(rng.choice(self.view.dimensions), self.view.dimensions))
        elif self.view.facts:
            request.facts.append(self.item(rng.choice(self.view.facts), self.view.facts))

    # ---------------------------------------------------------------- definitions that are errors

    def bad_view(self) -> tuple[GeneratedCase, str]:
        """A valid view with one thing put wrong, and what it is."""
        what = self.rng.choice(list(BAD))
        for _ in range(200):
            case = self.case()
            BAD[what](self, case.view)
            try:
                Evaluator(case.view)
            except Refused:
                return case, what
            except Unclear:
                pass
        raise RuntimeError("no bad definition found")


def homes_of(evaluator: Evaluator, metric: Member) -> set[tuple[str, tuple]]:
    """The tables, each with USING, whose rows a metric and all that it names aggregate."""
    found, seen, todo = set(), set(), [metric]
    while todo:
        at = todo.pop()
        if at in seen:
            continue
        seen.add(at)
        if evaluator.own_aggregates(at):
            found.add((at.table, at.using))
        todo += evaluator.named_metrics(at)
    return found


def has_nested_aggregates(evaluator: Evaluator, expr: Node):
    """Whether a filter reads an aggregated fact that reads another: whether it holds inside is unclear."""
    aggregated = [m for m in evaluator.members_below(expr) if any(isinstance(n, Agg) for n in nodes(m.expr))]
    for member in aggregated:
        resolve = evaluator.resolve_in(member.table, member)
        below = set()
        todo = [resolve(r).member for r in refs(member.expr)]
        while todo:
            at = todo.pop()
            if at is None or at in below:
                continue
            below.add(at)
            inner = evaluator.resolve_in(at.table, at)
            todo += [inner(r).member for r in refs(at.expr)]
        yield bool(below & set(aggregated))


def bad_unknown_column(gen: Generator, view: View):
    member = gen.rng.choice(view.dimensions)
    member.expr = Ref("no_such_column", member.table)


def bad_two_ways(gen: Generator, view: View):
    for home in view.tables:
        for other in view.tables:
            if len(gen.graph.ways(home.alias, other.alias)) > 1 and not gen.is_chosen(home.alias, other.alias):
                column = next(iter(other.columns))
                view.dimensions.append(Member("dimension", home.alias, "bad", Ref(column, other.alias)))
                return


def bad_many_side(gen: Generator, view: View):
    for home in view.tables:
        for other in view.tables:
            if not gen.graph.ways(home.alias, other.alias):
                column = next(iter(other.columns))
                members = gen.rng.choice([view.dimensions, view.facts])
                kind = "dimension" if members is view.dimensions else "fact"
                members.append(Member(kind, home.alias, "bad", Ref(column, other.alias)))
                return


def bad_fact_cycle(gen: Generator, view: View):
    alias = view.tables[0].alias
    view.facts.append(Member("fact", alias, "bad1", Op("+", Ref("bad2"), Const(1))))
    view.facts.append(Member("fact", alias, "bad2", Op("+", Ref("bad1"), Const(1))))


def bad_metric_cycle(gen: Generator, view: View):
    alias = view.tables[0].alias
    view.metrics.append(Member("metric", alias, "bad1", Op("+", Ref("bad2"), Agg("count"))))
    view.metrics.append(Member("metric", alias, "bad2", Op("+", Ref("bad1"), Const(1))))


def bad_duplicate_member(gen: Generator, view: View):
    member = gen.rng.choice(view.dimensions)
    view.facts.append(Member("fact", member.table, member.name.upper(), Const(1)))


def bad_relationship_cycle(gen: Generator, view: View):
    if view.relationships:
        rel = gen.rng.choice(view.relationships)
        source = gen.graph.table(rel.source)
        target = gen.graph.table(rel.target)
        columns = tuple(list(target.columns)[: len(source.primary_key)])
        view.relationships.append(Relationship("bad", rel.target, columns, rel.source, source.primary_key))


def bad_two_defaults(gen: Generator, view: View):
    if view.relationships:
        rel = gen.rng.choice(view.relationships)
        rel.default = True
        view.relationships.append(dataclasses.replace(rel, name="bad", unnamed=False))


def bad_relationship_name(gen: Generator, view: View):
    if view.relationships:
        rel = gen.rng.choice(view.relationships)
        rel.name, rel.unnamed = gen.rng.choice(view.tables).alias.upper(), False


def bad_relationship_table(gen: Generator, view: View):
    if view.relationships:
        view.relationships[0].target = "no_such_table"


def bad_no_key(gen: Generator, view: View):
    if view.relationships:
        rel = gen.rng.choice(view.relationships)
        table = gen.graph.table(rel.target)
        kind = table.columns[gen.key_of(rel)[0]]
        other = [c for c, t in table.columns.items() if t == kind and (c,) not in table.keys()]
        if other and len(rel.columns) == 1:
            rel.target_columns = (gen.rng.choice(other),)


def bad_filter(gen: Generator, view: View):
    for a in view.tables:
        for b in view.tables:
            both = [t for t in view.tables if gen.graph.ways(t.alias, a.alias) and gen.graph.ways(t.alias, b.alias)]
            if not both:
                first, second = next(iter(a.columns)), next(iter(b.columns))
                view.filters.append(
                    Op("OR", IsNull(Ref(first, a.alias)), IsNull(Ref(second, b.alias)))
                )
                return


def bad_window(gen: Generator, view: View):
    dimension = gen.rng.choice(view.dimensions)
    call = Window("rank", order=[OrderBy(gen.ref_to(dimension, None))])
    metric = gen.rng.choice(view.metrics)
    view.metrics.append(Member("metric", None, "bad", Op("+", gen.ref_to(metric, None), call)))


def bad_aggregate_over_metric(gen: Generator, view: View):
    metric = gen.rng.choice([m for m in view.metrics])
    owner = metric.table or view.tables[0].alias
    view.metrics.append(Member("metric", owner, "bad", Agg("sum", gen.ref_to(metric, owner))))


def bad_aggregate_in_window(gen: Generator, view: View):
    alias = view.tables[0].alias
    column = next(iter(view.tables[0].columns))
    view.metrics.append(Member("metric", alias, "bad", Window("sum", Agg("count", Ref(column)))))


def bad_using(gen: Generator, view: View):
    metric = gen.rng.choice(view.metrics)
    unreached = [r.name for r in view.relationships if metric.table and not gen.graph.ways(metric.table, r.source)]
    if metric.table and gen.evaluator.own_aggregates(metric):
        metric.using = (gen.rng.choice(unreached + ["no_such_relationship"]),)


def bad_derived_name(gen: Generator, view: View):
    owned = [m for m in view.metrics if m.table is not None]
    if owned and len(view.tables) > 1:
        metric = gen.rng.choice(owned)
        view.metrics.append(Member("metric", None, metric.name, Op("*", Ref(metric.name, metric.table), Const(2))))


def bad_dimension_aggregates(gen: Generator, view: View):
    alias = view.tables[0].alias
    view.dimensions.append(Member("dimension", alias, "bad", Agg("count", Ref(next(iter(view.tables[0].columns))))))


def bad_metric_reads_column(gen: Generator, view: View):
    alias = view.tables[0].alias
    column = next(iter(view.tables[0].columns))
    view.metrics.append(Member("metric", alias, "bad", Op("+", Agg("count"), Ref(column))))


BAD = {name[4:]: function for name, function in list(globals().items()) if name.startswith("bad_")}
