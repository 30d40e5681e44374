"""`POST /api/chat`: one message in, its replies out; the page and other callers use it."""

from __future__ import annotations

import time
import uuid
from typing import Any

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.adapters.web.chat_request import ChatRequest, read_chat_request, read_idempotency_key
from bot.adapters.web.metrics import Metrics
from bot.adapters.web.pending_answers import Answer, PendingAnswers
from bot.adapters.web.problems import NO_ANSWER, TOO_MANY_MESSAGES, Problem
from bot.conversation.identity import conversation_id, file_token
from bot.conversation.messages import Delivery, IncomingMessage, Language, Reply
from bot.conversation.ports import Intake


class Chat:
    """Takes messages in and waits for their answers."""

    def __init__(
        self,
        intake: Intake,
        pending: PendingAnswers,
        *,
        identity_key: bytes,
        metrics: Metrics,
        answer_within: float,
    ) -> None:
        self._intake = intake
        self._pending = pending
        self._identity_key = identity_key
        self._metrics = metrics
        self._answer_within = answer_within

    async def post(self, request: Request) -> Response:
        """Answer one message."""
        key = read_idempotency_key(request.headers)
        asked = await read_chat_request(request)
        message = self._message(asked, key)
        with self._metrics.time_to_answer():
            answer = await self._answer(message)
        return JSONResponse(
            self._to_json(answer.delivery, asked.get("language")),
            background=BackgroundTask(self._pending.discard, answer),
        )

    def _message(self, asked: ChatRequest, key: str | None) -> IncomingMessage:
        return IncomingMessage(
            conversation=conversation_id(self._identity_key, "web", asked["conversation"], ""),
            platform="web",
            id=f"k{key}" if key else uuid.uuid4().hex,
            at=time.time(),
            text=asked.get("text"),
            button=asked.get("button"),
            language_hint=asked.get("language"),
        )

    async def _answer(self, message: IncomingMessage) -> Answer:
        place = (message.conversation, message.id)
        with self._pending.expect(*place) as caller:
            if await self._intake.accept(message) == "full":
                raise Problem(TOO_MANY_MESSAGES)
            answer = await self._pending.answer(caller, *place, within=self._answer_within)
        if answer is None:
            raise Problem(NO_ANSWER)
        return answer

    def _to_json(self, delivery: Delivery, hint: Language | None) -> dict[str, Any]:
        replies = delivery.replies
        token = file_token(self._identity_key, delivery.conversation)
        return {
            "language": replies[-1].language if replies else hint or "fr",
            "replies": [_reply_to_json(reply, token) for reply in replies],
        }


def _reply_to_json(reply: Reply, token: str) -> dict[str, Any]:
    """The public form; a file that goes with the reply is one more source."""
    data = reply.to_json()
    del data["language"]
    name = data.pop("file")
    if name is not None:
        data["sources"].append({"title": name, "url": f"/files/{token}"})
    return data
