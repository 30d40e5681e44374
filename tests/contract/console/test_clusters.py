"""Questions of one meaning come together, others do not."""

from __future__ import annotations

import pytest

from bot.console.queue import clusters
from bot.console.queue.clusters import find_clusters
from bot.content.plain_words import plain_words
from bot.store.sql.questions import Wording

ASKED = {
    "fr": [
        [
            "c'est quand la journée de consultation à Laval",
            "la consultation à laval c'est quel jour",
            "quand a lieu la consultation de laval?",
        ],
        ["on peut tu voter en ligne?", "est-ce que je peux voter en ligne"],
        ["je veux des heures de bénévolat", "heures bénévolat école"],
        ["la meilleure pizza en ville", "où manger une bonne pizza"],
    ],
    "en": [
        ["can i get volunteer hours for this", "does this count for my volunteer hours?"],
        ["can i vote online", "is online voting possible"],
        ["best pizza in town", "where can i get pizza"],
    ],
}


def wording(text: str, language: str, times: int = 1, at: float = 1.0) -> Wording:
    return Wording(f"mark of {language} {text}", language, at, times, f"turn of {text}")


def test_different_words_for_the_same_come_together() -> None:
    asked = {
        wording(text, language): plain_words(text)
        for language, groups in ASKED.items()
        for texts in groups
        for text in texts
    }
    found = {
        frozenset(one.position.removeprefix("turn of ") for one in cluster.wordings)
        for cluster in find_clusters(asked)
    }
    assert found == {frozenset(texts) for groups in ASKED.values() for texts in groups}


def test_languages_stay_apart_and_the_commonest_comes_first() -> None:
    asked = {
        wording("pizza", "fr", times=2): "pizza",
        wording("pizza", "en", times=5): "pizza",
        wording("pizzas", "fr", times=4, at=9.0): "pizzas",
    }
    french, english = find_clusters(asked)
    assert (french.language, french.times, french.at) == ("fr", 6, 9.0)
    assert [one.times for one in french.wordings] == [4, 2]
    assert (english.language, english.times) == ("en", 5)


@pytest.mark.parametrize("asked", [{}, {wording("un", "fr"): "un"}])
def test_nothing_and_one_are_what_they_are(asked: dict[Wording, str]) -> None:
    assert [cluster.wordings for cluster in find_clusters(asked)] == [(one,) for one in asked]


def test_more_than_can_be_compared_stand_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "MOST_COMPARED", 2)
    asked = {wording(f"pizza {n}", "fr", times=9 - n): "la pizza" for n in range(4)}
    assert [cluster.times for cluster in find_clusters(asked)] == [17, 7, 6]
