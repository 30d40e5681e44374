"""Whatever is typed: the screen finds spans within the text, and what it leaves holds no more."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.safety.personal_data import load_personal_data
from bot.safety.personal_data.message import fold
from tests.unit.personal_data_rows import FOUND, KEPT

PERSONAL_DATA = load_personal_data(Path(__file__).parents[2])
PIECES = sorted({word for text in (*(row[1] for row in FOUND), *KEPT) for word in text.split(" ")})
TEXTS = st.one_of(
    st.text(),
    st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join),
    st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=30).map("".join),
    st.lists(st.sampled_from([*PIECES, "[nom]", "[name]", "\n", "@", "#"]), max_size=30).map(
        " ".join
    ),
)


@settings(deadline=None, max_examples=300)
@given(TEXTS)
def test_spans_are_in_the_text_in_order_and_apart(text: str) -> None:
    spans = PERSONAL_DATA.find(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(before.end <= after.start for before, after in pairwise(spans))


@settings(deadline=None, max_examples=300)
@given(TEXTS, st.sampled_from(["fr", "en"]))
def test_removing_leaves_nothing_to_find(text: str, language: str) -> None:
    once = PERSONAL_DATA.remove(text, language)
    assert PERSONAL_DATA.find(once) == []
    assert PERSONAL_DATA.remove(once, language) == once


@given(st.text())
def test_folded_text_has_the_same_length(text: str) -> None:
    assert len(fold(text)) == len(text)
