"""The examples give the answers that their pages show, and both spellings of their definitions are the same."""

import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
sys.path.insert(0, str(EXAMPLES))

from run import Example  # noqa: E402


# tpch runs in `make examples`: its generator is in another environment.
@pytest.mark.parametrize("name", ["accounts", "flights"])
def test_an_example_answers_as_its_page_shows(extension_path, name, tmp_path):
    example = Example(EXAMPLES / name)
    example.run(tmp_path)
    assert example.ran > 5
