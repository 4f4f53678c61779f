"""The code on a page is tested code: check_docs.py PAGE...

A block below `<!-- from: FILE -->` holds lines of that file: each (without its indentation) is part of a line there, and
they follow each other in the same order.  Every block that is not SQL needs such a file.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PIECE = re.compile(r"^(?:<!-- from: (?P<file>\S+) -->\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


def check(page):
    blocks = [piece for piece in PIECE.finditer(page.read_text(encoding="utf-8")) if piece["language"] != "sql"]
    assert blocks, f"{page}: no blocks"
    for block in blocks:
        assert block["file"], f"{page}: not said from which file this is:\n{block['text']}"
        lines = iter((ROOT / block["file"]).read_text(encoding="utf-8").splitlines())
        for wanted in filter(None, map(str.strip, block["text"].splitlines())):
            assert any(wanted in line for line in lines), f"{page}: not in {block['file']}, or not in this order: {wanted}"
    print(f"{page}: {len(blocks)} blocks are tested code")


if __name__ == "__main__":
    try:
        for name in sys.argv[1:]:
            check(Path(name))
    except AssertionError as problem:
        sys.exit(str(problem))
