"""What a release is made of agrees: one version, a descriptor whose example runs."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DESCRIPTION = (ROOT / "community-extension/description.yml").read_text(encoding="utf-8")
CMAKE = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
VERSION = re.search(r"project\(semantic_views VERSION ([\d.]+)", CMAKE)[1]


def test_the_version_is_one(con):
    assert re.search(r"^  version: (.*)$", DESCRIPTION, re.MULTILINE)[1] == VERSION
    assert re.search(r"^## ([\d.]+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)[1] == VERSION
    assert con.execute("SELECT extension_version FROM semantic_views_info()").fetchone() == (f"v{VERSION}",)


def test_the_example_of_the_descriptor_runs(con):
    example = re.search(r"hello_world: \|\n((?: {4}.*\n)+)", DESCRIPTION)[1]
    for statement in con.extract_statements(example):
        con.execute(statement)
    assert sorted(con.fetchall()) == [("AMER", 70, 1), ("EMEA", 150, 1)]
