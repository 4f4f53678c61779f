"""The same answers a second way: SQL of flat joins and correlated subqueries that DuckDB runs.

It exists to check the evaluator's arithmetic, three-valued logic, joins, aggregates and windows
against DuckDB itself. Nothing here is meant to be fast or short. Which way leads to a table is
asked of the evaluator. `NotCovered` is raised for what is left out.
"""

from __future__ import annotations

import copy
import dataclasses

from evaluator import Evaluator, Member, Request, Target
from expressions import Node, aggregates, quote, refs, windows


class NotCovered(Exception):
    pass


class Select:
    """One SELECT from a home table; tables along a way are joined once each, flat and left."""

    counter = 0

    def __init__(self, evaluator: Evaluator, home: str, using=()):
        self.evaluator, self.home, self.using = evaluator, home, using
        self.joins: dict[tuple, str] = {}
        self.lines: list[str] = []
        self.root = self.fresh()
        self.lines.append(f"{self.source(home)} AS {self.root}")

    @staticmethod
    def fresh() -> str:
        Select.counter += 1
        return f"n{Select.counter}"

    def source(self, alias: str) -> str:
        # The marker tells a row that was found from one that was not.
        return f"(SELECT *, true AS found_row FROM {self.evaluator.table(alias).source} AS s)"

    def join(self, way: tuple, start: str | None = None) -> str:
        """The alias under which the table at the end of a way is joined."""
        alias = start or self.root
        for name, to, forward in way:
            key = (alias, name, forward)
            if key not in self.joins:
                rel = self.evaluator.relationships[name]
                here, there = rel.columns, self.evaluator.target_columns(rel)
                if not forward:
                    here, there = there, here
                fresh = self.fresh()
                condition = " AND ".join(
                    f"{alias}.{quote(a)} = {fresh}.{quote(b)}" for a, b in zip(here, there)
                )
                self.lines.append(f"LEFT JOIN {self.source(to)} AS {fresh} ON {condition}")
                self.joins[key] = fresh
            alias = self.joins[key]
        return alias

    def target(self, at: str, alias: str, target: Target, using=()) -> str:
        ev = self.evaluator
        found = self.join(ev.choose(at, target.table, target.role, using), alias)
        if target.member is None:
            return f"{found}.{quote(target.column)}"
        return self.member(target.member, found)

    def member(self, member: Member, alias: str) -> str:
        if aggregates(member.expr):
            return self.aggregated(member, alias)
        resolve = self.evaluator.resolve_in(member.table, member)
        return "(" + member.expr.sql(lambda r: self.target(member.table, alias, resolve(r))) + ")"

    def aggregated(self, member: Member, alias: str) -> str:
        """A correlated subquery for the finer table, and NULL for a row that was not found."""
        ev = self.evaluator
        resolve = ev.resolve_in(member.table, member)
        finer = {ev.finer_table(member, agg) for agg in aggregates(member.expr)}
        if len(finer) != 1 or refs(member.expr, into_aggregates=False):
            raise NotCovered("a fact with more than aggregates of one table")
        inner = Select(ev, finer.pop())
        text = member.expr.sql(lambda r: inner.target(inner.home, inner.root, resolve(r)))
        owner = inner.join(ev.choose(inner.home, member.table))
        key = next(iter(ev.table(member.table).keys()), None)
        if key is None:
            raise NotCovered("no key to correlate by")
        same_row = [f"{owner}.{quote(c)} = {alias}.{quote(c)}" for c in key]
        filters = ev.filters_inside(member, inner.home)
        conditions = same_row + [inner.predicate(f, ev.resolve_filter) for f in filters]
        subquery = f"(SELECT {text} FROM {' '.join(inner.lines)} WHERE {' AND '.join(conditions)})"
        return f"CASE WHEN {alias}.found_row THEN {subquery} END"

    def tail(self, where) -> str:
        """FROM, with the joins needed so far and for the conditions, and WHERE."""
        ev = self.evaluator
        conditions = [self.predicate(f, ev.resolve_filter) for f in ev.filters_from(self.home)]
        if where is not None:
            conditions.append(self.predicate(where, ev.resolve_where))
        text = f"FROM {' '.join(self.lines)}"
        return text + (f"\nWHERE {' AND '.join(conditions)}" if conditions else "")

    def predicate(self, expr, resolve) -> str:
        return expr.sql(lambda r: self.target(self.home, self.root, resolve(r), self.using))


@dataclasses.dataclass(eq=False)
class Raw(Node):
    """SQL text in the place of a node."""

    text: str

    def sql(self, ref=None):
        return self.text


def replaced(node: Node, texts: dict) -> Node:
    """A copy in which some nodes are SQL text."""
    if node in texts:
        return Raw(texts[node])
    changed = copy.copy(node)
    for field in dataclasses.fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Node):
            setattr(changed, field.name, replaced(value, texts))
        elif isinstance(value, list) and value and isinstance(value[0], Node):
            setattr(changed, field.name, [replaced(v, texts) for v in value])
    return changed


def naive_sql(evaluator: Evaluator, request: Request) -> str:
    ev = evaluator
    dimensions = ev.columns(request.dimensions, "dimension", ev.view.dimensions)
    facts = ev.columns(request.facts, "fact", ev.view.facts)
    metrics = [m for _, m in ev.metric_columns(request.metrics)]
    if metrics:
        return MetricsSql(ev, dimensions, metrics, request.where).sql()
    home = ev.plain_home([c.target for c in dimensions + facts], request.where)
    select = Select(ev, home)
    columns = [select.target(home, select.root, c.target) for c in dimensions + facts]
    return f"SELECT {'' if facts else 'DISTINCT '}{', '.join(columns)}\n{select.tail(request.where)}"


class MetricsSql:
    """One row-level query and one aggregation for each metric, a LEFT JOIN from all keys, then the expressions."""

    def __init__(self, ev: Evaluator, dimensions, metrics, where):
        self.ev, self.dimensions, self.metrics, self.where = ev, dimensions, metrics, where
        self.keys = [f"k{i}" for i in range(len(dimensions))]
        self.ordered: list[Member] = []
        for metric in metrics:
            self.visit(metric)
        self.number = {m: i for i, m in enumerate(self.ordered)}

    def visit(self, metric: Member):
        for named in self.ev.named_metrics(metric):
            self.visit(named)
        if metric not in self.ordered:
            self.ordered.append(metric)

    def rows(self, metric: Member) -> str:
        """The metric's rows with their keys, the inputs of its aggregates, and whether they are last."""
        ev, using = self.ev, metric.using
        select = Select(ev, metric.table.lower(), using)

        def at(target):
            return select.target(select.home, select.root, target, using)

        keys = [at(c.target) for c in self.dimensions]
        columns = [f"{text} AS {name}" for text, name in zip(keys, self.keys)]
        resolve = ev.resolve_in(metric.table, metric)
        for i, agg in enumerate(ev.own_aggregates(metric)):
            arg = "true" if agg.arg is None else agg.arg.sql(lambda r: at(resolve(r)))
            where = "true" if agg.where is None else agg.where.sql(lambda r: at(resolve(r)))
            columns += [f"{arg} AS a{i}", f"{where} AS w{i}"]
        order = []
        queried = {
            (c.target.member, ev.choose(metric.table, c.target.table, c.target.role, using)) for c in self.dimensions
        }
        for last in metric.non_additive:
            dimension = ev.dimension_named(last.dimension, metric.table)
            if (dimension, ev.choose(metric.table, dimension.table, None, using)) not in queried:
                text = at(Target(dimension.table.lower(), None, dimension))
                nulls = "FIRST" if last.nulls == "LAST" else "LAST"
                order.append(f"{text} {'ASC' if last.descending else 'DESC'} NULLS {nulls}")
        if order:
            per = [ev.dimension_named(r, metric.table) for r in metric.per]
            parts = keys + [at(Target(d.table.lower(), None, d)) for d in per]
            partition = f"PARTITION BY {', '.join(parts)} " if parts else ""
            columns.append(f"dense_rank() OVER ({partition}ORDER BY {', '.join(order)}) = 1 AS is_last")
        else:
            columns.append("true AS is_last")
        return f"SELECT {', '.join(columns)}\n{select.tail(self.where)}"

    def calls(self, metric: Member) -> list[str]:
        result = []
        for i, agg in enumerate(self.ev.own_aggregates(metric)):
            order = f" ORDER BY a{i}" if agg.func == "list" else ""
            distinct = "DISTINCT " if agg.distinct else ""
            result.append(f"{agg.func}({distinct}a{i}{order}) FILTER (WHERE w{i} AND is_last) AS v{i}")
        return result

    def sql(self) -> str:
        parts, joins, columns = [], [], [f"keys.{k}" for k in self.keys]
        own = [m for m in self.ordered if self.ev.own_aggregates(m)]
        for metric in own:
            i = self.number[metric]
            calls = ", ".join(self.calls(metric))
            group = f"GROUP BY {', '.join(self.keys)}" if self.keys else ""
            parts.append(f"rows{i} AS ({self.rows(metric)})")
            parts.append(f"groups{i} AS (SELECT {''.join(k + ', ' for k in self.keys)}{calls} FROM rows{i} {group})")
            parts.append(f"empty{i} AS (SELECT {calls} FROM rows{i} WHERE false)")
            same_key = " AND ".join(f"keys.{k} IS NOT DISTINCT FROM g{i}.{k}" for k in self.keys) or "true"
            joins.append(f"LEFT JOIN (SELECT *, true AS here FROM groups{i}) AS g{i} ON {same_key} CROSS JOIN empty{i}")
            columns.append(f"g{i}.here IS NOT NULL AS h{i}")
            for c in range(len(self.ev.own_aggregates(metric))):
                columns.append(f"CASE WHEN g{i}.here THEN g{i}.v{c} ELSE empty{i}.v{c} END AS v{i}_{c}")
        if self.keys:
            union = " UNION ".join(f"SELECT {', '.join(self.keys)} FROM groups{self.number[m]}" for m in own)
            parts.append(f"keys AS ({union})")
        else:
            parts.append("keys AS (SELECT 1)")
        parts.append(f"stage AS (SELECT {', '.join(columns)} FROM keys {' '.join(joins)})")
        before = "stage"
        for metric in self.ordered:
            i = self.number[metric]
            parts.append(f"stage{i} AS (SELECT *, {self.finished(metric)} FROM {before})")
            before = f"stage{i}"
        wanted = self.keys + [f"m{self.number[m]}" for m in self.metrics]
        return "WITH " + ",\n".join(parts) + f"\nSELECT {', '.join(wanted)} FROM {before}"

    def finished(self, metric: Member) -> str:
        """The metric's value as m<number>, and as r<number> whether it has rows in the group."""
        ev, i = self.ev, self.number[metric]
        named = ev.named_metrics(metric)
        present = [f"r{self.number[m]}" for m in named]
        in_window = " OR ".join(present) or "true"
        own = ev.own_aggregates(metric)
        has = " OR ".join(present + ([f"h{i}"] if own else [])) if self.keys else "true"
        texts = {agg: f"v{i}_{c}" for c, agg in enumerate(own)}
        for call in windows(metric.expr):
            texts[call] = self.window(call, metric, in_window)
        text = replaced(metric.expr, texts).sql(lambda r: self.name(r, metric))
        return f"{text} AS m{i}, ({has}) AS r{i}"

    def name(self, ref, metric: Member) -> str:
        named = self.ev.metric_named(ref, metric.table)
        if named is not None:
            return f"m{self.number[named]}"
        dimension = self.ev.dimension_named(ref, metric.table)
        return self.keys[[c.target.member for c in self.dimensions].index(dimension)]

    def window(self, call, metric: Member, in_window: str) -> str:
        def name(ref):
            return self.name(ref, metric)

        partition = [f"({in_window})"]
        if call.partition is not None:
            partition += [name(r) for r in call.partition]
        if call.excluding is not None:
            partition += [k for k in self.keys if k not in [name(r) for r in call.excluding]]
        order = ", ".join(o.expr.sql(name) + (" DESC" if o.descending else "") for o in call.order)
        arg = call.arg.sql(name) if call.arg is not None else ""
        over = f"PARTITION BY {', '.join(partition)}" + (f" ORDER BY {order}" if order else "")
        return f"CASE WHEN {in_window} THEN {call.func}({arg}) OVER ({over}) END"
