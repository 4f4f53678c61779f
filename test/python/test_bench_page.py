"""bench/page.py: the page says what the measurements say, the bad ones too."""

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "bench/page.py"
ABOUT = {
    "date": "2026-01-31",
    "machine": {"cpu": "Some CPU", "cores": 4, "memory_gb": 15.5, "os": "Some OS", "kernel": "Linux 6"},
    "threads": 4,
}


def request(name, vouched, cautious, **more):
    return {
        "name": name, "hand_ms": 20.0, "noise": 1.01, "ratio": {"vouched": vouched, "cautious": cautious},
        "same_scans": {"vouched": True, "cautious": True}, "other_scans": {},
        "hand_mb": 100.0, "mb": {"vouched": 100.0, "cautious": 150.0}, **more,
    }


RESULTS = [
    {"part": "tpch", "scale": 1.0, "duckdb": "1.5.6", "runs": 3,
     "requests": [request("Q1", 1.0, 1.0), request("Q2 <a & b>", 1.21, 4.0)]},
    {"part": "tpch", "scale": 1.0, "duckdb": "2.0.0", "runs": 3, "requests": [
        request("Q1", 1.0, 1.05, same_scans={"vouched": True, "cautious": False},
                other_scans={"cautious": "orders (o_orderkey), instead of by hand: none"}),
        {"name": "Q2 <a & b>", "failed": "the answer of vouched differs: (1,) is (2,) by hand"}]},
    {"part": "scan", "duckdb": "1.5.6", "runs": 3, "rows": 1000,
     "queries": [{"name": "total", "hand_ms": 2.0, "semantic_ms": 3.0, "noise": 1.0}]},
    {"part": "overhead", "duckdb": "1.5.6", "runs": 3, "queries": [{"name": "a join", "hand_ms": 0.25, "semantic_ms": 0.75}]},
    {"part": "growth", "duckdb": "1.5.6", "runs": 3, "sizes": [
        {"members": 10, "definition_ms": 1.0, "first_ms": 0.5, "later_ms": 0.25},
        {"members": 1000, "definition_ms": 50.0, "first_ms": 5.0, "later_ms": 0.3}]},
]


@pytest.fixture
def page(tmp_path):
    """page(results): the text of the page and its pictures."""

    def write(results):
        folder = tmp_path / "results"
        folder.mkdir()
        for i, result in enumerate(results):
            (folder / f"{i}.json").write_text(json.dumps({**ABOUT, **result}))
        subprocess.run([sys.executable, PAGE, folder, tmp_path / "docs"], check=True, capture_output=True)
        pictures = {file.name: file.read_text() for file in (tmp_path / "docs/benchmark").iterdir()}
        return (tmp_path / "docs/benchmark.md").read_text(), pictures

    return write


def test_without_measurements_the_page_has_no_numbers(page):
    text, pictures = page([])
    assert "Nothing has been measured yet" in text and not pictures


def test_ratios_come_first_with_mean_worst_and_scans(page):
    text, _ = page(RESULTS)
    assert "| 1 | 1.5.6 | 2 | 1.100 | 1.21 | 2 of 2 | 2.000 | 4.00 | 2 of 2 | 1.01 to 1.01 |" in text
    assert "| 1 | 2.0.0 | 1 | 1.000 | 1.00 | 1 of 1 | 1.050 | 1.05 | 0 of 1 | 1.01 to 1.01 |" in text


def test_losses_other_scans_and_failures_are_named(page):
    text, _ = page(RESULTS)
    assert "| Q2 <a & b> | 1 | asserted | 1.21 (20.0, 1.01) |  |" in text
    assert "| Q2 <a & b> | 1 | not asserted | 4.00 (20.0, 1.01) |  |" in text
    assert "| Q1 | 1 |" not in text
    assert "- Q1, not asserted (DuckDB 2.0.0 at 1): orders (o_orderkey), instead of by hand: none" in text
    assert "- DuckDB 2.0.0, Q2 <a & b>: the answer of vouched differs: (1,) is (2,) by hand" in text


def test_the_machine_and_the_other_parts(page):
    text, _ = page(RESULTS)
    assert "Some CPU, 4 cores, 15.5 GB of memory, Some OS (Linux 6); DuckDB used 4 threads; DuckDB 1.5.6, 2.0.0; 2026-01-31\n" in text
    assert "| 1 | 1.5.6 | 100 | 1.00 | 1.00 | 1.50 | 1.50 |" in text
    assert "| total | 1.50 (2.0, 1.00) |" in text
    assert "| a join | 0.500 (0.250) |" in text
    assert "| 1.5.6 | 1,000 | 50.0 | 50 | 5.00 | 0.300 |" in text


def test_pictures_are_valid_and_all_shown(page):
    text, pictures = page(RESULTS)
    assert sorted(pictures) == ["growth.svg", "memory.svg", "overhead.svg", "tpch-sf1.svg"]
    for name, picture in pictures.items():
        assert f"](benchmark/{name})" in text
        root = ET.fromstring(picture)
        _, _, width, height = map(float, root.get("viewBox").split())
        for element in root.iter():
            assert 0 <= float(element.get("x") or 0) <= width and 0 <= float(element.get("y") or 0) <= height
        assert "prefers-color-scheme: dark" in picture and "nan" not in picture
