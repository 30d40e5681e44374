"""The index of what people wrote: what it finds, and that it follows the record."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from bot.console.conversations import background, search
from bot.console.conversations.search import SearchIndex
from bot.console.conversations.search_words import MOST_CHARACTERS, fold, read_query, words_of
from bot.console.parts import Parts
from bot.store.sql.database import open_database
from bot.store.sql.record import Record
from bot.store.sql.retention import DAY, Retention
from bot.store.sql.transcripts import Transcripts
from bot.store.vault import Vault, open_vault
from tests.contract.console.conftest import SignIn
from tests.contract.record.entries import ONE, THREE, TWO, crisis, erased, turn
from tests.contract.stores import conversation


@pytest.fixture
def index(engine: Engine, vault: Vault) -> SearchIndex:
    return SearchIndex(Transcripts(engine, vault))


def fill(index: SearchIndex) -> None:
    while index.step():
        pass


def find(index: SearchIndex, typed: str) -> set[str]:
    return {hit.conversation for hit in index.find(read_query(typed), most=100)}


@pytest.fixture
def three(record: Record, index: SearchIndex) -> SearchIndex:
    record.write(
        [
            turn("1", 1.0, text="C'est quoi, l'accès à l'information?"),
            turn("2", 2.0, of=TWO, text="What is open government? NOT a secret"),
            turn("3", 3.0, of=THREE, text="le budget ouvert, Québec"),
            turn("4", 4.0, of=THREE, text="un gouvernement"),
        ]
    )
    fill(index)
    return index


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("information", {ONE}),
        ("ACCES", {ONE}),
        ("accès", {ONE}),
        ("acce\u0300s", {ONE}),
        ("l'info", {ONE}),
        ("info", {ONE}),
        ("formation", set()),
        ("gouv", {THREE}),
        ("gov", {TWO}),
        ("o", {TWO, THREE}),
        ("open government", {TWO}),
        ("government open", {TWO}),
        ('"open government"', {TWO}),
        ('"government open"', set()),
        ('"open gov"', set()),
        ("quebec budget", {THREE}),
        ("budget gouvernement", set()),  # not in one message
        ("o -secret", {THREE}),
        ('o -"le budget"', {TWO}),
        ("not", {TWO}),
        ("NOT", {TWO}),
        ("AND", set()),
        ("-secret", set()),
        ("", set()),
        ("?!", set()),
        ('"', set()),
        ('"open', {TWO}),
        ("open*", {TWO}),
        ("text:open", set()),
        ("NEAR(open government)", set()),
        ("^open", {TWO}),
    ],
)
def test_search_finds(three: SearchIndex, typed: str, expected: set[str]) -> None:
    assert find(three, typed) == expected


def test_latest_conversation_comes_first_with_its_latest_hit(
    record: Record, index: SearchIndex
) -> None:
    record.write([turn("1", 1.0, text="vote"), turn("2", 2.0, of=TWO, text="vote")])
    record.write([turn("3", 3.0, text="vote"), turn("4", 4.0, text="autre chose")])
    fill(index)
    hits = index.find(read_query("vote"), most=10)
    assert [(hit.conversation, hit.position) for hit in hits] == [(ONE, "3"), (TWO, "2")]
    assert len(index.find(read_query("vote"), most=1)) == 1


def test_index_reads_in_batches_and_says_how_far_it_is(
    record: Record, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "BATCH", 10)
    record.write([turn(f"{n:02}", float(n), text=f"mot{n:02}") for n in range(25)])
    assert (index.is_filled, index.share_read) == (False, 0.0)
    assert index.step()
    assert index.share_read == pytest.approx(0.4)
    assert find(index, "mot24") == {ONE}  # the newest first
    assert find(index, "mot00") == set()
    fill(index)
    assert (index.is_filled, index.share_read) == (True, 1.0)
    assert find(index, "mot00") == {ONE}


def test_empty_record_is_read_at_once(index: SearchIndex) -> None:
    assert not index.step()
    assert (index.is_filled, index.share_read) == (True, 1.0)


def test_what_comes_later_is_found_whenever_it_was_said(record: Record, three: SearchIndex) -> None:
    """A recorder that was down for hours writes old turns late."""
    three.step()
    record.write([turn("5", 9e9, text="nouveau"), turn("6", 2.0 - 7200, text="ancien")])
    three.step()
    assert find(three, "nouveau") == {ONE}
    assert find(three, "ancien") == {ONE}


def test_what_is_erased_leaves_the_index(record: Record, three: SearchIndex) -> None:
    three.step()
    record.write([erased("e", 5.0, of=THREE)])
    three.step()
    assert find(three, "budget") == set()
    assert find(three, "information") == {ONE}


def test_erasure_beside_a_new_message_is_noticed(record: Record, three: SearchIndex) -> None:
    """The number of turns stays the same."""
    three.step()
    record.write([erased("e", 5.0, of=ONE), turn("9", 6.0, of=TWO, text="tout neuf")])
    three.step()
    assert find(three, "information") == set()
    assert find(three, "neuf") == {TWO}


def test_what_is_too_old_leaves_the_index(record: Record, three: SearchIndex) -> None:
    three.step()
    record.drop_old(Retention(transcripts_days=30), 30 * DAY + 2.5)
    three.step()
    assert find(three, "information") == set()
    assert find(three, "gouvernement") == {THREE}


def test_erasure_while_the_index_fills_is_noticed(
    record: Record, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "BATCH", 2)
    record.write([turn(f"{n}", float(n), of=conversation(n), text="mot") for n in range(6)])
    index.step()
    record.write([erased("e", 10.0, of=conversation(5)), turn("7", 7.0, of=TWO, text="neuf")])
    fill(index)
    index.step()
    assert find(index, "mot") == {conversation(n) for n in range(5)}
    assert find(index, "neuf") == {TWO}


def test_index_is_bounded_to_the_newest(record: Record, engine: Engine, vault: Vault) -> None:
    index = SearchIndex(Transcripts(engine, vault), most=3)
    record.write([turn(f"{n}", float(n), of=conversation(n), text="mot") for n in range(9)])
    fill(index)
    index.step()
    assert find(index, "mot") == {conversation(n) for n in (6, 7, 8)}
    record.write([turn("new", 20.0, of=conversation(20), text="mot")])
    index.step()
    assert find(index, "mot") == {conversation(n) for n in (7, 8, 20)}


def test_alerts_have_no_words_to_find(record: Record, index: SearchIndex) -> None:
    record.write([crisis("1", 1.0), turn("2", 2.0, text=None, button="a:help")])
    fill(index)
    assert find(index, "crisis") == set()
    assert find(index, "help") == set()


def test_texts_that_no_index_takes_are_no_obstacle(record: Record, index: SearchIndex) -> None:
    record.write([turn("1", 1.0, text="a\x00b \ud83d fin"), turn("2", 2.0, of=TWO, text="suite")])
    fill(index)
    assert find(index, "fin") == {ONE}
    assert find(index, "suite") == {TWO}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[SearchIndex, dict[str, str]]:
    """An index of many small messages, and what they say."""
    folder: Path = tmp_path_factory.mktemp("record")
    vault, engine = open_vault(folder / "key.json", create=True), open_database("", folder)
    parts = ["open", "ouvert", "Données", "vote", "a-b", "l'été", "secret", "openness"]
    texts = {
        conversation(n): " ".join(part for bit, part in enumerate(parts) if n >> bit & 1)
        for n in range(1, 256)
    }
    entries = [
        turn(f"{n}", float(n), of=of, text=text) for n, (of, text) in enumerate(texts.items())
    ]
    Record(engine, vault).write(entries)
    index = SearchIndex(Transcripts(engine, vault))
    fill(index)
    return index, texts


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_console_reads_beside_its_pages(sign_in: SignIn, record: Record, parts: Parts) -> None:
    index = parts.conversations.index
    record.write([turn("1", 1.0, text="ancien")])
    sign_in("moderator")
    until(lambda: find(index, "ancien") == {ONE})
    record.write([turn("2", 2.0, of=TWO, text="nouveau"), erased("3", 3.0)])
    until(lambda: find(index, "nouveau") == {TWO} and not find(index, "ancien"))


def test_console_reads_on_when_the_record_is_back(
    sign_in: SignIn, record: Record, parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    record.write([turn("1", 1.0, text="ancien")])
    with parts.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE turns RENAME TO away")
    sign_in("moderator")

    def said() -> list[str]:
        """What the reading says of it; the queue's watch has a say of its own."""
        mine = [each for each in caplog.records if each.name == background.__name__]
        return [each.getMessage() for each in mine]

    until(lambda: bool(said()))
    with parts.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO turns")
    until(lambda: find(parts.conversations.index, "ancien") == {ONE})
    assert len(said()) == 1


WORDS = st.sampled_from(["open", "OUVERT", "donnees", "vo", "a", "b", "ete", "l", "secret", "zzz"])


@given(wanted=st.lists(WORDS, min_size=1, max_size=3), unwanted=st.lists(WORDS, max_size=2))
@settings(max_examples=60, deadline=None)
def test_search_agrees_with_reading_every_message(
    filled: tuple[SearchIndex, dict[str, str]], wanted: list[str], unwanted: list[str]
) -> None:
    index, texts = filled

    def has(text: str, beginning: str) -> bool:
        return any(fold(word[0]).startswith(fold(beginning)) for word in words_of(text))

    expected = {
        of
        for of, text in texts.items()
        if all(has(text, word) for word in wanted) and not any(has(text, word) for word in unwanted)
    }
    typed = " ".join([*wanted, *(f"-{word}" for word in unwanted)])
    hits = index.find(read_query(typed), most=1000)
    assert {hit.conversation for hit in hits} == expected


@given(
    st.text(alphabet=st.one_of(st.characters(), st.sampled_from('"-*^:(){}ANDORNOTNEAR \\\x00')))
)
@settings(max_examples=300, deadline=None)
def test_nothing_typed_is_an_error(filled: tuple[SearchIndex, dict[str, str]], typed: str) -> None:
    index, _ = filled
    index.find(read_query(typed), most=10)


def test_endless_search_is_cut() -> None:
    query = read_query("mot " * 10_000)
    assert query.expression is not None
    assert len(query.expression) < 2 * MOST_CHARACTERS


def test_words_are_folded_as_the_index_folds_them() -> None:
    assert fold(unicodedata.normalize("NFD", "Éléphant")) == "elephant"
