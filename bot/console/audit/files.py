"""The whole audit as a file, line by line, so that its length does not matter.

The last line carries the seal: how many rows there were, the hash of the last, and where the chain
first breaks, if it does. Whoever keeps the file can tell later whether rows were changed since.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime

from bot.console.csv_files import BYTE_ORDER_MARK, csv_line
from bot.store.sql.audit import FIRST, Noted, Seal

COLUMNS = ("number", "at", "by", "role", "action", "subject", "details", "hash")
Chain = Iterable[tuple[Noted, bool]]


def as_csv(chain: Chain) -> Iterator[str]:
    """For a spreadsheet: guarded against formulas."""
    yield BYTE_ORDER_MARK + csv_line(COLUMNS)
    seal = Seal(0, FIRST, None)
    for noted, is_whole in chain:
        seal = _add(seal, noted, is_whole)
        details = json.dumps(noted.details, ensure_ascii=False)
        row = {**asdict(noted), "at": _time(noted.at), "details": details}
        yield csv_line(row[name] for name in COLUMNS)
    state = "whole" if seal.broken_at is None else f"broken at {seal.broken_at}"
    yield csv_line(["seal", "", "", "", state, f"{seal.rows} rows", "", seal.hash])


def as_json_lines(chain: Chain) -> Iterator[str]:
    """For a program: one JSON object a line."""
    seal = Seal(0, FIRST, None)
    for noted, is_whole in chain:
        seal = _add(seal, noted, is_whole)
        yield json.dumps({**asdict(noted), "at": _time(noted.at)}, ensure_ascii=False) + "\n"
    yield json.dumps({"seal": asdict(seal)}) + "\n"


def _add(seal: Seal, noted: Noted, is_whole: bool) -> Seal:
    broken_at = seal.broken_at
    if broken_at is None and not is_whole:
        broken_at = seal.rows + 1
    return Seal(seal.rows + 1, noted.hash, broken_at)


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
