"""The bench's own arithmetic: which turns are counted, and when a figure counts as reached."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bench import load, table


def _verdicts(ours: dict[str, Any], stock: dict[str, Any]) -> dict[str, bool | None]:
    found = table.rows({"ours": ours, "stock": stock})
    return {row.figure: row.is_reached for row in found}


def _turns(early: float, late: float, errors: int = 0) -> dict[str, Any]:
    times = {"early_milliseconds": early, "late_milliseconds": late, "errors": errors}
    return {"turns": {"new": times, "repeats": times}}


def test_window_counts_its_first_and_last_turn() -> None:
    milliseconds = [1000.0] * 500
    milliseconds[489:500] = [1.0] * 5 + [2.0] + [3.0] * 5
    assert load._median(milliseconds, (490, 500)) == 2.0
    assert load._median(milliseconds, (5, 15)) == 1000.0


@pytest.mark.parametrize(
    ("mine", "theirs", "reached"),
    [
        pytest.param(_turns(10, 12), _turns(50, 600), [True, True, True], id="just reached"),
        pytest.param(_turns(10, 12), _turns(49, 599), [False, False, True], id="just not"),
        pytest.param(_turns(10, 12.1), _turns(50, 900), [True, True, False], id="grows"),
        pytest.param(_turns(10, 12), {"turns": {"failed": "x"}}, [None, None, True], id="failed"),
    ],
)
def test_turn_is_judged(mine: dict[str, Any], theirs: dict[str, Any], reached: list[bool]) -> None:
    assert list(_verdicts(mine, theirs).values())[:3] == reached


def test_turn_without_a_reply_is_a_figure_not_reached() -> None:
    assert _verdicts(_turns(1, 1, errors=1), _turns(9, 90))["turns without a reply"] is False


@pytest.mark.parametrize(("niceness", "reached"), [(0, True), (15, None)])
def test_slow_training_of_low_priority_proves_nothing(niceness: int, reached: bool | None) -> None:
    ours = {"train": {"seconds": 90, "processor_seconds": 90, "again": {"seconds": 9}}}
    stock = {"train": {"seconds": 3000, "processor_seconds": 3000, "niceness": niceness}}
    verdicts = list(_verdicts(ours, stock).values())
    assert verdicts == [reached, reached, True]


def test_accuracy_is_compared_in_points() -> None:
    def shares(french: float, english: float) -> dict[str, Any]:
        pair = {"fr": french, "en": english}
        one = {key: {"right": share, "right_without_fallback": 1.0} for key, share in pair.items()}
        return {"accuracy": one}

    verdicts = _verdicts(shares(0.75, 0.80), shares(0.50, 0.70))
    assert verdicts["right answer, fr"] is True  # 25 points above
    assert verdicts["right answer, en"] is False  # 10 points above
    assert verdicts["right answer, between fr and en"] is False  # 5 points apart
    assert verdicts["likeliest intent is right, between fr and en"] is True


def test_failed_part_is_said_below_the_table() -> None:
    results = {"ours": _turns(1, 1), "stock": {"turns": {"failed": "RuntimeError: no answer"}}}
    assert "FAILED stock turns: RuntimeError: no answer" in table.as_text(
        table.rows(results), results
    )


def test_pages_of_the_console_are_judged_where_a_figure_was_asked_for() -> None:
    ours = {"console": {"median_milliseconds": {"queue": 199.0, "search": 201.0, "audit": 999.0}}}
    assert list(_verdicts(ours, {}).values()) == [True, False, None]
