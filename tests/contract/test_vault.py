"""The key file, and that nothing a person wrote rests anywhere without it."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from bot.conversation.messages import Button
from bot.errors import SettingInvalid
from bot.recorder.recorder import Recorder
from bot.store.redis.keys import Keys
from bot.store.sql.record import Record, Retention, open_database
from bot.store.vault import Vault, open_vault
from tests.contract.redis_servers import DURABLE, Server, contents_of, find_valkey
from tests.contract.stores import RedisStore, message, reply, take, turn_for

IDENTITY = "ab" * 32
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def _write(path: Path, content: Any) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def _keys(*encryption: str, identity: str = IDENTITY) -> dict[str, Any]:
    return {"identity": identity, "encryption": list(encryption)}


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({}, id="empty object"),
        pytest.param({"a": [1, 2.5, None, True], "b": {"c": "d"}}, id="nested"),
        pytest.param("Ça va? 🦫 \u2028 \x00", id="any text"),
        pytest.param("\ud83d", id="half a character"),
        pytest.param("x" * 100_000, id="long"),
        pytest.param(None, id="nothing"),
    ],
)
def test_locked_value_is_read_again(tmp_path: Path, value: Any) -> None:
    vault = open_vault(_write(tmp_path / "key", _keys(NEW)))
    assert vault.unlock(vault.lock(value)) == value


def test_same_value_never_looks_the_same(tmp_path: Path) -> None:
    vault = open_vault(_write(tmp_path / "key", _keys(NEW)))
    locked = {vault.lock("bonjour") for _ in range(20)}
    assert len(locked) == 20
    assert not any(b"bonjour" in one for one in locked)


def test_new_key_locks_and_old_ones_still_read(tmp_path: Path) -> None:
    before = open_vault(_write(tmp_path / "before", _keys(OLD)))
    after = open_vault(_write(tmp_path / "after", _keys(NEW, OLD)))
    assert after.unlock(before.lock("bonjour")) == "bonjour"
    with pytest.raises(SettingInvalid):
        before.unlock(after.lock("bonjour"))


@pytest.mark.parametrize("spoil", [lambda locked: locked[:-1], lambda _: b"", lambda _: b"bonjour"])
def test_what_was_locked_otherwise_is_refused(tmp_path: Path, spoil: Any) -> None:
    vault = open_vault(_write(tmp_path / "key", _keys(NEW)))
    with pytest.raises(SettingInvalid, match="^BOT_KEY_FILE: this is not the key"):
        vault.unlock(spoil(vault.lock("bonjour")))


def test_mark_depends_on_the_text_and_on_the_key() -> None:
    one, other = Vault(b"1" * 32, [NEW]), Vault(b"2" * 32, [NEW])
    assert one.mark("7 \ud83d") == Vault(b"1" * 32, [OLD]).mark("7 \ud83d")
    assert len({one.mark("7"), one.mark("8"), other.mark("7")}) == 3
    assert all(digit in "0123456789abcdef" for digit in one.mark("7"))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="empty"),
        pytest.param("{", id="not JSON"),
        pytest.param([], id="a list"),
        pytest.param({"encryption": [NEW]}, id="no identity"),
        pytest.param({"identity": IDENTITY}, id="no encryption"),
        pytest.param(_keys(NEW, identity="xy"), id="identity not hexadecimal"),
        pytest.param(_keys(NEW, identity=""), id="identity empty"),
        pytest.param(_keys(NEW, identity="ab" * 15), id="identity too short"),
        pytest.param(_keys(), id="no encryption key"),
        pytest.param(_keys("secret-but-no-key"), id="not an encryption key"),
        pytest.param({"identity": IDENTITY, "encryption": NEW}, id="encryption not a list"),
        pytest.param({"identity": 7, "encryption": [NEW]}, id="identity a number"),
    ],
)
def test_wrong_key_file_is_refused_without_saying_what_is_in_it(
    tmp_path: Path, content: Any
) -> None:
    with pytest.raises(SettingInvalid) as refused:
        open_vault(_write(tmp_path / "key", content), create=True)
    assert refused.value.name == "BOT_KEY_FILE"
    assert "cannot be read as a key file" in str(refused.value)
    for secret in (IDENTITY, NEW, "secret-but-no-key"):
        assert secret not in str(refused.value)


def test_folder_in_place_of_a_key_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="BOT_KEY_FILE"):
        open_vault(tmp_path)


def test_missing_key_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="python -m bot keygen"):
        open_vault(tmp_path / "key")
    assert list(tmp_path.iterdir()) == []


def test_key_file_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "key"
    made = open_vault(path, create=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["key"]
    again = open_vault(path, create=True)
    assert again.identity_key == made.identity_key
    assert len(made.identity_key) == 32
    assert again.unlock(made.lock("bonjour")) == "bonjour"


def test_two_key_files_differ(tmp_path: Path) -> None:
    one, other = (open_vault(tmp_path / name, create=True) for name in ("one", "other"))
    assert one.identity_key != other.identity_key
    with pytest.raises(SettingInvalid):
        other.unlock(one.lock("bonjour"))


def test_processes_that_make_it_at_once_end_up_with_one(tmp_path: Path) -> None:
    for number in range(20):
        path = tmp_path / f"{number}" / "key"
        with ThreadPoolExecutor(8) as pool:
            vaults = list(pool.map(lambda _, path=path: open_vault(path, create=True), range(8)))
        assert {vault.identity_key for vault in vaults} == {vaults[0].identity_key}
        assert [file.name for file in path.parent.iterdir()] == ["key"]


def test_crash_while_making_it_does_not_stand_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "key"
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", _crash)
        with pytest.raises(KeyboardInterrupt):
            open_vault(path, create=True)
    assert not path.exists()
    assert len(open_vault(path, create=True).identity_key) == 32


def _crash(_: int) -> None:
    raise KeyboardInterrupt


MARKER = "MARQUEUR-7391"
"""Stands for what a person wrote, and for whatever tells who they are."""
MARKED = replace(
    message(f"id-{MARKER}", of=3, platform="discord", text=f"je m'appelle {MARKER}"),
    return_address={"channel": MARKER},
)


async def test_nothing_personal_rests_in_plain_text(tmp_path: Path) -> None:
    """Neither in Redis nor in its file nor in SQL; and the conversation's id is in each of them."""
    folders = {name: tmp_path / name for name in ("redis", "sql")}
    folders["sql"].mkdir()
    server = Server(find_valkey(), folders["redis"], *DURABLE)
    try:
        server.start()
        seen = await _live_through_a_turn(server, folders["sql"], open_key_file(tmp_path))
    finally:
        server.stop()
    for folder in folders.values():
        files = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
        assert MARKED.conversation.encode() in files
        assert MARKER.encode() not in files
    for contents in seen:
        assert MARKED.conversation.encode() in contents
        assert MARKER.encode() not in contents


def open_key_file(folder: Path) -> Vault:
    return open_vault(folder / "key", create=True)


async def _live_through_a_turn(server: Server, database: Path, vault: Vault) -> list[bytes]:
    """Everything in Redis after each step of a message's way."""
    store, seen = RedisStore(server, vault, Keys("test")), []
    await store.intake().accept(MARKED)
    seen.append(_everything_in(server))
    turns = store.turns()
    claim = await take(turns)
    seen.append(_everything_in(server))
    turn = turn_for(
        claim,
        replace(reply(f"Bonjour {MARKER}"), buttons=(Button(MARKER, "a:trust"),)),
        state={"name": MARKER},
        events=[{"event": "user", "text": MARKER}],
        journal=[TURN | {"conversation": MARKED.conversation, "text": MARKED.text}],
    )
    assert await turns.commit(claim, turn)
    seen.append(_everything_in(server))
    record = Record(open_database("", database), vault)
    await Recorder(store.journal(), record, name="r", kept=Retention()).record_batch(wait=0)
    (row,) = record.transcript(MARKED.conversation)
    assert row["text"] == MARKED.text
    seen.append(_everything_in(server))
    await store.close()
    return seen


TURN = {
    "kind": "turn",
    "platform": "discord",
    "at": 1_800_000_000.5,
    "language": "fr",
    "button": None,
    "campaign": None,
    "intent": "greet",
    "confidence": 0.9,
    "answers": ["greet"],
}


def _everything_in(server: Server) -> bytes:
    """All keys and values, one after the other."""
    return b"\0".join(_pieces(contents_of(server)))


def _pieces(value: Any) -> Iterator[bytes]:
    if isinstance(value, dict):
        value = [part for item in value.items() for part in item]
    if isinstance(value, (list, tuple)):
        for part in value:
            yield from _pieces(part)
    else:
        yield value if isinstance(value, bytes) else str(value).encode()
