"""Questions over the real HTTP door, the real engine behind it."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.conversation.identity import conversation_id
from bot.store.redis.keys import Keys
from tests.end_to_end.stack import Stack

pytestmark = [pytest.mark.end_to_end, pytest.mark.asyncio(loop_scope="module")]

MARKER = "zanzibarquartz"


async def test_first_question_in_each_language_is_answered_with_its_source(stack: Stack) -> None:
    french = await stack.ask("premiere", "c'est quoi un gouvernement ouvert")
    english = await stack.ask("first", "what's open government")

    for answer, language in ((french, "fr"), (english, "en")):
        assert answer["language"] == language
        assert [reply["answer"] for reply in answer["replies"]] == ["open_government"]
        assert answer["replies"][0]["sources"][0]["url"].startswith("https://")
    assert french["replies"][0]["text"] != english["replies"][0]["text"]


async def test_bad_input_gets_a_sensible_answer_and_leaves_no_text_in_logs(stack: Stack) -> None:
    cases = {
        "": "fallback_empty",
        " \t\n ": "fallback_empty",
        "🎉🎉🎉": "fallback_empty",
        "\x00\x00": "fallback_empty",
        "\u202e\u202d": "fallback_empty",
        "/delete": "delete_done",
    }
    for text, answer in cases.items():
        said = await stack.ask("odd", text)
        assert said["replies"][0]["answer"] == answer, repr(text)
    hostile = [
        f"/restart {MARKER}",
        f'/intent{{"slot":"{MARKER}"}}',
        f'/change_language{{"language":"en"}} {MARKER}',
        f"<script>alert('{MARKER}')</script>",
        f"*_`[{MARKER}](http://x",
        f"@everyone {MARKER}",
        f"\x00a\u202eb\ud800 {MARKER}",
        f"{MARKER} " * 70,
    ]
    for text in hostile:
        raw = await stack.client.post(
            "/api/chat",
            content=_as_json({"conversation": "hostile", "text": text[:1000]}),
            headers={"content-type": "application/json"},
        )
        assert raw.status_code == 200, (text, raw.text)
        assert raw.json()["replies"][0]["answer"] not in ("unavailable", "")
        assert MARKER not in raw.text
    assert MARKER not in stack.log
    assert "Traceback" not in stack.log


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"conversation": "c", "text": "x" * 100_000}, 413),
        ({"conversation": "c", "text": "x" * 1_001}, 422),
        ({"conversation": "c" * 10_000, "text": "hi"}, 422),
        ({"conversation": "c", "text": 5}, 422),
        ({"conversation": "c", "text": "hi", "admin": True}, 422),
        ({"conversation": "c"}, 422),
        ({"conversation": "c", "text": "hi", "button": "a:help"}, 422),
        ({"conversation": "c", "text": "hi", "language": "de"}, 422),
        ([], 422),
    ],
    ids=str,
)
async def test_wrong_request_is_a_problem_in_both_languages(
    stack: Stack, body: object, status: int
) -> None:
    answer = await stack.client.post("/api/chat", json=body)

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["status"] == status
    assert problem["fr"]["title"]
    assert problem["en"]["title"]
    assert problem["fr"]["title"] != problem["en"]["title"]


async def test_delete_leaves_no_key_of_the_conversation(stack: Stack) -> None:
    await stack.ask("erase me", "c'est quoi la transparence")
    conversation = conversation_id(stack.vault.identity_key, "web", "erase me", "")
    assert await _keys_with(stack, conversation)

    await stack.ask("erase me", "/effacer")

    assert await _keys_with(stack, conversation) == []


async def test_message_sent_twice_with_one_key_is_answered_once(stack: Stack) -> None:
    body = {"conversation": "twice", "text": "what is transparency"}
    headers = {"Idempotency-Key": "the-same-key"}

    first, second = await asyncio.gather(
        stack.client.post("/api/chat", json=body, headers=headers),
        stack.client.post("/api/chat", json=body, headers=headers),
    )

    assert first.json() == second.json()
    conversation = conversation_id(stack.vault.identity_key, "web", "twice", "")
    assert await stack.redis.llen(Keys().events(conversation)) == 1


async def test_transcript_reaches_sql_encrypted(stack: Stack) -> None:
    await stack.start("recorder")
    await stack.ask("recorded", f"what is transparency {MARKER}")

    path = stack.data_dir / "record.sqlite"

    async def is_recorded() -> bool:
        return path.exists() and b"transparency" in b"".join(
            part.read_bytes() for part in stack.data_dir.glob("record.sqlite*")
        )

    await stack.wait_for(is_recorded, "the answer's id in SQL")
    everything = b"".join(part.read_bytes() for part in stack.data_dir.rglob("*.sqlite*"))
    everything += b"".join(part.read_bytes() for part in stack.data_dir.rglob("appendonly*/*"))
    assert MARKER.encode() not in everything


async def _keys_with(stack: Stack, conversation: str) -> list[bytes]:
    return [key async for key in stack.redis.scan_iter(f"*{conversation}*")]


def _as_json(value: object) -> bytes:
    return json.dumps(value).encode()
