"""Runs the examples: run.py [--update] [NAME...]

An example is a folder with data.sql (or data.py, whose create(con, folder) makes the tables), definition.sql and
definition.yaml, which must be the same definition, and questions.md, whose blocks run and whose outputs are compared.
"""

import argparse
import importlib.util
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "test/python"))

from pages import Mismatch, Page, definition_of, run_statements  # noqa: E402


class Example(Page):
    def __init__(self, folder):
        super().__init__(folder / "questions.md")
        self.folder = folder
        self.database = folder.name

    def prepare(self, con, setup):
        """Makes the tables and the view, from the clauses; from YAML it must be the same one."""
        if setup:
            return super().prepare(con, setup)
        if (self.folder / "data.sql").exists():
            run_statements(con, (self.folder / "data.sql").read_text(encoding="utf-8"))
        else:
            spec = importlib.util.spec_from_file_location("data", self.folder / "data.py")
            data = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(data)
            data.create(con)
        name = self.folder.name
        self.define(con, name, (self.folder / "definition.sql").read_text(encoding="utf-8"))
        self.define(con, f"{name}_yaml = {name}", (self.folder / "definition.yaml").read_text(encoding="utf-8"))
        con.execute("SELECT drop_semantic_view(?)", [f"{name}_yaml"]).fetchall()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--update", action="store_true", help="write the answers of now")
    parser.add_argument("names", nargs="*", help="default: all")
    options = parser.parse_args()
    names = options.names or sorted(file.parent.name for file in HERE.glob("*/questions.md"))
    for name in names:
        example = Example(HERE / name)
        with tempfile.TemporaryDirectory() as folder:
            text = example.run(folder, options.update)
        if options.update:
            example.file.write_text(text, encoding="utf-8")
        print(f"{name}: {example.ran} blocks as expected")


if __name__ == "__main__":
    try:
        main()
    except Mismatch as mismatch:
        sys.exit(str(mismatch))
