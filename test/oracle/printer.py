"""Prints views as clause text, requests as calls, and tables as CREATE TABLE and INSERT."""

from __future__ import annotations

from evaluator import Item, Member, Relationship, Request, Table, View
from expressions import literal, quote

SQL_TYPES = {"int": "INTEGER", "text": "VARCHAR", "date": "DATE", "bool": "BOOLEAN", "dec": "DECIMAL(9,2)"}


def names(items) -> str:
    return ", ".join(quote(i) for i in items)


def table_text(table: Table) -> str:
    text = f"{quote(table.alias)} AS {table.source}"
    if table.primary_key:
        text += f" PRIMARY KEY ({names(table.primary_key)})"
    for key in table.unique_keys:
        text += f" UNIQUE ({names(key)})"
    return text


def relationship_text(rel: Relationship) -> str:
    text = "" if rel.unnamed else f"{quote(rel.name)} AS "
    text += f"{quote(rel.source)}({names(rel.columns)}) REFERENCES {quote(rel.target)}"
    if rel.target_columns:
        text += f"({names(rel.target_columns)})"
    if rel.default:
        text += " DEFAULT"
    if rel.assume:
        text += " ASSUME REFERENTIAL INTEGRITY"
    return text


def member_text(member: Member) -> str:
    text = "PRIVATE " if member.private else ""
    alias = None if member.unaliased else member.table
    text += f"{quote(alias)}.{quote(member.name)}" if alias else quote(member.name)
    if member.using:
        text += f" USING ({names(member.using)})"
    if member.non_additive:
        items = []
        for last in member.non_additive:
            item = last.dimension.sql() + (" DESC" if last.descending else "")
            items.append(item + (f" NULLS {last.nulls}" if last.nulls else ""))
        text += f" NON ADDITIVE BY ({', '.join(items)})"
        if member.per:
            text += f" PER ({', '.join(r.sql() for r in member.per)})"
    return f"{text} AS {member.expr.sql()}"


def view_text(view: View) -> str:
    clauses = [
        ("TABLES", [table_text(t) for t in view.tables]),
        ("RELATIONSHIPS", [relationship_text(r) for r in view.relationships]),
        ("FACTS", [member_text(m) for m in view.facts]),
        ("DIMENSIONS", [member_text(m) for m in view.dimensions]),
        ("METRICS", [member_text(m) for m in view.metrics]),
        ("FILTERS", [f.sql() for f in view.filters]),
    ]
    lines = []
    for keyword, items in clauses:
        if items:
            lines.append(f"{keyword} (\n  " + ",\n  ".join(items) + "\n)")
    return "\n".join(lines)


def item_text(item: Item) -> str:
    text = "*" if item.star else quote(item.name)
    if item.qualifier is not None:
        text = f"{quote(item.qualifier)}.{text}"
    return text + (f" AS {quote(item.rename)}" if item.rename else "")


def arguments(view_name: str, request: Request) -> list[tuple[str, str]]:
    result = [("view_name", literal(view_name))]
    for name, items in (
        ("dimensions", request.dimensions), ("metrics", request.metrics), ("facts", request.facts)
    ):
        if len(items) == 1 and request.single_as_text:
            result.append((name, literal(item_text(items[0]))))
        elif items:
            result.append((name, "[" + ", ".join(literal(item_text(i)) for i in items) + "]"))
    if request.where is not None:
        result.append(("where_clause", literal(request.where.sql())))
    return result


def call_text(view_name: str, request: Request) -> str:
    parts = [v if n == "view_name" else f"{n} := {v}" for n, v in arguments(view_name, request)]
    return f"semantic_view({', '.join(parts)})"


def sql_call_text(view_name: str, request: Request) -> str:
    given = dict(arguments(view_name, request))
    order = ("view_name", "dimensions", "metrics", "facts", "where_clause")
    return f"SELECT semantic_view_sql({', '.join(given.get(n, 'NULL') for n in order)})"


def create_table_text(name: str, columns: dict[str, str], rows: list[dict]) -> str:
    declared = ", ".join(f"{quote(c)} {SQL_TYPES[t]}" for c, t in columns.items())
    text = f"CREATE TABLE {quote(name)} ({declared});"
    if rows:
        values = ",\n  ".join("(" + ", ".join(literal(row[c]) for c in columns) + ")" for row in rows)
        text += f"\nINSERT INTO {quote(name)} VALUES\n  {values};"
    return text
