"""Tables as files that a spreadsheet opens, and that make it do nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

BYTE_ORDER_MARK = "\ufeff"
"""At the beginning of a file, so that spreadsheets read its accents."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_line(values: Iterable[object]) -> str:
    """One line of a file; text that a spreadsheet would take for a formula gets a quote before."""
    line = io.StringIO()
    csv.writer(line).writerow([_guarded(value) for value in values])
    return line.getvalue()


def _guarded(value: object) -> object:
    if isinstance(value, str) and value.lstrip(" \n\v\f\u00a0").startswith(FORMULA):
        return f"'{value}"
    return value
