"""`python -m bot shell`: talk to the bot in the terminal, with what it understood."""

from __future__ import annotations

import asyncio
import os
import sys
import time

from bot.conversation.messages import IncomingMessage, Reply
from bot.conversation.ports import JsonObject
from bot.conversation.turn import Parts, run_turn
from bot.engine.models import current_archive
from bot.processes.engine_parts import build_parts
from bot.settings import Settings, read_settings
from bot.store.memory import MemoryStore

CONVERSATION = "0" * 32


def main(arguments: list[str]) -> int:
    """Read lines until the end of input; `!2` presses the second button."""
    settings = read_settings(os.environ)
    asyncio.run(_talk(settings))
    return 0


async def _talk(settings: Settings) -> None:
    parts = await build_parts(settings.content_dir, current_archive(settings.models_dir))
    store = MemoryStore()
    sys.stdout.write("Write a message; `!2` presses the second button; Ctrl-D ends.\n")
    last: Reply | None = None
    for number, line in enumerate(sys.stdin):
        text = line.rstrip("\n")
        button = _pressed(text, last)
        message = IncomingMessage(
            CONVERSATION, "web", str(number), time.time(),
            text=None if button else text, button=button,
        )  # fmt: skip
        last = await _turn(store, parts, message)


def _pressed(text: str, last: Reply | None) -> str | None:
    if last is None or not text.startswith("!") or not text[1:].isdigit():
        return None
    place = int(text[1:]) - 1
    return last.buttons[place].value if 0 <= place < len(last.buttons) else None


async def _turn(store: MemoryStore, parts: Parts, message: IncomingMessage) -> Reply | None:
    await store.accept(message)
    claim = await store.claim(wait=0)
    if claim is None:
        return None
    turn = await run_turn(claim, parts)
    await store.commit(claim, turn)
    for event in turn.journal:
        sys.stdout.write(f"  [{_told(event)}]\n")
    replies = turn.delivery.replies if turn.delivery else ()
    for reply in replies:
        _show(reply)
    return replies[-1] if replies else None


def _told(event: JsonObject) -> str:
    """What a turn's journal says of it, in a word or two."""
    if event["kind"] == "alert":
        return f"a moderator is told: {event['answer']}"
    if event["kind"] == "turn":
        return f"{event['intent']} {event['confidence']}"
    return str(event["kind"])


def _show(reply: Reply) -> None:
    sys.stdout.write(f"{reply.text}\n")
    for source in reply.sources:
        sys.stdout.write(f"  source: {source.title} <{source.url}>\n")
    for place, button in enumerate(reply.buttons, 1):
        sys.stdout.write(f"  !{place} {button.label}\n")
    sys.stdout.flush()
