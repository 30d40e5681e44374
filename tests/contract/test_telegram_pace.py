"""How fast messages may go, by a clock that only waiting moves."""

from __future__ import annotations

import pytest

from bot.adapters.telegram.pace import BURST, CHAT_SECONDS, GROUP_SECONDS, OVERALL_SECONDS, Pace
from tests.contract.telegram_parts import FakeTime


async def moments(*chats: int) -> list[float]:
    """When messages to these chats may go, one asked for after the other."""
    time = FakeTime()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    began, found = time.now, []
    for chat in chats:
        await pace.wait(chat)
        found.append(time.now - began)
    return found


@pytest.mark.parametrize(
    ("chat", "seconds"), [(1, CHAT_SECONDS), (-1, GROUP_SECONDS)], ids=["person", "group"]
)
async def test_chat_gets_a_burst_then_one_at_a_time(chat: int, seconds: float) -> None:
    found = await moments(*[chat] * (BURST + 3))
    assert found[BURST - 1] == pytest.approx((BURST - 1) * OVERALL_SECONDS)
    assert found[BURST:] == pytest.approx([seconds, 2 * seconds, 3 * seconds], abs=OVERALL_SECONDS)


async def test_chats_do_not_slow_each_other_below_the_overall_pace() -> None:
    found = await moments(*range(1, 101))
    assert found == pytest.approx([number * OVERALL_SECONDS for number in range(100)])


async def test_burst_comes_back_after_silence() -> None:
    time = FakeTime()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    for _ in range(BURST + 2):
        await pace.wait(1)
    time.now += BURST * CHAT_SECONDS
    began = time.now
    for _ in range(BURST):
        await pace.wait(1)
    assert time.now - began < CHAT_SECONDS


async def test_hold_stops_every_chat() -> None:
    time = FakeTime()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    pace.hold(30)
    pace.hold(5)
    assert pace.is_held
    began = time.now
    await pace.wait(1)
    await pace.wait(2)
    assert time.now - began == pytest.approx(30 + OVERALL_SECONDS)
    assert not pace.is_held
