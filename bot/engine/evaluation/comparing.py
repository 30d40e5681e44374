"""A candidate's scores against those of the live model, as plain data for a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot.engine.evaluation.report import Summary, distress_fell


def compare(summary: Summary, before: Summary | None) -> dict[str, Any]:
    """What changed for people.

    Returns:
        `figures` and `before` (None without a model to compare with): by language, the figures of
        `Scores`; `better` and `worse`: by language, topics with the messages understood `before`,
        `now` and `of` how many; `distress_fell`: whether distress is recognised less often.
        A topic whose held-out messages changed in number is neither better nor worse.
    """
    return {
        "figures": _figures(summary),
        "before": None if before is None else _figures(before),
        "better": {one: _moved(summary, before, one, 1) for one in summary.scores},
        "worse": {one: _moved(summary, before, one, -1) for one in summary.scores},
        "distress_fell": distress_fell(summary, before),
    }


def _figures(summary: Summary) -> dict[str, Mapping[str, float]]:
    return {language: asdict(figures) for language, figures in summary.scores.items()}


def _moved(
    summary: Summary, before: Summary | None, language: str, direction: int
) -> list[dict[str, Any]]:
    """Topics that moved one way, the most moved first."""
    known = before.right.get(language, {}) if before else {}
    moved = [
        {"topic": topic, "before": known[topic][0], "now": right, "of": of}
        for topic, (right, of) in summary.right[language].items()
        if topic in known and known[topic][1] == of and (right - known[topic][0]) * direction > 0
    ]
    return sorted(moved, key=lambda one: (-abs(one["now"] - one["before"]), one["topic"]))
