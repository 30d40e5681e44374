"""The conversations that staff wrote down: the real bot answers as each file says."""

from __future__ import annotations

import pytest

from bot.content.conversation_tests import WrittenConversation, load_conversations
from bot.conversation.messages import as_language
from bot.conversation.turn import Parts
from tests.engine.conftest import ROOT
from tests.engine.talking import PressLabelled, Talk

CONVERSATIONS = load_conversations(ROOT)


def test_both_languages_are_spoken() -> None:
    assert {each.language for each in CONVERSATIONS.values()} == {"fr", "en"}


@pytest.mark.parametrize("conversation", CONVERSATIONS.values(), ids=CONVERSATIONS)
async def test_bot_answers_as_staff_wrote(parts: Parts, conversation: WrittenConversation) -> None:
    language = as_language(conversation.language)
    talk = Talk(parts, hint=language)
    for turn in conversation.turns:
        answers = await talk.answers(PressLabelled(turn.sent) if turn.is_button else turn.sent)
        assert (answers, talk.replies[0].language) == (list(turn.answers), language), turn.sent
