"""What the leak checker of the address sanitizer finds in a running process: make test-sanitized, make test-faults."""

import ctypes
import re
import tempfile
from pathlib import Path

LIBRARY = ctypes.CDLL(None)


def report():
    """The leaks that the extension or DuckDB left in this process, as text; nothing when no leak checker is loaded.

    Python's own are left out: what it still refers to, or forgot, is not ours.
    """
    if not hasattr(LIBRARY, "__lsan_do_recoverable_leak_check"):
        return ""
    with tempfile.TemporaryDirectory() as folder:
        LIBRARY.__sanitizer_set_report_path(str(Path(folder) / "leaks").encode())
        LIBRARY.__lsan_do_recoverable_leak_check()
        LIBRARY.__sanitizer_set_report_path(b"stderr")
        text = "\n".join(file.read_text(errors="replace") for file in Path(folder).iterdir())
    leaks = re.split(r"\n(?=(?:Direct|Indirect) leak of)", text)[1:]
    return "\n".join(leak for leak in leaks if re.search(r"semantic_views|duckdb", leak))
