"""A chat with the draft, beside the page on which one edits."""

from __future__ import annotations

import secrets

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.content.desk import Desk
from bot.console.content.door import at_desk
from bot.console.content.preview import Preview
from bot.content.jobs import Job
from bot.conversation.messages import MOST_CHARACTERS, as_language
from bot.errors import StoreUnavailable

LONGEST_BUTTON = 64


@at_desk
def show_try(asked: Asked, desk: Desk) -> Response:
    """The chat; it starts the preview by itself."""
    topic = asked.query("topic")
    known = {each.id: each for each in desk.workshop.topics()}
    chosen = known.get(topic)
    return asked.page(
        "content/try.html",
        chat=secrets.token_hex(8),
        topic=chosen,
        most=MOST_CHARACTERS,
        has_redis=asked.parts.redis is not None,
        examples=_examples(desk, topic, asked.language) if chosen else (),
    )


@at_desk
def start(asked: Asked, desk: Desk) -> Response:
    """Let the trainer start the preview, or see that the one there is still fits the draft."""
    desk.jobs.ask("preview_start", root=desk.draft, by=asked.account.email)
    return asked.piece("content/_try_state.html", job=desk.jobs.latest("preview_start"))


@at_desk
def show_state(asked: Asked, desk: Desk) -> Response:
    """How far the preview is."""
    return asked.piece("content/_try_state.html", job=desk.jobs.latest("preview_start"))


async def say(asked: Asked) -> Response:
    """What the draft answers to one message or one button."""
    connection = asked.parts.redis
    text, button = asked.field("text").strip(), asked.field("button")
    if connection is None:
        return _trouble(asked, "no_redis")
    if not (0 < len(text) <= MOST_CHARACTERS) and not (0 < len(button) <= LONGEST_BUTTON):
        return _trouble(asked, "say_something", most=MOST_CHARACTERS)
    preview = Preview(connection, asked.parts.vault)
    conversation = preview.conversation_of(asked.account.email, asked.field("chat"))
    try:
        if not await preview.is_ready():
            job = await run_in_threadpool(asked.parts.desk.jobs.latest, "preview_start")
            return _trouble(asked, "preview_starting" if _is_under_way(job) else "preview_off")
        replies = await preview.say(
            conversation,
            text=None if button else text,
            button=button or None,
            language=as_language(asked.field("language")),
        )
    except StoreUnavailable:
        return _trouble(asked, "no_redis")
    if replies is None:
        return _trouble(asked, "preview_late")
    return asked.piece("content/_replies.html", replies=replies)


def _trouble(asked: Asked, key: str, **values: object) -> Response:
    """The chat's own words, in place of an answer."""
    why = asked.word(f"content.{key}", **values)
    return asked.piece("content/_try_trouble.html", status=503, why=why)


def _is_under_way(job: Job | None) -> bool:
    return job is not None and not job.has_ended


def _examples(desk: Desk, id: str, language: str) -> tuple[str, ...]:
    """Some held-out messages of the topic, to say with one press."""
    return desk.workshop.topic(id).held_out.get(language, ())[:3]
