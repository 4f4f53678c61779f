"""Appends the footer by which DuckDB knows a loadable extension: footer.py FILE PLATFORM VERSION

22 bytes that make it a custom section of WebAssembly (the same for every platform), eight
zero-padded fields of 32 bytes, the last first, and room for a signature of 256 bytes.
"""

import sys

HEADER = b"\x00\x93\x04\x10duckdb_signature\x80\x04"
C_API = "v1.2.0"  # the block of the C API that src/duck/api.h asks for


def footer(platform, version):
    fields = ["", "", "", "C_STRUCT", version, C_API, platform, "4"]
    return HEADER + b"".join(f.encode().ljust(32, b"\0") for f in fields) + bytes(256)


path, platform, version = sys.argv[1:]
data = footer(platform, version)
assert len(data) == 534, len(data)
with open(path, "ab") as file:
    file.write(data)
