"""Makes what comes from outside fit a column of any database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column


def fitting(value: str | None, column: Column[Any]) -> str | None:
    """What comes from outside, as every database takes it; refused, it would come for ever."""
    if value is None:
        return None
    readable = value.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
    return readable[: getattr(column.type, "length", None)]
