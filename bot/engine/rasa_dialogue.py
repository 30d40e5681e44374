"""The core's `Dialogue` port over Rasa: one model, trackers per turn, actions in process."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from hashlib import blake2b
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event
from rasa.shared.core.trackers import DialogueStateTracker

from bot.conversation.messages import Language
from bot.conversation.ports import (
    AnswerCall,
    ConversationRecord,
    DialogueOutcome,
    JsonObject,
    Understanding,
)
from bot.engine import tracker as trackers
from bot.engine.action_endpoint import InProcessActions

REMEMBERED = 2_000
"""Messages whose meaning is kept in memory: greetings and first questions come again."""


class NoWords(NaturalLanguageGenerator):  # type: ignore[misc]
    """Rasa says nothing itself: actions name answers, the core renders them."""

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any]:
        """An answer call for `utter_<answer>`, so that stories may name answers directly."""
        answer = utter_action.removeprefix("utter_").removeprefix("ask_")  # a form asks its steps
        return {"custom": {"answer": answer}}


class RasaDialogue:
    """Understands and responds; holds no conversation between two turns."""

    def __init__(self, archive: Path) -> None:
        self._trackers = trackers.TurnTrackers(Domain.empty())
        self._agent = Agent.load(
            str(archive),
            tracker_store=self._trackers,
            generator=NoWords(),
            action_endpoint=InProcessActions(),
        )
        self._trackers.domain = self._agent.domain
        self._meanings: OrderedDict[bytes, Understanding] = OrderedDict()
        self._key = secrets.token_bytes(32)

    async def understand(self, text: str) -> Understanding:
        """See `ports.Dialogue.understand`."""
        mark = self._mark(text)
        known = self._meanings.get(mark)
        if known is not None:
            self._meanings.move_to_end(mark)
            return known
        parsed = await self._agent.processor.parse_message(UserMessage(text))
        understanding = Understanding(
            intent=str(parsed["intent"]["name"]),
            confidence=float(parsed["intent"]["confidence"]),
            ranking=tuple(
                (item["name"], float(item["confidence"])) for item in parsed["intent_ranking"]
            ),
        )
        self._meanings[mark] = understanding
        if len(self._meanings) > REMEMBERED:
            self._meanings.popitem(last=False)
        return understanding

    def _mark(self, text: str) -> bytes:
        """What a message is remembered by: what was erased must not stay in a process's memory."""
        return blake2b(
            text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=16
        ).digest()

    async def respond(
        self,
        conversation: str,
        understanding: Understanding,
        record: ConversationRecord,
        language: Language,
        text: str = "",
    ) -> DialogueOutcome:
        """See `ports.Dialogue.respond`. One turn at a time: the caller holds the worker."""
        before = self._trackers.begin(conversation, record, {"language": language})
        message = UserMessage(
            text,
            CollectingOutputChannel(),
            conversation,
            parse_data=_parse_data(understanding, text),
        )
        await self._agent.processor.handle_message(message)
        saved = self._trackers.saved
        assert saved is not None  # noqa: S101 - Rasa saves at the end of every message
        events = list(saved.events)
        new = events if not record.events and not record.state.get("dialogue") else events[before:]
        return DialogueOutcome(
            answers=tuple(_answer_call(event) for event in new if isinstance(event, BotUttered)),
            events=trackers.kept_events(new),
            slots=saved.current_slot_values(),
        )

    def compact(self, record: ConversationRecord) -> tuple[JsonObject, int]:
        """See `ports.Dialogue.compact`."""
        return trackers.compact(record)


def _parse_data(understanding: Understanding, text: str) -> dict[str, Any]:
    return {
        "text": text,
        "intent": {"name": understanding.intent, "confidence": understanding.confidence},
        "intent_ranking": [
            {"name": name, "confidence": share} for name, share in understanding.ranking
        ],
        "entities": [
            {"entity": name, "value": value} for name, value in understanding.details.items()
        ],
    }


def _answer_call(event: Event) -> AnswerCall:
    call: dict[str, Any] = event.data["custom"]
    return AnswerCall(
        call["answer"],
        call.get("part", "text"),
        tuple(call.get("offered", ())),
        call.get("values", {}),
    )
