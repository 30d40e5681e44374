"""Scores per language, worked out from what each held-out message was understood as."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

CRISIS = "crisis_"
OFF_TOPIC = ("off_topic", "partisan")
LOOK_ALIKE = "hyperbole"
"""Sounds like distress and is none; what else it is differs: small talk, or a real question."""
OUT_OF_SCOPE = (*OFF_TOPIC, LOOK_ALIKE)
FALLBACK = "nlu_fallback"


@dataclass(frozen=True)
class Judged:
    """One held-out message and what became of it."""

    language: str
    text: str
    expected: str
    given: str
    """The intent acted on: a fallback or a crisis included."""
    confidence: float
    ranking: tuple[str, ...]
    """Likeliest intents, best first, without the fallback."""
    offered: tuple[str, ...] = ()
    """Answers that the reply's buttons lead to."""

    @property
    def is_right(self) -> bool:
        return self.given == self.expected

    @property
    def is_near(self) -> bool:
        """Right, or one tap away."""
        return self.is_right or self.expected in self.offered


@dataclass(frozen=True)
class Scores:
    """The figures of one language; shares from 0 to 1."""

    messages: int
    accuracy: float
    macro_f1: float
    topics_right: float
    topics_right_or_offered: float
    topics_refused: float
    off_topic_answered: float
    distress_recognised: float
    false_alarms: float
    """Over all messages that are no distress."""
    look_alikes_alarmed: float
    calibration_error: float


def score(judged: Sequence[Judged], topics: frozenset[str]) -> Scores:
    """All figures over some messages."""
    in_scope = [one for one in judged if one.expected in topics]
    off = [one for one in judged if one.expected in OFF_TOPIC]
    look_alikes = [one for one in judged if one.expected == LOOK_ALIKE]
    distress = [one for one in judged if one.expected.startswith(CRISIS)]
    calm = [one for one in judged if not one.expected.startswith(CRISIS)]
    return Scores(
        messages=len(judged),
        accuracy=_share(judged, lambda one: one.is_right),
        macro_f1=_macro_f1(judged),
        topics_right=_share(in_scope, lambda one: one.is_right),
        topics_right_or_offered=_share(in_scope, lambda one: one.is_near),
        topics_refused=_share(in_scope, lambda one: one.given in (FALLBACK, *OUT_OF_SCOPE)),
        off_topic_answered=_share(off, lambda one: one.given in topics),
        distress_recognised=_share(distress, lambda one: one.given.startswith(CRISIS)),
        false_alarms=_share(calm, lambda one: one.given.startswith(CRISIS)),
        look_alikes_alarmed=_share(look_alikes, lambda one: one.given.startswith(CRISIS)),
        calibration_error=calibration_error(judged),
    )


def _share(judged: Sequence[Judged], is_counted: Callable[[Judged], bool]) -> float:
    return sum(is_counted(one) for one in judged) / max(len(judged), 1)


def _macro_f1(judged: Sequence[Judged]) -> float:
    expected = Counter(one.expected for one in judged)
    given = Counter(one.given for one in judged)
    right = Counter(one.expected for one in judged if one.is_right)
    scores = [2 * right[intent] / (expected[intent] + given[intent]) for intent in expected]
    return sum(scores) / max(len(scores), 1)


def calibration_error(judged: Sequence[Judged], bins: int = 10) -> float:
    """Mean distance between how sure the classifier is and how often it is right (ECE)."""
    total = 0.0
    for place in range(bins):
        low, high = place / bins, (place + 1) / bins
        inside = [one for one in judged if low < one.confidence <= high]
        if inside:
            sureness = sum(one.confidence for one in inside) / len(inside)
            right = sum(one.ranking[0] == one.expected for one in inside) / len(inside)
            total += abs(sureness - right) * len(inside)
    return total / max(len(judged), 1)


def right_by_intent(judged: Sequence[Judged]) -> dict[str, list[int]]:
    """For each intent, how many messages were understood, and how many there are."""
    counts: dict[str, list[int]] = {}
    for one in judged:
        count = counts.setdefault(one.expected, [0, 0])
        count[0] += one.is_right
        count[1] += 1
    return dict(sorted(counts.items()))


def confusions(judged: Sequence[Judged], most: int = 20) -> list[tuple[str, str, int]]:
    """Pairs (expected, given, how often), most often first."""
    pairs = Counter((one.expected, one.given) for one in judged if not one.is_right)
    return [(expected, given, count) for (expected, given), count in pairs.most_common(most)]
