"""Every block of SQL in the documentation runs, and gives what stands below it; links lead to something."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pages import Page

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

# Pages whose first lines are not for this: their tables.
SALES = """
    CREATE TABLE customers AS FROM (VALUES (1, 'EMEA'), (2, 'AMER')) t(id, region);
    CREATE TABLE orders AS FROM (VALUES (1, 1, 10.0), (2, 2, 20.0)) t(id, customer_id, amount);
"""
SETUPS = {"README.md": ("flights", "flights"), "docs/design.md": ("", SALES), "docs/architecture.md": ("", SALES)}


def name_of(file):
    return file.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("file", PAGES, ids=name_of)
def test_the_blocks_of_a_page_run(extension_path, file, tmp_path):
    database, setup = SETUPS.get(name_of(file), ("", ""))
    page = Page(file, setup)
    page.database = database or page.database
    page.run(tmp_path)


def anchors_of(file):
    """The anchors of a page's headings, as GitHub and MkDocs make them."""
    text = re.sub(r"```.*?```", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("file", [*PAGES, *sorted((ROOT / "examples").glob("*/*.md"))], ids=name_of)
def test_the_links_of_a_page_lead_to_something(file):
    text = re.sub(r"```.*?```|`[^`\n]*`", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        to = file.parent / path if path else file
        assert to.exists(), target
        assert not anchor or anchor in anchors_of(to), target


def test_the_architecture_page_names_what_there_is():
    """Its functions and files exist, and its plan is the one that the planner makes."""
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    code = "\n".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "src").rglob("*.[ch]")))
    names = set(re.findall(r"`(sv_\w+)`", text))
    assert len(names) > 20
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b", code)] == []
    files = set(re.findall(r"`((?:\w+/)?\w+\.[ch])`", text))
    assert [file for file in sorted(files) if not list((ROOT / "src").rglob(file))] == []
    plan = (ROOT / "test/golden/plan/sales.plan").read_text(encoding="utf-8").split("--\n")[1]
    assert plan in text


def test_the_code_for_clients_is_tested_code():
    """`make test-clients` runs it, by hand: a page that differs from it is seen here."""
    command = [sys.executable, ROOT / "test/clients/check_docs.py", ROOT / "docs/howto/clients.md"]
    checked = subprocess.run(command, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
