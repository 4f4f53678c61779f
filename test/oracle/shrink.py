"""Makes a failing case small: takes parts away as long as it still fails."""

from __future__ import annotations

import copy
import dataclasses

from evaluator import Request, View
from expressions import Node
from generator import GeneratedCase

BUDGET = 1000


def rebuilt(case: GeneratedCase, view: View, rows: dict[str, list[dict]], without=()) -> GeneratedCase:
    """A copy with other rows, or `without` some (table, column), shared by all aliases of a table."""
    physical, by_columns = [], {}
    for old in case.physical:
        columns = {c: t for c, t in old.columns.items() if (old.name, c) not in without}
        # Tables are matched by the identity of their columns, so that stays when nothing goes.
        columns = old.columns if columns == old.columns else columns
        kept = [{c: row[c] for c in columns} for row in rows[old.name]]
        by_columns[id(old.columns)] = new = dataclasses.replace(old, columns=columns, rows=kept)
        physical.append(new)
    tables = []
    for old in view.tables:
        new = by_columns[id(old.columns)]
        keys = [k for k in old.unique_keys if set(k) <= set(new.columns)]
        tables.append(dataclasses.replace(old, columns=new.columns, rows=new.rows, unique_keys=keys))
    return GeneratedCase(case.seed, physical, dataclasses.replace(view, tables=tables), case.generator)


def smaller_lists(items: list):
    """Halves first, then single items."""
    size = max(1, len(items) // 2) if items else 0
    while size >= 1:
        for start in range(0, len(items), size):
            yield items[:start] + items[start + size:]
        size //= 2


def child_fields(node: Node):
    for field in dataclasses.fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Node):
            yield field.name, value


def simpler_expressions(expr: Node):
    """The expression with one node replaced by one of its own children."""
    for child in expr.children():
        if isinstance(child, Node):
            yield child
    for name, child in child_fields(expr):
        for simpler in simpler_expressions(child):
            changed = copy.copy(expr)
            setattr(changed, name, simpler)
            yield changed
        if name == "where":
            changed = copy.copy(expr)
            changed.where = None
            yield changed
    for position, child in enumerate(getattr(expr, "args", [])):
        for simpler in simpler_expressions(child):
            changed = copy.copy(expr)
            changed.args = expr.args[:position] + [simpler] + expr.args[position + 1:]
            yield changed


def keeps_assumptions(case: GeneratedCase) -> bool:
    """Whether every row still finds its row where the author vouches for it: else any answer would do."""
    tables = {t.alias: t for t in case.view.tables}
    for rel in case.view.relationships:
        if rel.assume:
            there = rel.target_columns or tables[rel.target].primary_key
            keys = {tuple(row[c] for c in there) for row in tables[rel.target].rows}
            held = {tuple(row[c] for c in rel.columns) for row in tables[rel.source].rows}
            if not held <= keys or any(None in h for h in held):
                return False
    return True


class Shrinker:
    def __init__(self, case: GeneratedCase, request: Request | None, fails):
        self.case, self.request, self.fails = case, request, fails
        self.tries = 0

    def attempt(self, case: GeneratedCase, request: Request | None) -> bool:
        if self.tries >= BUDGET:
            return False
        self.tries += 1
        try:
            failed = keeps_assumptions(case) and self.fails(case, request)
        except Exception:
            # A part was taken away that another part needs.
            failed = False
        if failed:
            self.case, self.request = case, request
        return failed

    def rows(self) -> dict[str, list[dict]]:
        return {p.name: p.rows for p in self.case.physical}

    def with_view(self, **changes) -> GeneratedCase:
        return rebuilt(self.case, dataclasses.replace(self.case.view, **changes), self.rows())

    def run(self):
        while True:
            before = self.tries
            changed = self.shrink_request() | self.shrink_members() | self.shrink_rows() | self.shrink_schema()
            changed |= self.shrink_expressions() | self.shrink_columns() | self.shrink_sources()
            if not changed or self.tries >= BUDGET or self.tries == before:
                self.drop_unused_tables()
                return self.case, self.request

    def each(self, items: list, build) -> bool:
        """Takes items away while it still fails; `build` makes the attempt from a shorter list."""
        changed, again = False, True
        while again:
            again = False
            for shorter in smaller_lists(items):
                if self.attempt(*build(shorter)):
                    items, changed, again = shorter, True, True
                    break
        return changed

    def shrink_request(self) -> bool:
        changed = False
        if self.request is None:
            return False
        if self.request.where is not None:
            changed |= self.attempt(self.case, dataclasses.replace(self.request, where=None))
        for name in ("metrics", "dimensions", "facts"):
            changed |= self.each(
                getattr(self.request, name),
                lambda shorter: (self.case, dataclasses.replace(self.request, **{name: shorter})),
            )
        if self.request.where is not None:
            changed |= self.simplify(
                lambda: self.request.where,
                lambda expr: (self.case, dataclasses.replace(self.request, where=expr)),
            )
        return changed

    def shrink_members(self) -> bool:
        changed = False
        for name in ("metrics", "filters", "dimensions", "facts", "relationships"):
            changed |= self.each(
                getattr(self.case.view, name), lambda shorter: (self.with_view(**{name: shorter}), self.request)
            )
        return changed

    def shrink_rows(self) -> bool:
        changed = False
        for name in [p.name for p in self.case.physical]:
            changed |= self.each(
                self.rows()[name],
                lambda shorter: (
                    rebuilt(self.case, self.case.view, {**self.rows(), name: shorter}), self.request
                ),
            )
        return changed

    def shrink_schema(self) -> bool:
        return self.each(self.case.view.tables, lambda shorter: (self.with_view(tables=shorter), self.request))

    def simplify(self, current, build) -> bool:
        changed, again = False, True
        while again:
            again = False
            for simpler in simpler_expressions(current()):
                if self.attempt(*build(simpler)):
                    changed = again = True
                    break
        return changed

    def shrink_expressions(self) -> bool:
        changed = False
        for name in ("facts", "dimensions", "metrics"):
            for position in range(len(getattr(self.case.view, name))):
                def build(expr, **more):
                    members = list(getattr(self.case.view, name))
                    members[position] = dataclasses.replace(members[position], expr=expr, **more)
                    return self.with_view(**{name: members}), self.request

                def current():
                    return getattr(self.case.view, name)[position].expr

                changed |= self.simplify(current, build)
                member = getattr(self.case.view, name)[position]
                for more in ({"using": ()}, {"per": []}, {"non_additive": [], "per": []}):
                    if any(getattr(member, key) for key in more):
                        changed |= self.attempt(*build(current(), **more))
        for position in range(len(self.case.view.filters)):
            def build_filter(expr):
                filters = list(self.case.view.filters)
                filters[position] = expr
                return self.with_view(filters=filters), self.request

            changed |= self.simplify(lambda: self.case.view.filters[position], build_filter)
        return changed

    def shrink_columns(self) -> bool:
        changed = False
        for name in [p.name for p in self.case.physical]:
            columns = next(p.columns for p in self.case.physical if p.name == name)
            for column in list(columns):
                smaller = rebuilt(self.case, self.case.view, self.rows(), {(name, column)})
                changed |= self.attempt(smaller, self.request)
        return changed

    def shrink_sources(self) -> bool:
        changed = False
        for position, table in enumerate(self.case.view.tables):
            plain = next(p.name for p in self.case.physical if p.columns is table.columns)
            if table.source != plain:
                tables = list(self.case.view.tables)
                tables[position] = dataclasses.replace(table, source=plain)
                changed |= self.attempt(self.with_view(tables=tables), self.request)
        return changed

    def drop_unused_tables(self):
        used = {id(t.columns) for t in self.case.view.tables}
        self.case = dataclasses.replace(
            self.case, physical=[p for p in self.case.physical if id(p.columns) in used]
        )


def shrink(case: GeneratedCase, request: Request | None, fails):
    """The smallest case found for which `fails(case, request)` still holds."""
    return Shrinker(case, request, fails).run()
