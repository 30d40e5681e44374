"""Smoke conversations through whole turns with the trained model."""

from __future__ import annotations

from pathlib import Path

from bot.content.smoke import SmokeTest, load_smoke
from bot.conversation.turn import Parts
from bot.engine.smoke import run_smoke

ROOT = Path(__file__).parents[2]


async def test_the_bot_passes_its_own_smoke_conversations(parts: Parts) -> None:
    tests = load_smoke(ROOT)
    assert {test.language for test in tests} == {"fr", "en"}
    assert any(test.answer.startswith("crisis_") for test in tests)
    counted = []
    failures = await run_smoke(tests, parts, lambda done, total: counted.append((done, total)))
    assert failures == []
    assert counted == [(n, len(tests)) for n in range(1, len(tests) + 1)]


async def test_what_is_answered_otherwise_is_told(parts: Parts) -> None:
    tests = [
        SmokeTest("fr", "trust", says="je veux mourir"),
        SmokeTest("en", "trust", presses="a:trust"),
        SmokeTest("en", "greet", says="bonjour, ça va bien?"),
    ]
    first, second = await run_smoke(tests, parts)
    assert (first.test, first.given) == (tests[0], "crisis_suicide")
    assert str(first) == "fr “je veux mourir”: trust was expected, crisis_suicide came"
    assert second.test == tests[2], "the right answer in the wrong language"
