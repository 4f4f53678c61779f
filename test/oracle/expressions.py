"""A small expression language: every node computes a value and prints itself as SQL.

Values are Python values, None is NULL. Nodes compare by identity, because one expression may
hold two equal aggregate calls and each has a result of its own.

A node is computed in an environment that knows what names mean:

    env.ref(node)         the value of a name
    env.aggregate(node)   the finished value of an aggregate call
    env.window(node)      the finished value of a window call
"""

from __future__ import annotations

import datetime
import decimal
import functools
import re
from dataclasses import dataclass, field

BARE_NAME = re.compile(r"[a-z_][a-z0-9_]*$", re.IGNORECASE)


RESERVED = {"order", "group", "select", "table", "where", "end", "all", "desc"}


def quote(name: str) -> str:
    if BARE_NAME.match(name) and name.lower() not in RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def literal(value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, (int, float, decimal.Decimal)):
        return f"({value})" if value < 0 else str(value)
    raise TypeError(f"no literal for {value!r}")


def default_ref(node: "Ref") -> str:
    return quote(node.name) if node.qualifier is None else f"{quote(node.qualifier)}.{quote(node.name)}"


class Node:
    def children(self) -> list["Node"]:
        return []

    def eval(self, env):
        raise NotImplementedError

    def sql(self, ref=default_ref) -> str:
        """The node as SQL; `ref` prints the names, so that tests can print other names."""
        raise NotImplementedError

    def __str__(self):
        return self.sql()


@dataclass(eq=False)
class Const(Node):
    value: object

    def eval(self, env):
        return self.value

    def sql(self, ref=default_ref):
        return literal(self.value)


@dataclass(eq=False)
class Ref(Node):
    """`name`, `alias.name` or `relationship.name`."""

    name: str
    qualifier: str | None = None

    def eval(self, env):
        return env.ref(self)

    def sql(self, ref=default_ref):
        return ref(self)


def three_valued_and(a, b):
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def three_valued_or(a, b):
    if a is True or b is True:
        return True
    return None if a is None or b is None else False


BINARY = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "||": lambda a, b: a + b,
}


@dataclass(eq=False)
class Op(Node):
    """A binary operator. A NULL operand makes it NULL, except for AND, OR and IS DISTINCT FROM."""

    op: str
    left: Node
    right: Node

    def children(self):
        return [self.left, self.right]

    def eval(self, env):
        a, b = self.left.eval(env), self.right.eval(env)
        if self.op == "AND":
            return three_valued_and(a, b)
        if self.op == "OR":
            return three_valued_or(a, b)
        if self.op == "IS DISTINCT FROM":
            return (a is None) != (b is None) or (a is not None and a != b)
        if a is None or b is None:
            return None
        if self.op == "/":
            # Only ever printed with nullif(..., 0) below it, since versions differ on x / 0.
            return float(a) / float(b)
        return BINARY[self.op](a, b)

    def sql(self, ref=default_ref):
        return f"({self.left.sql(ref)} {self.op} {self.right.sql(ref)})"


@dataclass(eq=False)
class Not(Node):
    arg: Node

    def children(self):
        return [self.arg]

    def eval(self, env):
        value = self.arg.eval(env)
        return None if value is None else not value

    def sql(self, ref=default_ref):
        return f"(NOT {self.arg.sql(ref)})"


@dataclass(eq=False)
class IsNull(Node):
    arg: Node
    negated: bool = False

    def children(self):
        return [self.arg]

    def eval(self, env):
        return (self.arg.eval(env) is None) != self.negated

    def sql(self, ref=default_ref):
        return f"({self.arg.sql(ref)} IS {'NOT ' if self.negated else ''}NULL)"


@dataclass(eq=False)
class In(Node):
    arg: Node
    values: list

    def children(self):
        return [self.arg]

    def eval(self, env):
        value = self.arg.eval(env)
        if value is None:
            return None
        if any(v is not None and v == value for v in self.values):
            return True
        return None if None in self.values else False

    def sql(self, ref=default_ref):
        return f"({self.arg.sql(ref)} IN ({', '.join(literal(v) for v in self.values)}))"


@dataclass(eq=False)
class Between(Node):
    arg: Node
    low: object
    high: object

    def children(self):
        return [self.arg]

    def eval(self, env):
        value = self.arg.eval(env)
        return None if value is None else self.low <= value <= self.high

    def sql(self, ref=default_ref):
        return f"({self.arg.sql(ref)} BETWEEN {literal(self.low)} AND {literal(self.high)})"


@dataclass(eq=False)
class StartsLike(Node):
    """`arg LIKE 'prefix%'`."""

    arg: Node
    prefix: str

    def children(self):
        return [self.arg]

    def eval(self, env):
        value = self.arg.eval(env)
        return None if value is None else value.startswith(self.prefix)

    def sql(self, ref=default_ref):
        return f"({self.arg.sql(ref)} LIKE {literal(self.prefix + '%')})"


@dataclass(eq=False)
class Case(Node):
    """CASE WHEN condition THEN value [ELSE value] END."""

    condition: Node
    then: Node
    otherwise: Node | None = None

    def children(self):
        return [self.condition, self.then] + ([self.otherwise] if self.otherwise else [])

    def eval(self, env):
        if self.condition.eval(env) is True:
            return self.then.eval(env)
        return self.otherwise.eval(env) if self.otherwise else None

    def sql(self, ref=default_ref):
        otherwise = f" ELSE {self.otherwise.sql(ref)}" if self.otherwise else ""
        return f"CASE WHEN {self.condition.sql(ref)} THEN {self.then.sql(ref)}{otherwise} END"


def null_in_null_out(function):
    return lambda *args: None if None in args else function(*args)


FUNCTIONS = {
    "coalesce": lambda *args: next((a for a in args if a is not None), None),
    "nullif": lambda a, b: None if a is not None and b is not None and a == b else a,
    "upper": null_in_null_out(str.upper),
    "lower": null_in_null_out(str.lower),
    "length": null_in_null_out(len),
    "abs": null_in_null_out(abs),
}


@dataclass(eq=False)
class Func(Node):
    name: str
    args: list[Node]

    def children(self):
        return self.args

    def eval(self, env):
        return FUNCTIONS[self.name](*[a.eval(env) for a in self.args])

    def sql(self, ref=default_ref):
        return f"{self.name}({', '.join(a.sql(ref) for a in self.args)})"


def fold_aggregate(func: str, values: list):
    """An aggregate over values that are already filtered and distinct; NULLs are still there."""
    if func == "list":
        return [v for v in sorted(values, key=lambda v: (v is None, v if v is not None else 0))] or None
    values = [v for v in values if v is not None]
    if func == "count":
        return len(values)
    if not values:
        return None
    if func == "sum":
        return functools.reduce(lambda a, b: a + b, values, 0)  # of truths too it is a number
    if func == "avg":
        return float(functools.reduce(lambda a, b: a + b, values)) / len(values)
    if func == "min":
        return min(values)
    if func == "max":
        return max(values)
    raise ValueError(func)


@dataclass(eq=False)
class Agg(Node):
    """An aggregate call; no argument is count(*). `list` is always ordered by its argument."""

    func: str
    arg: Node | None = None
    distinct: bool = False
    where: Node | None = None

    def children(self):
        return [n for n in (self.arg, self.where) if n is not None]

    def eval(self, env):
        return env.aggregate(self)

    def over(self, envs) -> object:
        """The value over rows, each given as an environment."""
        values = []
        for env in envs:
            if self.where is not None and self.where.eval(env) is not True:
                continue
            values.append(True if self.arg is None else self.arg.eval(env))
        if self.distinct:
            values = list(dict.fromkeys(values))
        return fold_aggregate(self.func, values)

    def sql(self, ref=default_ref):
        arg = "*" if self.arg is None else self.arg.sql(ref)
        order = f" ORDER BY {arg}" if self.func == "list" else ""
        where = f" FILTER (WHERE {self.where.sql(ref)})" if self.where is not None else ""
        return f"{self.func}({'DISTINCT ' if self.distinct else ''}{arg}{order}){where}"


@dataclass(eq=False)
class OrderBy:
    """One item of an ORDER BY, with DuckDB's default: NULL is last, also with DESC."""

    expr: Node
    descending: bool = False


def compare_ordered(order: list[OrderBy], a: list, b: list) -> int:
    for item, x, y in zip(order, a, b):
        if x is None or y is None:
            if (x is None) != (y is None):
                return 1 if x is None else -1
        elif x != y:
            result = -1 if x < y else 1
            return -result if item.descending else result
    return 0


@dataclass(eq=False)
class Window(Node):
    """A window call over finished groups. At most one of `partition` and `excluding` is given."""

    func: str
    arg: Node | None = None
    partition: list[Ref] | None = None
    excluding: list[Ref] | None = None
    order: list[OrderBy] = field(default_factory=list)

    def children(self):
        named = list(self.partition or []) + list(self.excluding or []) + [o.expr for o in self.order]
        return ([self.arg] if self.arg is not None else []) + named

    def eval(self, env):
        return env.window(self)

    def sql(self, ref=default_ref):
        parts = []
        if self.partition is not None:
            parts.append("PARTITION BY " + ", ".join(r.sql(ref) for r in self.partition))
        if self.excluding is not None:
            parts.append("PARTITION BY EXCLUDING " + ", ".join(r.sql(ref) for r in self.excluding))
        if self.order:
            items = [o.expr.sql(ref) + (" DESC" if o.descending else "") for o in self.order]
            parts.append("ORDER BY " + ", ".join(items))
        arg = "" if self.arg is None else self.arg.sql(ref)
        if self.arg is None and self.func == "count":
            arg = "*"
        return f"{self.func}({arg}) OVER ({' '.join(parts)})"


def nodes(expr: Node, into_aggregates=True, into_windows=True):
    """All nodes of an expression, the root first."""
    yield expr
    if isinstance(expr, Agg) and not into_aggregates:
        return
    if isinstance(expr, Window) and not into_windows:
        return
    for child in expr.children():
        yield from nodes(child, into_aggregates, into_windows)


def refs(expr: Node, into_aggregates=True, into_windows=True) -> list[Ref]:
    return [n for n in nodes(expr, into_aggregates, into_windows) if isinstance(n, Ref)]


def aggregates(expr: Node) -> list[Agg]:
    return [n for n in nodes(expr) if isinstance(n, Agg)]


def windows(expr: Node) -> list[Window]:
    return [n for n in nodes(expr) if isinstance(n, Window)]
