"""Hearing: what the core makes of a message before anybody asks what it means."""

from __future__ import annotations

import pytest

from bot.conversation.commands import COMMANDS, DeepLink
from bot.conversation.hearing import MOST_SCREENED, Heard, hear
from bot.conversation.messages import MOST_CHARACTERS
from bot.conversation.ports import Understanding
from tests.unit.small_library import message, small_library

LIBRARY = small_library()


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("what is  open\ndata?", "what is open\ndata?"),
        ("/greet", "greet"),
        ("\u200b/greet", "greet"),
        ("/\x00/greet", "greet"),
        ('/intent{"slot":"x"}', 'intent{"slot":"x"}'),
        ("/restart now please", "restart now please"),
        ("hello \ud800there", "hello there"),
        ("x" * MOST_CHARACTERS, "x" * MOST_CHARACTERS),
    ],
    ids=lambda text: ascii(text[:30]),
)
def test_text_is_kept_for_the_dialogue(text: str, heard: str) -> None:
    assert hear(message(text), LIBRARY) == Heard(text=heard)


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t", "?!", "/", "///", "😀", "\x00", "\u202e", "\ud800", None], ids=ascii
)
def test_nothing_to_read_is_said_so(text: str | None) -> None:
    assert hear(message(text), LIBRARY) == Heard(answer="fallback_empty")


@pytest.mark.parametrize("length", [MOST_CHARACTERS + 1, 4_096, 100_000])
def test_too_long_text_is_not_for_the_dialogue(length: int) -> None:
    heard = hear(message("x" * length), LIBRARY)
    assert heard.answer == "too_long"
    assert heard.understanding is None
    assert len(heard.text) == min(length, MOST_SCREENED)


def test_too_long_text_is_cleaned_too() -> None:
    assert hear(message("\ud800/" * 3_000), LIBRARY).text == "/" * 2_500


@pytest.mark.parametrize(
    ("button", "understanding"),
    [
        ("a:topic", Understanding("topic", 1.0)),
        ("a:change_language", Understanding("change_language", 1.0)),
        ("m:topic", Understanding("tell_more", 1.0, details={"answer": "topic"})),
        ("l:fr", Understanding("change_language", 1.0, details={"language": "fr"})),
        ("l:en", Understanding("change_language", 1.0, details={"language": "en"})),
    ],
)
def test_button_of_ours_needs_no_guessing(button: str, understanding: Understanding) -> None:
    assert hear(message(button=button), LIBRARY) == Heard(understanding=understanding)


@pytest.mark.parametrize(
    "button",
    [
        "",
        "a",
        "a:",
        "m:",
        "l:",
        "a:nothing",
        "m:nothing",
        "l:de",
        "l:fr-CA",
        "l:FR",
        "A:topic",
        "a: topic",
        "a:topic ",
        "x:topic",
        "topic",
        "/restart",
        "a:tell_more",
        "a:../secrets",
        "\x00",
        "\ud800",
        "x" * 64,
        "é" * 32,
        "a:" + "b" * 62,
    ],
    ids=ascii,
)
def test_button_that_is_not_ours_any_more_is_said_so(button: str) -> None:
    assert hear(message(button=button), LIBRARY) == Heard(answer="button_gone")


def test_button_counts_before_text() -> None:
    assert hear(message("hello", "a:topic"), LIBRARY) == hear(message(None, "a:topic"), LIBRARY)


@pytest.mark.parametrize(
    ("text", "intent"),
    [(f"/{name}", intent) for name, intent in COMMANDS.items() if intent != "delete_my_data"]
    + [("/delete", "delete_done"), ("/effacer", "delete_done")],
)
def test_command_needs_no_guessing(text: str, intent: str) -> None:
    assert hear(message(text), LIBRARY) == Heard(understanding=Understanding(intent, 1.0))


@pytest.mark.parametrize(
    ("text", "intent", "link"),
    [
        ("/start c_rentree_en", "welcome", DeepLink(campaign="rentree", language="en")),
        ("/start t_topic_fr", "topic", DeepLink(topic="topic", language="fr")),
        ("/start t_topic", "topic", DeepLink(topic="topic")),
        ("/start t_gone_fr", "welcome", DeepLink(topic="gone", language="fr")),
        ("/start nonsense", "welcome", DeepLink()),
    ],
)
def test_link_leads_to_its_topic(text: str, intent: str, link: DeepLink) -> None:
    heard = hear(message(text), LIBRARY)
    assert heard == Heard(understanding=Understanding(intent, 1.0), link=link)


@pytest.mark.parametrize("text", ["/help t_topic_fr", "/stop everything", "/humain vite"])
def test_words_after_other_commands_are_text_to_understand(text: str) -> None:
    assert hear(message(text), LIBRARY) == Heard(text=text.removeprefix("/"))


def test_link_of_somebody_else_never_erases() -> None:
    heard = hear(message("/start t_delete_done_en"), LIBRARY)
    assert heard.understanding == Understanding("welcome", 1.0)


@pytest.mark.parametrize(
    ("text", "details"),
    [
        ("/language fr", {"language": "fr"}),
        ("/langue EN", {"language": "en"}),
        ("/language klingon", {}),
        ("/language", {}),
    ],
)
def test_language_command_takes_the_language_that_stands_behind_it(
    text: str, details: dict[str, str]
) -> None:
    understanding = Understanding("change_language", 1.0, details=details)
    assert hear(message(text), LIBRARY) == Heard(understanding=understanding)
