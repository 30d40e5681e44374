"""Slash commands, the codes of links, and slashes that are only text."""

from __future__ import annotations

import pytest

from bot.conversation.commands import (
    COMMANDS,
    DeepLink,
    as_plain_text,
    read_command,
    read_deep_link,
)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/start", ("welcome", "")),
        ("/START", ("welcome", "")),
        ("  /start  ", ("welcome", "")),
        ("/start c_Rentree_fr", ("welcome", "c_Rentree_fr")),
        ("/start\nc_x", ("welcome", "c_x")),
        ("/help", ("help", "")),
        ("/aide", ("help", "")),
        ("/langue", ("change_language", "")),
        ("/language en", ("change_language", "en")),
        ("/confidentialité", ("bot_privacy", "")),
        ("/CONFIDENTIALITÉ", ("bot_privacy", "")),
        ("/effacer", ("delete_my_data", "")),
        ("/delete", ("delete_my_data", "")),
        ("/humain", ("talk_to_human", "")),
        ("/signaler", ("report_problem", "")),
        ("/stop", ("stop_messages", "")),
        ("/annuler", ("cancel", "")),
    ],
)
def test_command_is_read(text: str, command: tuple[str, str]) -> None:
    assert read_command(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "",
        "start",
        "/",
        "//start",
        "/restart",
        "/greet",
        '/intent{"slot":"x"}',
        "/start{}",
        "/delete_my_data",
        "/nlu_fallback",
        "/session_start",
        "/help me with this",
        "/start " + "x" * 65,
        "please /help",
    ],
)
def test_anything_else_with_a_slash_is_no_command(text: str) -> None:
    assert read_command(text) is None


def test_every_command_exists_in_french_and_in_english() -> None:
    """But `start` and `stop`, which platforms and people write the same everywhere."""
    spellings: dict[str, list[str]] = {}
    for command, intent in COMMANDS.items():
        spellings.setdefault(intent, []).append(command)
    alone = {intent for intent, commands in spellings.items() if len(commands) < 2}
    assert alone == {"welcome", "stop_messages"}


@pytest.mark.parametrize(
    ("code", "link"),
    [
        ("c_rentree2026_fr", DeepLink(campaign="rentree2026", language="fr")),
        ("c_back-to_school_en", DeepLink(campaign="back-to_school", language="en")),
        ("c_poster", DeepLink(campaign="poster")),
        ("t_open_government_en", DeepLink(topic="open_government", language="en")),
        ("t_nap6", DeepLink(topic="nap6")),
        ("t_nap6_de", DeepLink(topic="nap6_de")),
        ("", DeepLink()),
        ("fr", DeepLink()),
        ("x_nap6_fr", DeepLink()),
        ("c_", DeepLink()),
        ("t_../../x", DeepLink()),
        ("c_é", DeepLink()),
    ],
)
def test_link_code_is_read(code: str, link: DeepLink) -> None:
    assert read_deep_link(code) == link


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("/greet", "greet"),
        ("//greet", "greet"),
        ("/ /greet", "greet"),
        ("\\/greet", "greet"),
        ("/\n/greet", "greet"),
        ("and/or", "and/or"),
        ("", ""),
    ],
)
def test_leading_slashes_go(text: str, plain: str) -> None:
    assert as_plain_text(text) == plain
