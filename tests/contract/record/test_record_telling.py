"""Authors hear of decisions, and those who want to of outcomes; each once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.safety.personal_data import load_personal_data
from bot.store.sql.record import Record
from bot.store.sql.refusals import Refused
from bot.store.sql.rows import Listener, Outcome, UntoldDecision
from bot.store.sql.tables import notices, outcomes
from bot.store.sql.views import Views
from bot.store.vault import Vault
from tests.contract.record.entries import (
    ONE,
    THREE,
    TWO,
    consent,
    erased,
    rows,
    values,
    view,
    withdrawn,
)

TEXTS: dict[str, Any] = {"fr": "C'est fait.", "en": "It is done."}


@dataclass
class Clock:
    at: float = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def held(engine: Engine, vault: Vault, clock: Clock) -> Views:
    return Views(engine, vault, personal_data=load_personal_data(Path.cwd()), now=clock)


def test_decisions_are_told_once_in_their_order(record: Record, held: Views) -> None:
    record.write([view("a", return_address={"chat": 1}, text="le texte"), view("c")])
    record.write([view("b", of=TWO, platform="discord", return_address={"channel": "2"})])
    assert held.untold_decisions() == []
    held.reject("b", "off_topic", "Ana")
    held.approve("a", "the text", "Ana")
    texts = {"fr": "le texte", "en": "the text"}
    rejected = UntoldDecision(
        1, "b", "rejected", "off_topic", TWO, "discord", {"channel": "2"}, None
    )
    approved = UntoldDecision(2, "a", "approved", None, ONE, "telegram", {"chat": 1}, texts)
    assert held.untold_decisions() == [rejected, approved]
    held.mark_told(1)
    assert held.untold_decisions() == [approved]
    held.mark_told(2)
    assert held.untold_decisions() == []
    assert [decision.told for decision in held.decisions_about("a")] == [True]


@pytest.mark.parametrize("end", [withdrawn("a"), erased("e", 9.0)], ids=["withdrawn", "erased"])
def test_nobody_is_told_of_a_view_that_they_took_back(
    record: Record, held: Views, end: Any
) -> None:
    record.write([view("a")])
    held.reject("a", "spam", "Ana")
    record.write([end])
    assert held.untold_decisions() == []


def heard_by(held: Views) -> list[tuple[int, list[str]]]:
    return [
        (outcome.number, sorted(listener.conversation for listener in listeners))
        for outcome, listeners in held.untold_outcomes()
    ]


def test_outcome_of_a_theme_is_told_to_those_who_shared_and_want_to_hear(
    record: Record, held: Views
) -> None:
    record.write([consent(of=ONE), consent(of=TWO), consent("view", of=THREE)])
    record.write([view("a", 1.0), view("b", 2.0, return_address={"chat": 8})])
    record.write([view("c", of=TWO, theme="impact"), view("d", of=THREE)])
    number = held.add_outcome(
        theme="participation", **TEXTS, url="https://example.org/a?b=c", by="Ana"
    )
    assert held.untold_outcomes() == [
        (
            Outcome(
                number, "participation", None, TEXTS, "https://example.org/a?b=c", "Ana", 100.0
            ),
            [Listener(ONE, "telegram", {"chat": 8})],
        )
    ]
    held.mark_noticed(number, ONE)
    assert held.untold_outcomes() == []
    record.write([consent(at=3.0, of=THREE)])
    assert heard_by(held) == [(number, [THREE])]
    held.mark_noticed(number, THREE)
    held.mark_noticed(number, THREE)
    assert heard_by(held) == []


def test_outcome_of_a_view_is_told_to_its_author_only(record: Record, held: Views) -> None:
    record.write([consent(of=ONE), consent(of=TWO), view("a"), view("b", of=TWO)])
    held.approve("a", "the text", "Ana")
    number = held.add_outcome(view="a", **TEXTS, by="Ana")
    assert heard_by(held) == [(number, [ONE])]


def test_each_outcome_is_told_by_itself(record: Record, held: Views) -> None:
    record.write([consent(of=ONE), consent(of=TWO), view("a"), view("b", of=TWO)])
    first = held.add_outcome(theme="participation", **TEXTS, by="Ana")
    second = held.add_outcome(theme="participation", **TEXTS, by="Léo")
    held.mark_noticed(first, ONE)
    assert heard_by(held) == [(first, [TWO]), (second, [ONE, TWO])]


@pytest.mark.parametrize(
    ("since", "is_told"),
    [
        pytest.param([], True, id="still waits for a decision"),
        pytest.param([consent(at=5.0, given=False)], False, id="does not want to hear any more"),
        pytest.param([withdrawn("a")], False, id="withdrew the view"),
        pytest.param([erased("e", 9.0)], False, id="erased everything"),
        pytest.param([erased("e", 9.0), consent(at=10.0)], False, id="began anew since"),
    ],
)
def test_who_hears(record: Record, held: Views, since: list[Any], is_told: bool) -> None:
    record.write([consent(of=ONE), view("a")])
    number = held.add_outcome(theme="participation", **TEXTS, by="Ana")
    record.write(since)
    assert heard_by(held) == ([(number, [ONE])] if is_told else [])


def test_author_of_a_rejected_view_does_not_hear(record: Record, held: Views) -> None:
    record.write([consent(of=ONE), view("a")])
    held.reject("a", "insult", "Ana")
    held.add_outcome(theme="participation", **TEXTS, by="Ana")
    assert heard_by(held) == []


def test_nobody_hears_of_what_came_before_they_shared(
    record: Record, held: Views, clock: Clock
) -> None:
    held.add_outcome(theme="participation", **TEXTS, by="Ana")
    record.write([consent(at=101.0), view("a", 101.0)])
    assert heard_by(held) == []
    clock.at = 102.0
    second = held.add_outcome(theme="participation", **TEXTS, by="Ana")
    assert heard_by(held) == [(second, [ONE])]


def test_notice_of_somebody_erased_meanwhile_is_not_kept(
    record: Record, held: Views, engine: Engine
) -> None:
    record.write([consent(), view("a")])
    number = held.add_outcome(theme="participation", **TEXTS, by="Ana")
    record.write([erased("e", 9.0)])
    held.mark_noticed(number, ONE)
    assert rows(engine, notices) == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        pytest.param({"theme": None}, "an outcome of: a theme, or a view", id="of nothing"),
        pytest.param({"view": "a"}, "an outcome of: a theme, or a view", id="of both"),
        pytest.param({"theme": "buses"}, "`buses` is no theme; take one of: incl", id="no theme"),
        pytest.param({"theme": None, "view": "zzz"}, "There is no view zzz", id="unknown view"),
        pytest.param({"theme": None, "view": "a"}, "View a is pending; only", id="pending view"),
        pytest.param({"fr": " "}, "The French text is missing", id="no French"),
        pytest.param({"en": ""}, "The English text is missing", id="no English"),
        pytest.param({"en": "x" * 601}, "601 characters; 600 are", id="too long"),
        pytest.param({"by": ""}, "Say who decides", id="nobody"),
        pytest.param({"url": "example.org"}, "begins with https://", id="no scheme"),
        pytest.param({"url": "javascript:alert(1)"}, "begins with https://", id="a script"),
        pytest.param({"url": "https://"}, "begins with https://", id="no host"),
        pytest.param({"url": "https://a b"}, "begins with https://", id="a blank"),
        pytest.param({"url": "https://[a"}, "begins with https://", id="half an address"),
    ],
)
def test_outcome_with_something_wrong_is_refused(
    record: Record, held: Views, engine: Engine, changes: dict[str, Any], why: str
) -> None:
    record.write([view("a")])
    with pytest.raises(Refused, match=why):
        held.add_outcome(**{"theme": "impact", **TEXTS, "by": "Ana", **changes})
    assert rows(engine, outcomes) == []


def test_empty_address_is_none(held: Views, engine: Engine) -> None:
    held.add_outcome(theme="impact", **TEXTS, url="", by="Ana")
    assert values(engine, outcomes, "url") == [(None,)]
