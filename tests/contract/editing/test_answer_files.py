"""Whatever is typed into a field comes back as it was typed, and the file stays YAML."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.editing.answer_file import change_answer, read_answer, side_of, sources_of
from bot.editing.message_files import (
    NEW_EXAMPLES,
    NEW_HELD_OUT,
    change_examples,
    change_held_out,
    read_examples,
    read_held_out,
)
from bot.editing.records import SideChange, TopicChange
from bot.editing.refusals import NotByFields
from bot.editing.starter import starter_files
from bot.editing.typed import clean_items, clean_line, clean_text
from tests.content.content_tree import parks

PATH = "stories/answers/parks.yml"
LOOKS = {
    "as most are": parks(),
    "as a new topic": starter_files("parks")[PATH],
    "in quotes and lists": """\
reviewed:
  by: "a reader"
  on: 2026-01-31
sources:
  - city_fr
# before the languages
fr:
  title: 'L''eau'
  text: "court"
  buttons:
  - buses
  - help

en:
  text: plain text   # a comment
  title: "Water"
""",
    "in braces": "reviewed: {}\nsources: []\nfr: {title: a, text: b}\nen: {title: c, text: d}\n",
    "one language only": "sources: []\nfr:\n  title: A\n  text: |-\n    B\n",
    "without an end of line": "sources: []\nen:\n  title: a\n  text: b\nfr:\n  title: A",
    "deeper": "en:\n    title: a\n    text: |-\n        b\n    buttons: [x]\nfr:\n    title: A\n",
}
TYPED = st.text(max_size=60) | st.text("ab :#-'\"\\{}[]&*!|>%@`\n\t\x85\u2028\xa0é?,~", max_size=40)
SOME = [
    ": ",
    "# no",
    "- a",
    "'",
    '"',
    "yes",
    "~",
    "2026-01-31",
    "1",
    "a: b",
    "{a}",
    "|",
    "%a",
    "...",
]


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@settings(max_examples=40, deadline=None)
@given(title=TYPED, text=TYPED, more=TYPED, buttons=st.lists(st.sampled_from(SOME), max_size=3))
@example(title="on", text="---", more="...\n---", buttons=SOME)
@example(title="é" * 300, text="\ttab", more="a\n  b\n\n\n c", buttons=["a"])
def test_texts_come_back(look: str, title: str, text: str, more: str, buttons: list[str]) -> None:
    for language in ("fr", "en"):
        side = SideChange(title, text, more, tuple(buttons))
        changed = change_answer(PATH, look, TopicChange(sides={language: side}))
        found = side_of(read_answer(PATH, changed), language)
        assert found.title == clean_line(title)
        assert (found.text, found.more) == (clean_text(text), clean_text(more))
        assert found.buttons == clean_items(buttons)
        other = "en" if language == "fr" else "fr"
        before = side_of(read_answer(PATH, look), other)
        assert side_of(read_answer(PATH, changed), other) == before


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@settings(max_examples=40, deadline=None)
@given(text=TYPED)
def test_change_and_change_back_leave_the_texts(look: str, text: str) -> None:
    old = side_of(read_answer(PATH, look), "fr")
    changed = change_answer(PATH, look, TopicChange(sides={"fr": SideChange(text=text)}))
    back = change_answer(PATH, changed, TopicChange(sides={"fr": SideChange(text=old.text)}))
    assert side_of(read_answer(PATH, back), "fr") == old


@settings(max_examples=40, deadline=None)
@given(sources=st.lists(TYPED, max_size=4))
def test_sources_come_back(sources: list[str]) -> None:
    changed = change_answer(PATH, parks(), TopicChange(sources=tuple(sources)))
    assert sources_of(read_answer(PATH, changed)) == clean_items(sources)


@settings(max_examples=40, deadline=None)
@given(items=st.lists(TYPED, max_size=6))
def test_examples_and_held_out_messages_come_back(items: list[str]) -> None:
    text = change_examples("nlu/fr/a.yml", NEW_EXAMPLES.format(id="a"), items)
    # A line that begins with dashes is an example all the same.
    assert [f"- {item}" for item in read_examples("nlu/fr/a.yml", text)] == [
        line.strip() for line in text.splitlines()[4:]
    ]
    text = change_held_out("tests/nlu/fr/a.yml", NEW_HELD_OUT.format(id="a"), items)
    assert read_held_out("tests/nlu/fr/a.yml", text) == clean_items(items)


@pytest.mark.parametrize(
    "text", ["", "- a\n", "{fr: {title: a}}\n", "fr: [\n", "a: *b\n", "just words\n", "[" * 3_000]
)
def test_what_has_no_fields_is_refused(text: str) -> None:
    with pytest.raises(NotByFields):
        change_answer(PATH, text, TopicChange(sides={"fr": SideChange(text="a")}))


@pytest.mark.parametrize(
    "text", ["nlu: []\n", "nlu:\n- intent: a\n- intent: b\n", "nlu: 1\n", "nlu:\n- intent: a\n"]
)
def test_examples_in_another_form_are_refused(text: str) -> None:
    with pytest.raises(NotByFields):
        change_examples("nlu/fr/a.yml", text, ["x"])
