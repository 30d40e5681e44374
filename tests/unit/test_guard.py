"""What is held back: each attack wholly, at its exact limits, and nothing of honest people."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Sequence

import pytest

from bot.opinions.guard import CastVote, Suspicion, find_suspicions, held_back
from tests.simulated_people import HOUR, START, crowd
from tests.unit.polis_data import CANADA, LONDON, TAIWAN, moderated_out, votes_of

DAY = 24 * HOUR
LONG_AGO = 0.0
FAR_APART = 1_000.0
"""Seconds; no hurry."""


def ballots(
    people: Iterable[str], values: Sequence[int], *, every: float = 0.0, start: float = START
) -> list[CastVote]:
    """People with the same votes on view 0, 1, 2..., each slowly, one beginning after the other."""
    return [
        CastVote(person, f"view{number:04d}", value, start + place * every + number * 5, "web")
        for place, person in enumerate(people)
        for number, value in enumerate(values)
    ]


def names(count: int, kind: str = "p") -> list[str]:
    return [f"{kind}{number:03d}" for number in range(count)]


def known(votes: Iterable[CastVote]) -> dict[str, float]:
    """Everybody was here long ago."""
    return dict.fromkeys((vote.conversation for vote in votes), LONG_AGO)


def reasons(found: Iterable[Suspicion]) -> list[str]:
    return [suspicion.reason for suspicion in found]


def conversations(found: Iterable[Suspicion]) -> set[str]:
    return {conversation for conversation, _ in held_back(found)}


# --- Honest people --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(
    ("camps", "views", "hours"),
    [
        pytest.param(3, 20, 7 * 24.0, id="a week"),
        pytest.param(2, 20, 7 * 24.0, id="two camps"),
        pytest.param(3, 20, 8.0, id="one day"),
        pytest.param(2, 7, 24.0, id="seven views, so many answer alike"),
        pytest.param(3, 10, 24.0, id="ten views"),
    ],
)
def test_nothing_of_three_hundred_honest_people_is_held(
    seed: int, camps: int, views: int, hours: float
) -> None:
    honest = crowd(seed=seed, camps=camps, views=views, hours=hours)
    assert len(honest.first_seen) == 300
    assert find_suspicions(honest.votes, honest.first_seen) == ()


@pytest.mark.parametrize("seed", range(10))
def test_class_that_comes_at_once_and_thinks_like_the_others_is_not_held(seed: int) -> None:
    honest = crowd(seed=seed)
    pupils = crowd(seed=1_000 + seed, people=30, start=START + 8 * DAY, hours=0.1)
    seen = honest.first_seen | pupils.first_seen
    assert find_suspicions([*honest.votes, *pupils.votes], seen) == ()


@pytest.mark.parametrize("name", [CANADA, LONDON, TAIWAN])
def test_no_real_records_are_copies_of_one_another(name: str) -> None:
    out = moderated_out(name)
    votes = [
        CastVote(person, statement, value, number * FAR_APART % DAY, "web")
        for number, (person, statement, value) in enumerate(votes_of(name))
        if statement not in out
    ]
    assert "identical" not in reasons(find_suspicions(votes, known(votes)))


def test_real_people_who_answer_seven_statements_alike_are_not_held() -> None:
    # Of 501 who answered all seven, 53 have one record and 23 another, within a day as it were.
    # Only the six who passed on everything have hardly anybody near them.
    out = moderated_out(TAIWAN)
    votes = [vote for vote in votes_of(TAIWAN) if vote[1] not in out]
    counts: dict[str, int] = {}
    for _, statement, _ in votes:
        counts[statement] = counts.get(statement, 0) + 1
    seven = set(sorted(counts, key=lambda each: -counts[each])[:7])
    cast = [
        CastVote(person, statement, value, START + number * FAR_APART % DAY, "web")
        for number, (person, statement, value) in enumerate(votes)
        if statement in seven
    ]
    found = find_suspicions(cast, known(cast))
    assert reasons(found) == ["identical"]
    assert found[0].evidence["conversations"] == 6
    held = held_back(found)
    assert {vote.value for vote in cast if (vote.conversation, vote.view) in held} == {0}


# --- Identical ------------------------------------------------------------------------------------

RECORD = (1, -1, 1, 0, 1, 1, -1)


@pytest.mark.parametrize(
    ("copies", "values", "every", "is_held"),
    [
        pytest.param(5, RECORD, 60.0, True, id="five with seven votes"),
        pytest.param(4, RECORD, 60.0, False, id="four"),
        pytest.param(5, RECORD[:6], 60.0, False, id="six votes"),
        pytest.param(5, RECORD, DAY / 4, True, id="within a day to the second"),
        pytest.param(5, RECORD, DAY / 4 + 1, False, id="over a day"),
        pytest.param(40, (1,) * 20, 60.0, True, id="forty who agree with all of twenty"),
        pytest.param(6, (0,) * 7, 60.0, True, id="six who pass on everything"),
    ],
)
def test_copied_records_are_held(
    copies: int, values: Sequence[int], every: float, is_held: bool
) -> None:
    votes = ballots(names(copies), values, every=every)
    found = find_suspicions(votes, known(votes))
    assert conversations(found) == (set(names(copies)) if is_held else set())


def test_evidence_of_copies_is_numbers() -> None:
    votes = ballots(names(6), RECORD, every=HOUR)
    (found,) = find_suspicions(votes, known(votes))
    assert found.reason == "identical"
    assert found.evidence == {
        "conversations": 6,
        "votes_each": 7,
        "hours": 5.0,
        "nearly_the_same": 0,
        "on_web": 6,
    }
    assert len(found.held) == 6 * 7


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(ballots(["odd"], (*RECORD[:6], 1)), id="another answer"),
        pytest.param(ballots(["odd"], (*RECORD, 1)), id="another view as well"),
        pytest.param(ballots(["odd"], RECORD[:6]), id="a view less"),
    ],
)
def test_who_answers_otherwise_is_no_copy(other: list[CastVote]) -> None:
    votes = [*ballots(names(5), RECORD, every=60), *other]
    assert conversations(find_suspicions(votes, known(votes))) == set(names(5))


@pytest.mark.parametrize(
    ("near", "is_held"), [pytest.param(4, True, id="four"), pytest.param(5, False, id="five")]
)
def test_ten_copies_are_held_unless_half_as_many_differ_in_one_answer(
    near: int, is_held: bool
) -> None:
    votes = ballots(names(10), RECORD, every=60)
    for number, name in enumerate(names(near, "near")):
        changed = list(RECORD)
        changed[number] = 1 if changed[number] == 0 else -changed[number]
        votes += ballots([name], changed)
    found = find_suspicions(votes, known(votes))
    assert conversations(found) == (set(names(10)) if is_held else set())


def test_copy_is_of_the_latest_votes() -> None:
    votes = ballots(names(5), RECORD, every=60)
    earlier = [vote._replace(value=0, at=vote.at - HOUR) for vote in votes[:7]]
    assert conversations(find_suspicions([*earlier, *votes], known(votes))) == set(names(5))
    later = [vote._replace(value=0, at=vote.at + HOUR) for vote in votes[:7]]
    assert find_suspicions([*votes, *later], known(votes)) == ()


@pytest.mark.parametrize("copies", [5, 25, 100])
@pytest.mark.parametrize("seed", range(5))
def test_copies_among_honest_people_are_all_held_and_nobody_else(seed: int, copies: int) -> None:
    honest = crowd(seed=seed)
    chance = random.Random(seed)
    record = [chance.choice((1, 0, -1)) for _ in range(20)]
    attack = ballots(names(copies, "bot"), record, every=600, start=START + 2 * DAY)
    seen = honest.first_seen | known(attack)
    found = find_suspicions([*honest.votes, *attack], seen)
    assert set(reasons(found)) == {"identical"}
    assert conversations(found) == set(names(copies, "bot"))


# --- Speed ----------------------------------------------------------------------------------------


def paced(gaps: Sequence[float], person: str = "fast") -> list[CastVote]:
    """One person's votes, so far apart."""
    at = [START + sum(gaps[:number]) for number in range(len(gaps) + 1)]
    return [
        CastVote(person, f"view{n:04d}", n % 3 - 1, each, "telegram") for n, each in enumerate(at)
    ]


@pytest.mark.parametrize(
    ("gaps", "is_held"),
    [
        pytest.param([0.5] * 9, True, id="ten votes"),
        pytest.param([0.5] * 8, False, id="nine votes"),
        pytest.param([0.0] * 30, True, id="all at once"),
        pytest.param([1.0] * 30, False, id="a second each"),
        pytest.param([0.5] * 5 + [60.0] * 4, True, id="most within a second"),
        pytest.param([0.5] * 4 + [60.0] * 5, False, id="most not"),
        pytest.param([60.0] * 40 + [0.5] * 9 + [60.0] * 40, True, id="ten fast among slow ones"),
        pytest.param([0.5, 1.25] * 5, True, id="the median lies between two gaps"),
        pytest.param([0.5, 30.0, 30.0] * 20, False, id="one in three"),
    ],
)
def test_faster_than_anybody_reads_is_held(gaps: Sequence[float], is_held: bool) -> None:
    votes = paced(gaps)
    found = find_suspicions(votes, known(votes))
    assert reasons(found) == (["speed"] if is_held else [])
    expected = {("fast", vote.view) for vote in votes} if is_held else set()
    assert held_back(found) == expected


def test_evidence_of_speed_is_numbers() -> None:
    votes = paced([0.5] * 9 + [3.0] * 2)
    (found,) = find_suspicions(votes, known(votes))
    assert found.evidence == {
        "votes": 12,
        "within_a_second": 9,
        "median_seconds": 0.5,
        "on_web": 0,
    }


def test_two_people_at_the_same_time_are_not_one_fast_person() -> None:
    votes = [*paced([1.5] * 12, "one"), *paced([1.5] * 12, "two")]
    assert find_suspicions(votes, known(votes)) == ()


@pytest.mark.parametrize("seed", range(5))
def test_scripts_among_honest_people_are_all_held_and_nobody_else(seed: int) -> None:
    honest = crowd(seed=seed)
    chance = random.Random(seed)
    scripts = names(40, "script")
    attack = []
    for name in scripts:
        at = START + chance.uniform(0, 7 * DAY)
        for view in chance.sample(range(20), 12):
            at += chance.uniform(0.05, 0.9)
            value = chance.choice((1, 0, -1))
            attack.append(CastVote(name, f"view{view:04d}", value, at, "web"))
    found = find_suspicions([*honest.votes, *attack], honest.first_seen)
    assert set(reasons(found)) == {"speed"}
    assert conversations(found) == set(scripts)


# --- Burst ----------------------------------------------------------------------------------------

VIEW = "view0000"


def burst(
    count: int,
    *,
    value: int = 1,
    minutes: float = 9.5,
    start: float = START,
    kind: str = "new",
) -> list[CastVote]:
    """So many people who each vote once, evenly over so many minutes."""
    step = minutes * 60 / max(count - 1, 1)
    return [
        CastVote(name, VIEW, value, start + number * step, "web")
        for number, name in enumerate(names(count, kind))
    ]


@pytest.mark.parametrize(
    ("count", "minutes", "is_held"),
    [
        pytest.param(20, 9.5, True, id="twenty"),
        pytest.param(19, 9.5, False, id="nineteen"),
        pytest.param(20, 10.5, False, id="in over ten minutes"),
        pytest.param(80, 40.0, True, id="eighty at the same pace"),
        pytest.param(200, 0.5, True, id="two hundred in half a minute"),
    ],
)
def test_burst_of_newcomers_is_held(count: int, minutes: float, is_held: bool) -> None:
    votes = burst(count, minutes=minutes)
    seen = {vote.conversation: vote.at - 60 for vote in votes}
    found = find_suspicions(votes, seen)
    assert conversations(found) == (set(names(count, "new")) if is_held else set())


@pytest.mark.parametrize(
    ("alike", "old", "is_held"),
    [
        pytest.param(16, 4, True, id="four of five are new and agree"),
        pytest.param(15, 5, False, id="three of four"),
        pytest.param(32, 8, True, id="four of five of forty"),
    ],
)
def test_four_of_five_votes_make_a_burst(alike: int, old: int, is_held: bool) -> None:
    new = burst(alike)
    others = burst(old, kind="old", start=START + 1)
    seen = known(others) | {vote.conversation: START - 60 for vote in new}
    found = find_suspicions([*new, *others], seen)
    assert conversations(found) == (set(names(alike, "new")) if is_held else set())


def test_newcomers_who_disagree_with_one_another_are_no_burst() -> None:
    votes = [*burst(15), *burst(10, value=-1, kind="against")]
    assert find_suspicions(votes, {}) == ()


@pytest.mark.parametrize(
    ("age", "is_held"),
    [pytest.param(HOUR, True, id="an hour"), pytest.param(HOUR + 1, False, id="longer")],
)
def test_newcomers_were_first_seen_within_the_hour_before(age: float, is_held: bool) -> None:
    votes = burst(25)
    found = find_suspicions(votes, {vote.conversation: vote.at - age for vote in votes})
    assert bool(found) == is_held


def test_many_votes_of_others_just_before_do_not_hide_a_burst() -> None:
    others = burst(60, value=-1, minutes=4.0, kind="old")
    attack = burst(40, minutes=2.0, start=START + 245)
    found = find_suspicions([*others, *attack], known(others))
    assert conversations(found) == set(names(40, "new"))


def test_only_the_votes_on_that_view_are_held() -> None:
    votes = burst(25)
    elsewhere = [vote._replace(view="view0001", value=n % 3 - 1) for n, vote in enumerate(votes)]
    found = find_suspicions([*votes, *elsewhere], {})
    assert held_back(found) == {(name, VIEW) for name in names(25, "new")}


@pytest.mark.parametrize(
    ("agree", "disagree", "is_held"),
    [
        pytest.param(100, 100, True, id="the others are divided"),
        pytest.param(20, 180, True, id="the others disagree"),
        pytest.param(190, 10, False, id="the others agree as well"),
        pytest.param(18, 1, True, id="too few others to tell"),
    ],
)
def test_burst_that_says_what_the_others_say_is_not_held(
    agree: int, disagree: int, is_held: bool
) -> None:
    before = START - 10 * DAY
    others = [
        *burst(agree, kind="for", start=before, minutes=10_000),
        *burst(disagree, value=-1, kind="against", start=before, minutes=10_000),
    ]
    attack = burst(25)
    found = find_suspicions([*others, *attack], known(others))
    assert conversations(found) == (set(names(25, "new")) if is_held else set())


def test_evidence_of_a_burst_is_numbers() -> None:
    others = burst(4, value=-1, kind="old", start=START - DAY, minutes=60)
    (found,) = find_suspicions([*others, *burst(21, minutes=5)], known(others))
    assert found.reason == "burst"
    assert found.evidence == {
        "conversations": 21,
        "answer": 1,
        "minutes": 5.0,
        "others": 4,
        "others_alike": 0,
        "votes_each": 1.0,
        "on_web": 21,
    }


@pytest.mark.parametrize("value", [1, 0, -1])
@pytest.mark.parametrize("seed", range(5))
def test_bursts_among_honest_people_are_all_held_and_nobody_else(seed: int, value: int) -> None:
    # View 0 divides the camps: about half of all agree, a third disagree.
    honest = crowd(seed=seed)
    attack = burst(30, value=value, start=START + 3 * DAY)
    seen = honest.first_seen | {vote.conversation: vote.at - 600 for vote in attack}
    found = find_suspicions([*honest.votes, *attack], seen)
    assert set(reasons(found)) == {"burst"}
    assert conversations(found) == set(names(30, "new"))


# --- All of it ------------------------------------------------------------------------------------


def test_nobody_voted() -> None:
    assert find_suspicions([], {}) == ()
    assert held_back(()) == frozenset()


def test_one_vote() -> None:
    assert find_suspicions([CastVote("one", VIEW, 1, START, "web")], {}) == ()


def test_order_of_votes_changes_nothing() -> None:
    honest = crowd(people=100)
    votes = [
        *honest.votes,
        *ballots(names(6), RECORD, every=60),
        *paced([0.2] * 12),
        *burst(30, start=START + 3 * DAY),
    ]
    found = find_suspicions(votes, honest.first_seen)
    assert reasons(found) == ["identical", "speed", "burst"]
    shuffled = random.Random(1).sample(votes, len(votes))
    assert find_suspicions(shuffled, honest.first_seen) == found


def test_hundred_thousand_votes_take_about_a_second() -> None:
    # A third of a second of one processor; a loop over all pairs would take minutes.
    honest = crowd(people=7_500)
    votes = [
        *honest.votes,
        *ballots(names(50, "bot"), [1, -1] * 450, every=60),
        *(vote for name in names(100, "script") for vote in paced([0.2] * 99, name)),
        *burst(2_000, start=START + 3 * DAY),
    ]
    assert len(votes) > 100_000
    before = time.process_time()
    found = find_suspicions(votes, honest.first_seen)
    assert time.process_time() - before < 5
    assert conversations(found) >= {*names(50, "bot"), *names(100, "script"), *names(2_000, "new")}
