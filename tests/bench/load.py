"""The questions asked, and the two ways of asking: one long conversation, and many at once."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from statistics import median, quantiles

import aiohttp

from bot.content.checks.files import Example, read_content
from bot.content.library import load_library
from bot.safety.crisis import PREFIX as CRISIS
from tests.bench.children import ROOT
from tests.bench.service import Figures, Service

TURNS = 500
EARLY = (5, 15)
LATE = (490, 500)
REPEATED = 40
"""So many questions go round where questions repeat."""
LONG_WITHIN = 1200.0
"""Seconds for one long conversation."""

CONVERSATIONS = 50
TURNS_EACH = 20
CROWD_WITHIN = 300.0
"""Seconds for all of them at once."""

Say = Callable[[str], None]


def held_out() -> list[Example]:
    """Every held-out question of both languages."""
    return read_content(ROOT, datetime.now(UTC).date()).held_out


def topic_questions() -> list[str]:
    """Held-out questions whose answer cites a source, always in the same mixed order.

    Crises and functional intents are left out: they erase, start flows or wait for a person.
    """
    answers = load_library(ROOT).answers
    texts = [
        question.text
        for question in held_out()
        if question.intent in answers
        and answers[question.intent].sources
        and not question.intent.startswith(CRISIS)
    ]
    random.Random(6).shuffle(texts)
    return texts


def unique(texts: Sequence[str]) -> Iterator[str]:
    """The questions in a circle, each with a number that it never had before."""
    for number, text in enumerate(itertools.cycle(texts), 1):
        yield f"{text} {number}"


def repeating(texts: Sequence[str]) -> Iterator[str]:
    """The first few questions in a circle, word for word."""
    return itertools.cycle(texts[:REPEATED])


async def long_conversations(service: Service, questions: Sequence[str], say: Say) -> Figures:
    """One conversation in which every text is new, and one in which few come again and again."""
    fresh = await _long_conversation(service, "new", unique(questions), say)
    repeats = await _long_conversation(service, "repeats", repeating(questions), say)
    return {"new": fresh, "repeats": repeats}


async def _long_conversation(
    service: Service, name: str, texts: Iterator[str], say: Say
) -> Figures:
    seconds: list[float] = []
    errors = 0
    async with asyncio.timeout(LONG_WITHIN):
        for turn in range(1, TURNS + 1):
            began = time.perf_counter()
            errors += not await _is_answered(service, f"long-{name}", next(texts))
            seconds.append(time.perf_counter() - began)
            if turn % 100 == 0:
                say(f"turns ({name}): {turn}/{TURNS}, the last in {1000 * seconds[-1]:.0f} ms")
    milliseconds = [round(1000 * one, 2) for one in seconds]
    return {
        "early_milliseconds": _median(milliseconds, EARLY),
        "late_milliseconds": _median(milliseconds, LATE),
        "errors": errors,
        "each_milliseconds": milliseconds,
    }


def _median(milliseconds: Sequence[float], turns: tuple[int, int]) -> float:
    """Over the turns from first to last, both counted from 1 and both included."""
    first, last = turns
    return round(median(milliseconds[first - 1 : last]), 2)


async def crowds(service: Service, questions: Sequence[str], say: Say) -> Figures:
    """Many conversations at once: first every text is new, then few come again and again."""
    fresh = await _crowd(service, "new", unique(questions), say)
    return {"new": fresh, "repeats": await _crowd(service, "repeats", repeating(questions), say)}


async def _crowd(service: Service, name: str, texts: Iterator[str], say: Say) -> Figures:
    """Each conversation waits for its reply before it asks again."""
    seconds: list[float] = []
    errors = 0

    async def converse(conversation: str) -> None:
        nonlocal errors
        for _ in range(TURNS_EACH):
            began = time.perf_counter()
            errors += not await _is_answered(service, conversation, next(texts))
            seconds.append(time.perf_counter() - began)
            if len(seconds) % 200 == 0:
                say(f"load ({name}): {len(seconds)}/{CONVERSATIONS * TURNS_EACH}, {errors} errors")

    began = time.perf_counter()
    async with asyncio.timeout(CROWD_WITHIN), asyncio.TaskGroup() as group:
        for number in range(CONVERSATIONS):
            group.create_task(converse(f"crowd-{name}-{number}"))
    took = time.perf_counter() - began
    return {
        "turns_a_second": round((len(seconds) - errors) / took, 2),
        "errors": errors,
        "seconds": round(took, 1),
        "median_milliseconds": round(1000 * median(seconds), 1),
        "slowest_in_20_milliseconds": round(1000 * quantiles(seconds, n=20)[-1], 1),
    }


async def _is_answered(service: Service, conversation: str, text: str) -> bool:
    try:
        return await service.ask(conversation, text)
    except (aiohttp.ClientError, TimeoutError):
        return False
