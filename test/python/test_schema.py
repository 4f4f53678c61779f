"""docs/schema.json says what the extension takes: every good definition fits it, and bad ones do not."""

import json
import re
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = sorted((ROOT / "test/golden/good").iterdir())
SCHEMA = json.loads((ROOT / "docs/schema.json").read_text(encoding="utf-8"))

# Bad definitions whose fault is one of form. Others are bad in what their texts mean, or are no JSON.
BAD = """json_empty_names json_label json_metric_keys_on_fact json_missing_keys json_no_members json_no_tables
    json_non_additive json_per_alone json_private_dimension json_tables_empty json_unknown_keys json_version
    json_version_type json_wrong_types""".split()

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool}
NOTES = {"$schema", "$defs", "title", "description", "default", "then", "else"}


def problems(value, schema, place="$"):
    """What a value has against a schema: the keywords that schema.json uses, no others."""
    found = []
    for keyword, rule in schema.items():
        if keyword == "$ref":
            found += problems(value, SCHEMA["$defs"][rule.removeprefix("#/$defs/")], place)
        elif keyword == "type":
            found += [] if isinstance(value, TYPES[rule]) else [f"{place} is no {rule}"]
        elif keyword == "const":
            found += [] if value == rule and type(value) is type(rule) else [f"{place} is not {rule}"]
        elif keyword == "enum":
            found += [] if value in rule else [f"{place} is none of {rule}"]
        elif keyword == "anyOf":
            found += [] if any(not problems(value, each, place) for each in rule) else [f"{place} fits nothing"]
        elif keyword == "if":
            branch = "then" if not problems(value, rule, place) else "else"
            found += problems(value, schema.get(branch, {}), place)
        elif keyword == "required":
            found += [f"{place} has no {key}" for key in rule if isinstance(value, dict) and key not in value]
        elif keyword == "properties":
            for key, inner in rule.items():
                if isinstance(value, dict) and key in value:
                    found += problems(value[key], inner, f"{place}.{key}")
        elif keyword == "additionalProperties":
            assert rule is False
            known = schema["properties"]
            found += [f"{place} has {key}" for key in value if key not in known] if isinstance(value, dict) else []
        elif keyword == "items":
            for i, item in enumerate(value if isinstance(value, list) else []):
                found += problems(item, rule, f"{place}[{i}]")
        elif keyword in ("minItems", "minLength"):
            kind = list if keyword == "minItems" else str
            found += [f"{place} is empty"] if isinstance(value, kind) and len(value) < rule else []
        elif keyword == "pattern":
            found += [] if not isinstance(value, str) or re.search(rule, value) else [f"{place} is not as {rule}"]
        else:
            assert keyword in NOTES, f"this test does not know {keyword}"
    return found


def text_of(file):
    return file.read_bytes().decode().removeprefix("\ufeff")


@pytest.fixture(scope="module")
def shared(extension_path):
    """One connection for all: making one takes longer than defining a view."""
    con = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    con.load_extension(extension_path)
    yield con
    con.close()


def stored(con):
    return json.loads(con.execute("SELECT definition FROM semantic_layer._definitions").fetchone()[0])


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.name)
def test_a_good_definition_fits_as_it_is_stored(shared, file):
    shared.execute("DELETE FROM semantic_layer._definitions")
    text = file.read_bytes().decode()
    if file.suffix == ".stmt":
        shared.execute("FROM semantic_ddl(?)", [text]).fetchall()
    else:
        shared.execute("SELECT define_semantic_view('v', ?)", [text]).fetchall()
    assert problems(stored(shared), SCHEMA) == []


@pytest.mark.parametrize("file", [f for f in GOOD if text_of(f).lstrip().startswith("{")], ids=lambda file: file.name)
def test_good_json_fits_as_it_is_written(file):
    assert problems(json.loads(text_of(file)), SCHEMA) == []


@pytest.mark.parametrize("name", BAD)
def test_a_bad_definition_does_not_fit(name):
    text, _, _ = (ROOT / f"test/golden/definitions/{name}.def").read_text(encoding="utf-8").partition("\n----\n")
    assert problems(json.loads(text), SCHEMA)


def test_the_fields_are_those_that_the_extension_knows(con):
    """An unknown key's message lists the known ones; the schema has the same."""
    member = '"name": "n", "expr": "1"'
    places = {
        "table": '{"tables": [{"name": "t", "?": 1}], "facts": [{%s}]}' % member,
        "relationship": '{"tables": [{"name": "t"}], "relationships": [{"?": 1}], "facts": [{%s}]}' % member,
        "fact": '{"tables": [{"name": "t"}], "facts": [{%s, "?": 1}]}' % member,
        "metric": '{"tables": [{"name": "t"}], "metrics": [{%s, "?": 1}]}' % member,
        "full_form": '{"tables": [{"name": "t"}], "facts": [{%s}], "?": 1}' % member,
        "seed_form": '{"base_table": "t", "dimensions": [{%s}], "metrics": [], "?": 1}' % member,
    }
    for name, text in places.items():
        with pytest.raises(Exception, match="It may have") as error:
            con.execute("SELECT define_semantic_view('v', ?)", [text]).fetchall()
        listed = set(re.search(r"It may have ([\w, ]+)", str(error.value))[1].split(", "))
        assert set(SCHEMA["$defs"][name]["properties"]) - {"version", "created_on", "resolved"} == listed, name
