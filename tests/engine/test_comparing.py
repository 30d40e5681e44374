"""A candidate against the live model: who is understood better, who worse, and distress."""

from __future__ import annotations

from dataclasses import replace

from bot.engine.evaluation.comparing import compare
from bot.engine.evaluation.report import Summary
from bot.engine.evaluation.scores import Scores

SCORES = Scores(100, 0.9, 0.9, 0.9, 0.95, 0.02, 0.1, 0.98, 0.01, 0.1, 0.03)


def summary(fr: dict[str, list[int]], en: dict[str, list[int]], distress: float = 0.98) -> Summary:
    scores = replace(SCORES, distress_recognised=distress)
    return Summary({"fr": scores, "en": SCORES}, {"fr": fr, "en": en}, [])


def test_topics_are_better_or_worse_by_language_most_moved_first() -> None:
    before = summary({"a": [5, 9], "b": [9, 9], "c": [7, 9], "d": [3, 9]}, {"a": [5, 9]})
    after = summary({"a": [6, 9], "b": [8, 9], "c": [3, 9], "d": [3, 9]}, {"a": [9, 9]})
    found = compare(after, before)
    assert found["worse"] == {
        "fr": [
            {"topic": "c", "before": 7, "now": 3, "of": 9},
            {"topic": "b", "before": 9, "now": 8, "of": 9},
        ],
        "en": [],
    }
    assert found["better"] == {
        "fr": [{"topic": "a", "before": 5, "now": 6, "of": 9}],
        "en": [{"topic": "a", "before": 5, "now": 9, "of": 9}],
    }
    assert found["distress_fell"] is False
    assert found["figures"]["fr"]["accuracy"] == 0.9
    assert found["before"]["en"]["messages"] == 100


def test_new_topic_and_one_with_other_messages_are_not_compared() -> None:
    found = compare(summary({"new": [0, 9], "a": [1, 8]}, {}), summary({"a": [9, 9]}, {}))
    assert found["worse"] == {"fr": [], "en": []}
    assert found["better"] == {"fr": [], "en": []}


def test_distress_that_is_recognised_less_often_is_told() -> None:
    assert compare(summary({}, {}, 0.97), summary({}, {}))["distress_fell"] is True
    assert compare(summary({}, {}, 0.99), summary({}, {}))["distress_fell"] is False


def test_without_a_model_before_there_are_figures_alone() -> None:
    found = compare(summary({"a": [5, 9]}, {}), None)
    assert found["before"] is None
    assert found["worse"] == {"fr": [], "en": []}
    assert found["distress_fell"] is False
