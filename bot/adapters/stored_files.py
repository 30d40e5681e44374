"""The files that go with a reply: pictures of ours, and what is held about the person."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

from bot.conversation.messages import Image
from bot.conversation.ports import Files

PICTURE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}\.png")
PICTURES = "/pictures/"
LOOK_EVERY = 0.25
"""Seconds between two looks for a file that is not there yet."""


def picture_name(image: Image | None) -> str | None:
    """The name of a picture of ours; None when it lies elsewhere, or there is none."""
    if image is None or not image.url.startswith(PICTURES):
        return None
    return image.url.removeprefix(PICTURES)


async def wait_for_file(
    files: Files,
    name: str,
    *,
    seconds: float,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> bytes | None:
    """A file as soon as it is there; None when it did not come within that time.

    The recorder writes what is held about a person just after the turn that promised it.

    Raises:
        StoreUnavailable: Redis cannot say.
    """
    for _ in range(round(seconds / LOOK_EVERY)):
        content = await files.read(name)
        if content is not None:
            return content
        await sleep(LOOK_EVERY)
    return await files.read(name)


async def drop_file(files: Files, name: str, content: bytes) -> None:
    """Drop a file that was delivered, unless a newer one has taken its place.

    The next time somebody asks, an old one would be there sooner than the new one.

    Raises:
        StoreUnavailable: Redis did not do it; the file's time will be over soon.
    """
    if await files.read(name) == content:
        await files.drop(name)
