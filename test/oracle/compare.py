"""Compares rows as multisets; floats with a tolerance."""

from __future__ import annotations

import decimal
import math


def normal(value):
    if isinstance(value, (list, tuple)):
        return tuple(normal(v) for v in value)
    if isinstance(value, decimal.Decimal) and value == value.to_integral_value():
        return int(value)
    return value


def sort_key(row):
    def one(value):
        if value is None:
            return "~"
        if isinstance(value, tuple):
            return "(" + ",".join(one(v) for v in value) + ")"
        if isinstance(value, bool):
            return f"?{value}"
        if isinstance(value, (int, float, decimal.Decimal)):
            return f"#{float(value):.6g}"
        return f"'{value}'"

    return [one(v) for v in row]


def equal(a, b) -> bool:
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b))
    if isinstance(a, bool) or isinstance(b, bool) or a is None or b is None:
        return a is b
    if isinstance(a, float) or isinstance(b, float):
        try:
            return math.isclose(float(a), float(b), rel_tol=1e-9, abs_tol=1e-9)
        except (TypeError, ValueError):
            return False
    return a == b


def sorted_rows(rows) -> list[tuple]:
    return sorted((normal(tuple(r)) for r in rows), key=sort_key)


def same_rows(left, right) -> bool:
    a, b = sorted_rows(left), sorted_rows(right)
    return len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b))
