"""Looks at a built extension as DuckDB's loader does: check_dist.py FILE [PLATFORM]

The footer must be there once, with the project's version; an ELF file must be stripped and small.  Prints what it says.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 500_000  # bytes, the budget of docs/design.md


def fail(text):
    sys.exit(f"check_dist: {text}")


file = Path(sys.argv[1])
data = file.read_bytes()
cmake = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
version = "v" + re.search(r"project\(semantic_views VERSION ([\d.]+)", cmake)[1]
fields = [data[-512 + 32 * i :][:32].rstrip(b"\0").decode() for i in range(8)]
magic, platform, c_api, written, abi = (fields[i] for i in (7, 6, 5, 4, 3))
if magic != "4" or abi != "C_STRUCT":
    fail(f"no footer of a C extension: {fields}")
if data.count(b"duckdb_signature") != 1:
    fail("the footer was appended more than once")
if written != version:
    fail(f"the footer says {written}, CMakeLists.txt {version}")
if len(sys.argv) > 2 and platform != sys.argv[2]:
    fail(f"the footer says {platform}, not {sys.argv[2]}")
if data[:4] == b"\x7fELF" and b".symtab" in data:
    fail("not stripped")
if data[:4] == b"\x7fELF" and len(data) > LIMIT:
    fail(f"{len(data):,} bytes, more than {LIMIT:,}")
print(f"-- {file.name} {written} for {platform}, C API {c_api}, {len(data):,} bytes")
