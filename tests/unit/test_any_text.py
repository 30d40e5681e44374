"""Whatever is sent: cleaning, hearing and a whole turn hold their promises for every text."""

from __future__ import annotations

import asyncio
import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.hearing import MOST_SCREENED, hear
from bot.conversation.ports import Claim, ConversationRecord
from bot.conversation.text import clean, has_words
from bot.conversation.turn import Parts, run_turn
from tests.unit.small_library import (
    ListedDialogue,
    message,
    parts_with,
    small_crisis_check,
    small_library,
)

NASTY = st.sampled_from(
    list("/\\{}[]\"'<>*_`|@#:;,.!?\n\r\t\v\f\x00\x1b\x7f\x85 \u00a0\u00ad\u061c\u200b\u200d\u200e")
    + list(
        "\u2028\u2029\u202a\u202e\u2060\u2066\u2069\u3000\u3164\ufeff\ufffd\ud800\udfff\U000e0041"
    )
    + ["/start", "/delete", "/greet", "a:", "l:fr", "je veux mourir", "want to die", "é", "e\u0301"]
)
TEXTS = st.lists(NASTY | st.characters(), max_size=60).map("".join)
LONG_TEXTS = st.tuples(TEXTS, st.integers(1, 4_000)).map(lambda pair: pair[0] * pair[1])
HIDDEN = {"Cc", "Cs", "Zl", "Zp"}
LIBRARY = small_library()


@settings(deadline=None)
@given(TEXTS)
def test_clean_text_is_safe_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    assert not any(unicodedata.category(sign) in HIDDEN for sign in cleaned.replace("\n", ""))
    assert not set(cleaned) & set("\u200b\u200e\u200f\u202a\u202d\u202e\u2066\u2069\ufeff")
    assert "  " not in cleaned
    assert "\n\n" not in cleaned
    assert cleaned == cleaned.strip()
    assert unicodedata.is_normalized("NFC", cleaned)
    assert clean(cleaned) == cleaned
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned


@settings(deadline=None)
@given(st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd"]), max_size=80))
def test_clean_loses_no_letter(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text)


@settings(deadline=None)
@given(TEXTS | LONG_TEXTS)
def test_whatever_is_heard_is_a_text_a_meaning_or_an_answer(text: str) -> None:
    heard = hear(message(text), LIBRARY)
    assert len(heard.text) <= MOST_SCREENED
    if heard.answer is not None:
        assert heard.answer in ("too_long", "fallback_empty")
        assert heard.understanding is None
    elif heard.understanding is not None:
        assert heard.text == ""
    else:
        assert has_words(heard.text)
        assert not heard.text.startswith(("/", "\\"))


@settings(deadline=None)
@given(TEXTS)
def test_whatever_a_button_holds_is_ours_or_gone(value: str) -> None:
    heard = hear(message(button=value), LIBRARY)
    assert (heard.answer == "button_gone") is (heard.understanding is None)
    assert heard.text == ""


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    folder: Path = tmp_path_factory.mktemp("content")
    return parts_with(small_crisis_check(folder), ListedDialogue())


@settings(deadline=None)
@given(text=TEXTS | LONG_TEXTS)
def test_whatever_is_said_is_answered_and_can_be_stored(parts: Parts, text: str) -> None:
    claim = Claim(message(text), ConversationRecord(), "token", 1)
    turn = asyncio.run(run_turn(claim, parts))
    assert turn.delivery is not None
    assert [reply.answer for reply in turn.delivery.replies] != ["unavailable"]
    written = json.dumps([turn.state, turn.events, turn.journal], ensure_ascii=False)
    assert written.encode("utf-8")
