"""A release's state over all engines, from what each of them noted."""

from __future__ import annotations

from typing import Any

import pytest

from bot.store.redis.release_states import ReleaseState, release_states

NOW = 1_000_000.0


def note(state: str, at: float = NOW - 1, why: str = "") -> dict[str, Any]:
    return {"state": state, "at": at, "why": why}


def test_nothing_noted_is_nothing() -> None:
    assert release_states({}, [], NOW) == {}


def test_release_is_live_where_workers_speak_it() -> None:
    noted = {"r1 e1": note("live"), "r1 e2": note("live", NOW - 5)}
    assert release_states(noted, ["a@r1", "b@r1"], NOW) == {
        "r1": ReleaseState("live", "", NOW - 1, 2)
    }


def test_worker_speaks_a_release_though_its_note_is_lost() -> None:
    assert release_states({}, ["a@r1", "nameless"], NOW) == {"r1": ReleaseState("live", "", NOW, 1)}


def test_release_that_nobody_speaks_any_more_is_not_live() -> None:
    assert release_states({"r1 e1": note("live")}, ["a@r2"], NOW).keys() == {"r2"}


@pytest.mark.parametrize(
    ("states", "gravest"),
    [
        (("live", "failed"), "failed"),
        (("starting", "live"), "starting"),
        (("starting", "failed", "live"), "failed"),
    ],
)
def test_gravest_state_of_any_engine_counts(states: tuple[str, ...], gravest: str) -> None:
    noted = {f"r1 e{n}": note(state) for n, state in enumerate(states)}
    assert release_states(noted, ["a@r1"], NOW)["r1"].state == gravest


def test_why_is_that_of_the_latest_failure() -> None:
    noted = {
        "r1 e1": note("failed", NOW - 9, "late"),
        "r1 e2": note("failed", NOW - 3, "smoke: no"),
    }
    assert release_states(noted, [], NOW)["r1"] == ReleaseState("failed", "smoke: no", NOW - 3, 0)


def test_engine_that_died_while_it_started_is_forgotten() -> None:
    assert "r1" in release_states({"r1 e1": note("starting", NOW - 170)}, [], NOW)
    assert release_states({"r1 e1": note("starting", NOW - 190)}, [], NOW) == {}
