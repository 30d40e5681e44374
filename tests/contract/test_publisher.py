"""What the recorder does beside recording: telling decisions, publishing the board, data files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine

from bot.content.library import load_library
from bot.conversation.board import Board
from bot.conversation.identity import file_token
from bot.conversation.messages import IncomingMessage
from bot.conversation.ports import JournalEntry
from bot.recorder.board import map_words
from bot.recorder.publisher import BOARD_EVERY, Publisher
from bot.safety.personal_data import load_personal_data
from bot.store.memory import MemoryFiles, MemoryStore
from bot.store.sql.record import Record, open_database
from bot.store.sql.views import Views
from bot.store.vault import Vault
from tests.simulated_people import crowd, published_views
from tests.unit.small_library import ROOT

NOON = 1_900_000_000.0
AUTHOR, READER = "a" * 32, "b" * 32


@dataclass
class Boards:
    """Keeps what was published."""

    published: list[Board] = field(default_factory=list)

    async def publish(self, board: Board) -> None:
        self.published.append(board)


@dataclass
class Desk:
    """A recorder's parts over one record, with a clock that tests move."""

    views: Views
    record: Record
    store: MemoryStore
    files: MemoryFiles
    boards: Boards
    publisher: Publisher
    clock: list[float]
    count: int = 0

    async def happen(self, kind: str, conversation: str = AUTHOR, **what: Any) -> None:
        self.count += 1
        about = {"kind": kind, "conversation": conversation, "platform": "telegram"}
        entry = JournalEntry(f"j|{self.count}", about | {"at": self.clock[0]} | what)
        self.record.write([entry])
        await self.publisher.after([entry])

    async def share(self, id: str, **what: Any) -> None:
        usual = {
            "receipt": f"{id}-REC",
            "language": "en",
            "theme": "impact",
            "text": f"view {id}",
            "campaign": None,
            "return_address": {"chat": 7},
        }
        await self.happen("view", id=id, **usual | what)

    async def look(self, after: float = BOARD_EVERY) -> None:
        self.clock[0] += after
        await self.publisher.look()

    async def notices(self) -> list[IncomingMessage]:
        """All notices in the intake, taken out of it."""
        found = []
        while (claim := await self.store.claim(wait=0)) is not None:
            found.append(claim.message)
            self.store._conversations[claim.message.conversation].inbox.clear()
            self.store._line.remove(claim.message.conversation)
            await self.store.release(claim)
        return found


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database("", tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def desk(engine: Engine) -> Desk:
    vault = Vault(b"i" * 32, [Fernet.generate_key().decode()])
    clock = [NOON]
    views = Views(engine, vault, personal_data=load_personal_data(ROOT), now=lambda: clock[0])
    store, files, boards = MemoryStore(), MemoryFiles(), Boards()
    publisher = Publisher(
        views,
        intake=store,
        files=files,
        boards=boards,
        words=map_words(load_library(ROOT)),
        identity_key=vault.identity_key,
        now=lambda: clock[0],
    )
    return Desk(views, Record(engine, vault), store, files, boards, publisher, clock)


async def test_decision_is_told_once_to_its_author(desk: Desk) -> None:
    await desk.share("v1")
    desk.views.approve("v1", "opinion v1", "Ada")
    await desk.look()
    (message,) = await desk.notices()
    assert (message.conversation, message.platform) == (AUTHOR, "telegram")
    assert message.return_address == {"chat": 7}
    assert message.notice is not None
    assert (message.notice["view"], message.notice["status"]) == ("v1", "approved")
    await desk.look()
    assert await desk.notices() == []


async def test_decision_is_told_once_even_where_the_recorder_died_in_between(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.share("v1")
    desk.views.reject("v1", "spam", "Ada")
    with monkeypatch.context() as dying:
        dying.setattr(desk.views, "mark_told", lambda number: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await desk.look()
    assert len(await desk.notices()) == 1
    await desk.look()
    assert await desk.notices() == []
    assert desk.views.untold_decisions() == []


async def test_decision_waits_while_the_inbox_is_full(desk: Desk) -> None:
    await desk.share("v1")
    desk.views.reject("v1", "spam", "Ada")
    for n in range(100):
        await desk.store.accept(IncomingMessage(AUTHOR, "telegram", str(n), NOON, text="x"))
    await desk.look()
    assert len(desk.views.untold_decisions()) == 1
    await desk.notices()
    await desk.look()
    (message,) = await desk.notices()
    assert message.id.startswith("decision:")


async def test_outcome_is_told_once_to_those_who_asked_to_hear(desk: Desk) -> None:
    await desk.share("v1")
    await desk.happen("consent", what="hear", given=True, version="1")
    await desk.happen(
        "view", READER, id="v2", receipt="V2-R", language="en", theme="impact", text="view v2",
        campaign=None, return_address={"chat": 8},
    )  # fmt: skip
    desk.clock[0] += 1
    desk.views.add_outcome(theme="impact", fr="Fait.", en="Done.", by="Ada")
    await desk.look()
    (message,) = await desk.notices()
    assert message.conversation == AUTHOR
    assert message.notice is not None
    assert message.notice["texts"] == {"fr": "Fait.", "en": "Done."}
    await desk.look()
    assert await desk.notices() == []


async def test_approved_view_is_on_the_board_and_a_withdrawn_one_is_not(desk: Desk) -> None:
    await desk.share("v1")
    await desk.look()
    desk.views.approve("v1", "opinion v1", "Ada")
    await desk.look()
    assert desk.boards.published[-1].statements["v1"].texts == {
        "fr": "opinion v1",
        "en": "view v1",
    }
    await desk.happen("withdrawn", view="v1")
    await desk.look()
    assert desk.boards.published[-1].statements == {}


async def test_board_is_made_again_only_where_something_changed(desk: Desk) -> None:
    await desk.share("v1")
    desk.views.approve("v1", "opinion v1", "Ada")
    for _ in range(5):
        await desk.look()
    assert len(desk.boards.published) == 1
    await desk.happen("vote", READER, view="v1", value=1)
    await desk.look()
    assert len(desk.boards.published) == 2
    await desk.look(after=BOARD_EVERY / 2)
    assert len(desk.boards.published) == 2


async def test_file_about_a_person_holds_what_the_record_holds(desk: Desk) -> None:
    await desk.share("v1")
    given: dict[str, Any] = {"views": {"v1": {}}}
    state = {"step": "view_band"}
    await desk.happen("asked_for_data", language="en", given=given, state=state)
    name = file_token(b"i" * 32, AUTHOR)
    content = await desk.files.read(name)
    assert content is not None
    held = json.loads(content)
    assert [view["id"] for view in held["views"]] == ["v1"]
    assert held["views"][0]["text_en"] == "view v1"
    assert held["at_hand"] == {"given": given, "state": state}
    await desk.happen("erased")
    assert await desk.files.read(name) is None


async def test_same_votes_of_many_new_people_are_held_back_and_not_counted(desk: Desk) -> None:
    """Six conversations with the same ten votes; guard's own rule is five."""
    for n in range(10):
        await desk.share(f"v{n}")
        desk.views.approve(f"v{n}", f"opinion {n}", "Ada")
    for person in range(6):
        for n in range(10):
            desk.clock[0] += 2
            await desk.happen("vote", f"{person:032x}", view=f"v{n}", value=(-1) ** n)
    await desk.look()
    assert {hold.reason for hold in desk.views.holds()} == {"identical"}
    assert len(desk.views.holds()) == 6
    assert desk.views.votes() == []


async def test_burst_is_held_back_and_the_crowds_other_votes_count(desk: Desk) -> None:
    """Twenty-four newcomers agree to one view within minutes, after thirty people were divided."""
    for id in ("v1", "v2"):
        await desk.share(id)
        desk.views.approve(id, f"opinion {id}", "Ada")
    for person in range(30):
        desk.clock[0] += 3000
        await desk.happen("vote", f"{person:032x}", view="v1", value=(-1) ** person)
        await desk.happen("vote", f"{person:032x}", view="v2", value=(-1) ** person)
    for person in range(100, 124):
        desk.clock[0] += 10
        await desk.happen("vote", f"{person:032x}", view="v1", value=1)
    for person in range(100, 124):
        desk.clock[0] += 400
        await desk.happen("vote", f"{person:032x}", view="v2", value=(-1) ** (person // 2))
    await desk.look()
    assert {hold.reason for hold in desk.views.holds()} == {"burst"}
    counted = desk.publisher._votes()
    assert sum(vote.view == "v1" for vote in counted) == 30
    assert sum(vote.view == "v2" for vote in counted) == 54
    for hold in desk.views.holds():
        desk.views.release(hold.conversation, "Ada")
    await desk.look(after=700)
    assert sum(vote.view == "v1" for vote in desk.publisher._votes()) == 54


async def test_results_come_with_pictures_and_change_at_intervals_only(desk: Desk) -> None:
    people = await vote(desk, 100)
    await desk.look()
    results = desk.boards.published[-1].results
    assert results is not None
    for language, name in results.pictures.items():
        picture = await desk.files.read(f"{name}.png")
        assert picture is not None, language
        assert picture.startswith(b"\x89PNG")
    kept = desk.views.last_result()
    assert kept is not None
    assert (kept.input_hash, kept.seed) == (results.input_hash, results.seed)

    await desk.happen("vote", people[0], view="view0000", value=0)
    await desk.look()
    assert desk.boards.published[-1].results == results  # what one vote changes would show it
    await desk.look(after=700)
    newer = desk.boards.published[-1].results
    assert newer is not None
    assert newer.input_hash != results.input_hash


async def test_results_are_counted_again_at_once_after_an_erasure(desk: Desk) -> None:
    people = await vote(desk, 100)
    await desk.look()
    before = desk.boards.published[-1]
    await desk.happen("erased", people[0])
    await desk.look()
    after = desk.boards.published[-1]
    assert after.voters == before.voters - 1
    assert before.results is not None
    assert after.results is not None
    assert after.results.input_hash != before.results.input_hash


async def vote(desk: Desk, people: int) -> list[str]:
    """Let a simulated crowd vote on the simulated views; who they are."""
    for view in published_views():
        texts = {"id": view.id, "theme": view.theme, "text": view.texts["en"], "language": "en"}
        usual = {"receipt": f"{view.id}-R", "campaign": None, "return_address": {"chat": 1}}
        await desk.happen("view", view.author, **texts | usual)
        desk.views.approve(view.id, view.texts["fr"], "Ada")
    came = crowd(people=people, camps=2)
    entries = []
    for cast in sorted(came.votes, key=lambda cast: cast.at):
        desk.count += 1
        event = {"kind": "vote", **cast._asdict()}
        entries.append(JournalEntry(f"j|{desk.count}", event))
    desk.record.write(entries)
    desk.clock[0] = max(desk.clock[0], entries[-1].event["at"])
    return sorted(came.first_seen)
