"""How replies look on Telegram, and whether the words fit."""

from __future__ import annotations

import pytest
from telegram.constants import BotCommandLimit, BotDescriptionLimit, MessageLimit

from bot.adapters.telegram.presenting import (
    PhotoPart,
    PicturePart,
    TextPart,
    present,
    split_text,
)
from bot.adapters.telegram.profile import COMMANDS
from bot.conversation.messages import LANGUAGES, Button, Image, Language, Source
from tests.contract.telegram_parts import library, reply
from tests.platforms.telegram_api import length

LIMIT = MessageLimit.MAX_TEXT_LENGTH


def rows_of(*labels: str) -> list[list[str]]:
    buttons = tuple(Button(label, f"a:{number}") for number, label in enumerate(labels))
    (part,) = present(reply(buttons=buttons), library())
    assert isinstance(part, TextPart)
    assert part.keyboard is not None
    return [[button.text for button in row] for row in part.keyboard.inline_keyboard]


def test_plain_reply_is_one_message_without_keyboard() -> None:
    assert present(reply("Hello *you* <b> _a_ [x](y)"), library()) == [
        TextPart("Hello *you* <b> _a_ [x](y)")
    ]


@pytest.mark.parametrize(("language", "heading"), [("fr", "Source :"), ("en", "Source:")])
def test_one_source_stands_under_the_text(language: Language, heading: str) -> None:
    sources = (Source("A page", "https://example.org/a"),)
    (part,) = present(reply("Hello", language=language, sources=sources), library())
    assert isinstance(part, TextPart)
    assert part.text == f"Hello\n\n{heading}\n• A page\nhttps://example.org/a"


def test_several_sources_are_listed() -> None:
    sources = (Source("A", "https://example.org/a"), Source("B", "https://example.org/b"))
    (part,) = present(reply("Allô", language="fr", sources=sources), library())
    assert isinstance(part, TextPart)
    assert part.text.split("\n\n")[1].splitlines() == [
        "Sources :",
        "• A",
        "https://example.org/a",
        "• B",
        "https://example.org/b",
    ]


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        (["Yes", "No"], [["Yes", "No"]]),
        (["Yes", "No", "Maybe"], [["Yes", "No"], ["Maybe"]]),
        (["a" * 18, "b" * 18], [["a" * 18, "b" * 18]]),
        (["a" * 19, "b"], [["a" * 19], ["b"]]),
        (["a", "b" * 19, "c", "d"], [["a"], ["b" * 19], ["c", "d"]]),
    ],
)
def test_short_labels_share_a_row(labels: list[str], rows: list[list[str]]) -> None:
    assert rows_of(*labels) == rows


def test_button_carries_its_value() -> None:
    (part,) = present(reply(buttons=(Button("Help", "a:help", "help"),)), library())
    assert isinstance(part, TextPart)
    assert part.keyboard is not None
    assert part.keyboard.inline_keyboard[0][0].callback_data == "a:help"


def test_image_follows_the_text_with_its_words() -> None:
    image = Image("https://example.org/a.png", "A map")
    first, second = present(reply("Hello", image=image), library())
    assert first == TextPart("Hello")
    assert second == PhotoPart(image)


OURS = Image("/pictures/views.png", "A map")
PICTURE = b"\x89PNG\r\n\x1a\n"


def test_picture_of_ours_is_brought_with_its_words() -> None:
    first, second = present(reply("Hello", image=OURS), library(), picture=PICTURE)
    assert first == TextPart("Hello")
    assert second == PicturePart("views.png", PICTURE, "A map")


@pytest.mark.parametrize(
    ("alt", "is_caption"),
    [("a" * 1_024, True), ("a" * 1_025, False), ("🎉" * 512, True), ("🎉" * 513, False)],
    ids=["1,024", "1,025", "1,024 units", "1,026 units"],
)
def test_words_over_the_limit_of_a_caption_go_before_the_picture(
    alt: str, is_caption: bool
) -> None:
    image = Image("/pictures/views.png", alt)
    parts = present(reply("Hello", image=image), library(), picture=PICTURE)
    if is_caption:
        assert parts[1:] == [PicturePart("views.png", PICTURE, alt)]
    else:
        assert parts[1:] == [TextPart(alt), PicturePart("views.png", PICTURE)]


def test_words_alone_stand_for_a_picture_that_is_gone() -> None:
    buttons = (Button("Help", "a:help"),)
    first, second = present(reply("Hello", buttons=buttons, image=OURS), library())
    assert isinstance(first, TextPart)
    assert first.keyboard is not None
    assert second == TextPart("A map")


def test_long_reply_has_its_buttons_under_the_last_piece() -> None:
    buttons = (Button("Help", "a:help"),)
    parts = present(reply("word " * 1_000, buttons=buttons), library())
    keyboards = [part.keyboard for part in parts if isinstance(part, TextPart)]
    assert len(keyboards) == 2
    assert keyboards[0] is None
    assert keyboards[1] is not None


def test_reply_without_words_is_no_message() -> None:
    assert present(reply(" \n"), library()) == []


def test_text_at_the_limit_is_not_cut() -> None:
    assert split_text("a" * LIMIT) == ["a" * LIMIT]


def test_text_is_cut_between_paragraphs() -> None:
    first, second = "a" * 3_000, "b b " * 500
    assert split_text(f"{first}\n\n{second}") == [first, second.strip()]


def test_text_is_cut_between_lines_when_paragraphs_are_long() -> None:
    first, second = "a a " * 750 + "a", "b b " * 500
    assert split_text(f"{first}\n{second}") == [first, second.strip()]


def test_text_is_cut_between_words_when_lines_are_long() -> None:
    pieces = split_text("mot " * 2_000)
    assert " ".join(pieces) == ("mot " * 2_000).strip()
    assert all(piece.startswith("mot") and piece.endswith("mot") for piece in pieces)
    assert all(len(piece) <= LIMIT for piece in pieces)


def test_one_line_before_a_long_paragraph_does_not_go_ahead_alone() -> None:
    assert len(split_text("Titre\n\n" + "mot " * 1_500)[0]) > LIMIT // 2


def test_word_over_the_limit_is_cut_and_nothing_is_lost() -> None:
    pieces = split_text("a" * 10_000)
    assert [len(piece) for piece in pieces] == [4_096, 4_096, 1_808]


def test_emoji_count_twice_and_are_not_halved() -> None:
    pieces = split_text("🎉" * 3_000)
    assert all(length(piece) <= LIMIT for piece in pieces)
    assert "".join(pieces) == "🎉" * 3_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_fit_where_telegram_shows_them(language: str) -> None:
    word = library().word
    assert len(word("telegram.description", language)) <= BotDescriptionLimit.MAX_DESCRIPTION_LENGTH
    short = word("telegram.short_description", language)
    assert len(short) <= BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH
    for name in COMMANDS:
        text = word(f"telegram.command_{name}", language)
        assert BotCommandLimit.MIN_DESCRIPTION <= len(text) <= BotCommandLimit.MAX_DESCRIPTION
