"""Measures the opinion groups of 2,000 people and 900 statements, on one thread.

`.venv/services/bin/python tests/bench/opinions.py` prints one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from threadpoolctl import threadpool_limits

from bot.opinions.groups import find_groups
from bot.opinions.statements import describe
from bot.opinions.votes import Vote, build_matrix

PEOPLE, STATEMENTS, FILLED, LEANINGS = 2_000, 900, 0.1, 3
TIMES = 5


def votes(seed: int = 0) -> list[Vote]:
    """Make up votes of three leanings, with chance."""
    chance = np.random.default_rng(seed)
    leaning = chance.uniform(-1, 1, (LEANINGS, STATEMENTS))[chance.integers(0, LEANINGS, PEOPLE)]
    score = leaning + chance.normal(0, 0.6, leaning.shape)
    values = np.where(np.abs(score) < 0.3, 0, np.sign(score)).astype(int)
    cast = np.argwhere(chance.random(values.shape) < FILLED)
    return [(f"{row:032x}", f"s{column}", int(values[row, column])) for row, column in cast]


def measure() -> dict[str, object]:
    """Time the way from votes to what may be published; print the figures and return them."""
    rows = votes()
    with threadpool_limits(1):
        before = time.process_time()
        runs = [_run(rows) for _ in range(TIMES)]
        processor = (time.process_time() - before) / TIMES
    names = ("matrix_seconds", "groups_seconds", "statements_seconds")
    steps = zip(*(seconds for seconds, _ in runs))
    totals = [sum(seconds) for seconds, _ in runs]
    figures: dict[str, object] = {
        "people": PEOPLE,
        "statements": STATEMENTS,
        "votes": len(rows),
        "groups": list(runs[0][1].values()),
        **{name: round(median(each), 3) for name, each in zip(names, steps)},
        "median_seconds": round(median(totals), 3),
        "slowest_seconds": round(max(totals), 3),
        # Far below the others where the machine was busy with something else.
        "processor_seconds": round(processor, 3),
    }
    print(json.dumps(figures))
    return figures


def _run(rows: list[Vote]) -> tuple[tuple[float, float, float], dict[str, int]]:
    started = time.perf_counter()
    matrix = build_matrix(rows)
    built = time.perf_counter()
    groups = find_groups(matrix)
    found = time.perf_counter()
    assert groups is not None
    sizes = describe(matrix, groups).sizes
    return (built - started, found - built, time.perf_counter() - found), sizes


if __name__ == "__main__":
    measure()
