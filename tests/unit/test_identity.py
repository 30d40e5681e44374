"""Conversation ids: the same person in the same chat, and nobody else, without saying who."""

from __future__ import annotations

import hashlib
import hmac
import re

from bot.conversation.identity import conversation_id, file_token

KEY = b"k" * 32


def test_id_is_a_keyed_hash_of_all_three_parts() -> None:
    message = b"\0\0\0\3web" + b"\0\0\0\1u" + b"\0\0\0\2ch"
    expected = hmac.new(KEY, message, hashlib.sha256).hexdigest()[:32]
    assert conversation_id(KEY, "web", "u", "ch") == expected
    assert re.fullmatch("[0-9a-f]{32}", expected)


def test_every_part_and_the_key_make_another_id() -> None:
    ids = {
        conversation_id(KEY, "web", "1", "2"),
        conversation_id(b"other" * 8, "web", "1", "2"),
        conversation_id(KEY, "telegram", "1", "2"),
        conversation_id(KEY, "web", "2", "2"),
        conversation_id(KEY, "web", "1", "1"),
        conversation_id(KEY, "web", "2", "1"),
    }
    assert len(ids) == 6


def test_borders_between_parts_count() -> None:
    assert conversation_id(KEY, "web", "12", "3") != conversation_id(KEY, "web", "1", "23")
    assert conversation_id(KEY, "web", "", "1") != conversation_id(KEY, "web", "1", "")


def test_any_text_can_be_a_part() -> None:
    assert len(conversation_id(KEY, "web", "\ud800 é 你", "\0")) == 32


def test_file_token_is_a_keyed_hash_with_a_purpose_of_its_own() -> None:
    conversation = "0123456789abcdef" * 2
    expected = hmac.new(KEY, b"file " + conversation.encode(), hashlib.sha256).hexdigest()[:32]
    assert file_token(KEY, conversation) == expected
    assert re.fullmatch("[0-9a-f]{32}", expected)


def test_file_token_tells_nothing_of_the_conversation_and_fits_no_other() -> None:
    one, other = conversation_id(KEY, "web", "1", ""), conversation_id(KEY, "web", "2", "")
    tokens = {file_token(KEY, one), file_token(KEY, other), file_token(b"other" * 8, one)}
    assert len(tokens) == 3
    assert tokens.isdisjoint({one, other})
