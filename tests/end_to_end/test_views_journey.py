"""From a question to a counted view, reactions, news and erasure, over the real processes."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.conversation.identity import conversation_id
from tests.end_to_end.stack import ROOT, Stack

pytestmark = [pytest.mark.end_to_end, pytest.mark.asyncio(loop_scope="module")]

VIEW = "Les réunions du conseil municipal devraient être le soir quetzalcitron"
OTHER = "City council meetings should be in the evening quetzallemon"
MARKERS = ("quetzalcitron", "quetzallemon")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory, models: Path) -> AsyncIterator[Stack]:
    async with Stack(tmp_path_factory.mktemp("views"), models) as stack:
        for verb in ("engine", "recorder", "web"):
            await stack.start(verb)
        await stack.wait_until_healthy()
        yield stack


async def answers(stack: Stack, who: str, text: str | None = None, **more: Any) -> list[str]:
    said = await stack.ask(who, text, **more)
    return [reply["answer"] for reply in said["replies"]]


def staff(stack: Stack, *arguments: str) -> str:
    """Run a moderator's command; what it prints."""
    environ = {
        "BOT_DATA_DIR": str(stack.data_dir),
        "BOT_KEY_FILE": str(stack.data_dir / "key.json"),
        "PATH": "/usr/bin:/bin",
    }
    command = [sys.executable, "-m", "bot", "views", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows(stack: Stack, query: str) -> list[Any]:
    with sqlite3.connect(stack.data_dir / "record.sqlite") as connection:
        return connection.execute(query).fetchall()


async def share(stack: Stack, who: str) -> str:
    """Share the view; its receipt."""
    assert await answers(stack, who, "je veux donner mon opinion") == ["view_consent"]
    for button in ("f:view_consent:yes", "f:view_age:over", "f:view_theme:participation"):
        await answers(stack, who, button=button)
    assert await answers(stack, who, VIEW) == ["view_check"]
    said = await stack.ask(who, button="f:view_check:send")
    assert [reply["answer"] for reply in said["replies"]] == ["view_received", "view_band"]
    for button in ("f:view_band:skip", "f:view_region:quebec", "f:view_done:hear"):
        await answers(stack, who, button=button)
    words: list[str] = said["replies"][0]["text"].split()
    return next(word for word in words if len(word) == 9 and word[4] == "-")


async def test_whole_journey(stack: Stack) -> None:
    receipt = await share(stack, "author")

    async def is_recorded() -> bool:
        return bool(rows(stack, "select id from views"))

    await stack.wait_for(is_recorded, "the view in the record")
    ((id, status),) = rows(stack, "select id, status from views")
    assert status == "pending"
    assert await answers(stack, "reader", "what do other people think") == [
        "see_views",
        "view_vote_none",
    ]

    assert id in staff(stack, "list")
    staff(stack, "approve", id, "--other", OTHER, "--by", "Ada")

    async def is_published() -> bool:
        said = await stack.ask("reader", "what do other people think")
        return bool(said["replies"][-1]["answer"] == "view_vote_start")

    await stack.wait_for(is_published, "the view on the board")
    said = await stack.ask("reader", button="f:view_vote_start:over")
    assert OTHER in said["replies"][-1]["text"]
    assert await answers(stack, "reader", button=f"v:{id}:a") == ["view_vote_done"]

    async def is_told() -> bool:
        return "view_approved" in await answers(stack, "author", "allo")

    await stack.wait_for(is_told, "the author to be told")
    assert "view_approved" not in await answers(stack, "author", "allo")

    staff(
        stack, "outcome", "--theme", "participation", "--fr", "Le conseil siège le soir.",
        "--en", "Council meets in the evening.", "--by", "Ada",
    )  # fmt: skip

    async def has_heard() -> bool:
        return "view_outcome" in await answers(stack, "author", "allo")

    await stack.wait_for(has_heard, "the author to hear of the outcome")

    said = await stack.ask("author", "what do you hold about me")
    assert receipt in said["replies"][-1]["text"]
    (file,) = [s for s in said["replies"][-1]["sources"] if s["url"].startswith("/files/")]
    held = (await stack.client.get(file["url"])).json()
    assert [view["receipt"] for view in held["views"]] == [receipt]
    assert VIEW in str(held)


async def test_erasure_leaves_nothing_anywhere(stack: Stack) -> None:
    """Everything that names the author or the view is gone."""
    author = conversation_id(stack.vault.identity_key, "web", "author", "")
    locked = [blob for (blob,) in rows(stack, "select text_fr from views")]
    assert locked
    assert author in str(rows(stack, "select * from views"))

    said = await stack.ask("author", "/effacer")
    assert said["replies"][0]["answer"] == "delete_done"

    async def is_gone() -> bool:
        return not rows(stack, f"select * from turns where conversation = '{author}'")

    await stack.wait_for(is_gone, "erasure")

    async def is_off_the_board() -> bool:
        return await answers(stack, "second reader", "what do other people think") == [
            "see_views",
            "view_vote_none",
        ]

    await stack.wait_for(is_off_the_board, "the board without it")
    await asyncio.sleep(1.0)

    tables = [
        name for (name,) in rows(stack, "select name from sqlite_master where type = 'table'")
    ]
    for table in tables:
        found = str(rows(stack, f"select * from {table}"))
        assert table == "erasures" or author not in found, table
    on_disk = b"".join(
        path.read_bytes() for path in stack.data_dir.glob("record.sqlite*") if path.is_file()
    )
    assert not any(bytes(blob) in on_disk for blob in locked)
    assert all(marker not in stack.log for marker in MARKERS)
    for key in await stack.redis.keys("*"):
        assert author.encode() not in key, key
        value = await stack.redis.dump(key) or b""
        assert author.encode() not in value, key
    ((counted,),) = rows(stack, "select count(*) from votes")
    assert counted == 0
