"""Scores of an evaluation, worked out by hand over a handful of messages."""

from __future__ import annotations

import pytest

from bot.engine.evaluation.scores import (
    Judged,
    calibration_error,
    confusions,
    right_by_intent,
    score,
)


def judged(
    expected: str,
    given: str,
    *,
    confidence: float = 0.9,
    ranking: tuple[str, ...] = (),
    offered: tuple[str, ...] = (),
) -> Judged:
    return Judged("fr", "text", expected, given, confidence, ranking or (given,), offered)


TOPICS = frozenset({"a", "b"})
MESSAGES = [
    judged("a", "a"),
    judged("a", "a"),
    judged("a", "b"),
    judged("b", "nlu_fallback", offered=("a", "b", "c")),
    judged("b", "nlu_fallback", ranking=("a", "c", "d", "b"), offered=("a", "c", "d")),
    judged("b", "off_topic"),
    judged("off_topic", "off_topic"),
    judged("partisan", "a"),
    judged("crisis_abuse", "crisis_suicide"),
    judged("crisis_abuse", "a"),
    judged("greet", "crisis_distress"),
]


def test_scores_are_the_shares_counted_by_hand() -> None:
    scores = score(MESSAGES, TOPICS)
    assert scores.messages == 11
    assert scores.accuracy == pytest.approx(3 / 11)
    assert scores.topics_right == pytest.approx(2 / 6)
    assert scores.topics_right_or_offered == pytest.approx(3 / 6)
    assert scores.topics_refused == pytest.approx(3 / 6)
    assert scores.off_topic_answered == pytest.approx(1 / 2)
    assert scores.distress_recognised == pytest.approx(1 / 2)
    assert scores.false_alarms == pytest.approx(1 / 9)


def test_macro_f1_is_the_mean_over_expected_intents() -> None:
    """F1: a is 2*2/(3+4), off_topic 2*1/(1+2), the other four (b, partisan, crisis, greet) 0."""
    assert score(MESSAGES, TOPICS).macro_f1 == pytest.approx((4 / 7 + 2 / 3) / 6)


def test_nothing_judged_gives_zeros() -> None:
    scores = score([], TOPICS)
    assert (scores.messages, scores.accuracy, scores.macro_f1) == (0, 0.0, 0.0)


def test_calibration_is_the_mean_distance_per_bin() -> None:
    """Bin 0.8-0.9: sure 0.85, right 1/2, two messages; bin 0.1-0.2: sure 0.2, right 0, one."""
    messages = [
        judged("a", "a", confidence=0.85),
        judged("a", "b", confidence=0.85),
        judged("a", "c", confidence=0.2),
    ]
    assert calibration_error(messages) == pytest.approx((0.35 * 2 + 0.2) / 3)


def test_calibration_looks_at_the_likeliest_intent_also_behind_a_fallback() -> None:
    fallback = judged("a", "nlu_fallback", confidence=0.25, ranking=("a",))
    assert calibration_error([fallback]) == pytest.approx(0.75)


def test_confusions_are_counted_most_often_first() -> None:
    messages = [judged("a", "b"), judged("b", "a"), judged("a", "b"), judged("a", "a")]
    assert confusions(messages) == [("a", "b", 2), ("b", "a", 1)]
    assert confusions(messages, 1) == [("a", "b", 2)]


@pytest.mark.parametrize(
    ("given", "offered", "is_near"),
    [
        ("a", (), True),
        ("b", ("c", "a"), True),
        ("b", ("c",), False),
        ("nlu_fallback", ("b", "c", "a"), True),
        ("nlu_fallback", ("b", "c", "d"), False),
    ],
)
def test_near_is_right_or_one_tap_away(given: str, offered: tuple[str, ...], is_near: bool) -> None:
    assert judged("a", given, ranking=("b", "a"), offered=offered).is_near is is_near


def test_right_answers_are_counted_per_intent() -> None:
    messages = [judged("b", "b"), judged("a", "b"), judged("a", "a")]
    assert right_by_intent(messages) == {"a": [1, 2], "b": [1, 1]}
