"""Whether Mermaid finds in the diagrams what the definitions say: every view of test/golden, drawn by the extension.

scripts/mermaid.sh runs it, where npm has installed what package.json names.
"""

import json
import subprocess
import sys
from pathlib import Path

import duckdb

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PARSER = ROOT / "build/mermaid/parse.mjs"
KINDS = {"facts": "fact", "dimensions": "dimension", "metrics": "metric"}


def views(con):
    """The name, diagram and stored definition of each golden definition."""
    for folder in ("good", "diagram"):
        for file in sorted((ROOT / "test/golden" / folder).iterdir()):
            text = file.read_bytes().decode().split("\n----\n")[0]
            call = "FROM semantic_ddl(?)" if file.suffix == ".stmt" else "SELECT define_semantic_view('v', ?)"
            con.execute(call, [text]).fetchall()
            (name, definition), = con.execute("SELECT name, definition FROM semantic_layer._definitions").fetchall()
            (diagram,), = con.execute("SELECT semantic_view_diagram(?)", [f'"{name}"']).fetchall()
            con.execute("DELETE FROM semantic_layer._definitions")
            yield f"{folder}/{file.name}", diagram, json.loads(definition)


def shown(name):
    """Control characters are shown by their pictures."""
    return name.translate({c: 0x2400 + c for c in range(32)} | {0x7F: 0x2421})


def member(attribute):
    """The kind and name of a member, and whether it is private; `private` stands behind a name that was changed."""
    comment = attribute["comment"] or ""
    name = comment.removesuffix("private").removesuffix(", ") or attribute["name"]
    return attribute["type"], name, comment.endswith("private")


def key_columns(document, table):
    """The key columns of a table in lower case, each with PK, FK, UK."""
    lists = [(table.get("primary_key", []), "PK")]
    lists += [(r["from_columns"], "FK") for r in document.get("relationships", [])
              if r["from"].lower() == table["name"].lower()]
    lists += [(key, "UK") for key in table.get("unique_keys", [])]
    found = {}
    for names, mark in lists:
        for name in names:
            marks = found.setdefault(shown(name).lower(), [])
            marks += [mark] if mark not in marks else []
    return found


def is_within(document, table, columns):
    """Whether the columns contain a key of the table."""
    keys = [table.get("primary_key", []), *table.get("unique_keys", [])]
    names = {column.lower() for column in columns}
    return any(key and {column.lower() for column in key} <= names for key in keys)


def expected(document):
    """Entities with their columns and members, and relationships, as check() makes them of what Mermaid found."""
    tables = {t["name"].lower(): t for t in document["tables"]}
    only = next(iter(tables)) if len(tables) == 1 else None
    entities = {shown(t["name"]): (key_columns(document, t), []) for t in document["tables"]}
    derived = []
    for key, kind in KINDS.items():
        for m in document.get(key, []):
            table = m.get("table", only)
            members = entities[shown(tables[table.lower()]["name"])][1] if table else derived
            members.append((kind, shown(m["name"]), m.get("private", False)))
    relationships = []
    for r in document.get("relationships", []):
        start, end = tables[r["from"].lower()], tables[r["to"].lower()]
        left = "ZERO_OR_ONE" if is_within(document, start, r["from_columns"]) else "ZERO_OR_MORE"
        right = "ONLY_ONE" if r.get("assume_referential_integrity") else "ZERO_OR_ONE"
        name = shown(r["name"]) if "name" in r else None
        default = " (default)" if r.get("default") else ""
        relationships.append((shown(start["name"]), left, right, shown(end["name"]), name, default))
    return entities, derived, relationships


def problems(diagram, document):
    """What Mermaid found that the definition does not say."""
    if "error" in diagram:
        yield diagram["error"]
        return
    if "base_table" in document:  # its columns and conditions are not drawn
        if len(diagram["relationships"]) != len(document.get("joins", [])):
            yield "not every join is drawn"
        return
    entities, derived, relationships = expected(document)
    drawn = {}
    for entity in diagram["entities"]:
        columns = {(a["comment"] or a["name"]).lower(): a["keys"] for a in entity["attributes"] if a["type"] == "column"}
        drawn[entity["name"]] = columns, [member(a) for a in entity["attributes"] if a["type"] != "column"]
    extra = [name for name in drawn if name not in entities]
    if [drawn.pop(name) for name in extra] != ([({}, derived)] if derived else []):
        yield f"derived metrics: {extra} instead of {derived}"
    if drawn != entities:
        yield f"tables:\n{drawn}\ninstead of\n{entities}"
    if len(relationships) != len(diagram["relationships"]):
        yield "not every relationship is drawn"
    for got, (start, left, right, end, name, default) in zip(diagram["relationships"], relationships):
        label = got["label"] if name is None else name + default
        if (got["from"], got["left"], got["right"], got["to"], got["label"]) != (start, left, right, end, label):
            yield f"relationship {got} instead of {start} {left} {right} {end} {name}{default}"


def main():
    con = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    con.load_extension(sys.argv[1])
    all_views = list(views(con))
    texts = json.dumps([diagram for _, diagram, _ in all_views])
    answer = subprocess.run(["node", PARSER], input=texts, capture_output=True, text=True, check=True).stdout
    wrong = 0
    for version, diagrams in json.loads(answer).items():
        for (name, text, document), diagram in zip(all_views, diagrams, strict=True):
            for problem in problems(diagram, document):
                wrong += 1
                print(f"Mermaid {version.removeprefix('npm:mermaid@')}, {name}: {problem}\n{text}\n", file=sys.stderr)
        print(f"Mermaid {version.removeprefix('npm:mermaid@')} read {len(diagrams)} diagrams")
    sys.exit(wrong > 0)


main()
