"""`python -m bot erased`: what was erased stays erased after a backup was restored."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select

from bot.conversation.own_data import proof_of_erasure
from bot.processes import erased
from bot.store.sql.database import open_database
from bot.store.sql.record import Record
from bot.store.sql.tables import alerts, erasures, views, votes
from bot.store.vault import open_vault

ONE, TWO = "1" * 32, "2" * 32


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BOT_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("BOT_DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def engine(data_dir: Path) -> Engine:
    return open_database("", data_dir)


def put_alert(engine: Engine, conversation: str, at: float) -> None:
    row = {"position": f"{conversation}-{at}", "conversation": conversation, "at": at}
    with engine.begin() as connection:
        connection.execute(insert(alerts).values(**row, platform="web", answer="crisis_suicide"))


def times_of(engine: Engine) -> dict[str, float]:
    with engine.connect() as connection:
        return {row.conversation: row.at for row in connection.execute(select(erasures))}


def restore(monkeypatch: pytest.MonkeyPatch, text: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    return erased.main(["restore"])


def test_erasure_after_the_backup_survives_restoring_it(
    data_dir: Path,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    put_alert(engine, ONE, 10.0)
    put_alert(engine, TWO, 10.0)
    put_alert(engine, ONE, 30.0)  # said after the erasure: it stays
    backup = data_dir / "backup.sqlite"
    with engine.connect() as connection:
        connection.exec_driver_sql(f"VACUUM INTO '{backup}'")  # as docs/how_to/operate.md says
    with engine.begin() as connection:
        connection.execute(insert(erasures).values(conversation=ONE, at=20.0))
    assert erased.main(["save"]) == 0
    saved = capsys.readouterr().out
    engine.dispose()
    for file in data_dir.glob("record.sqlite*"):
        file.unlink()
    backup.rename(data_dir / "record.sqlite")

    assert restore(monkeypatch, saved) == 0
    restored = open_database("", data_dir)
    Record(restored, open_vault(data_dir / "key.json", create=True)).erase_again()
    with restored.connect() as connection:
        left = {(row.conversation, row.at) for row in connection.execute(select(alerts))}
    restored.dispose()
    assert left == {(TWO, 10.0), (ONE, 30.0)}


def put_view(engine: Engine, id: str, *, status: str = "approved") -> None:
    row = {"id": id, "receipt": "r", "conversation": ONE, "platform": "web", "at": 10.0}
    texts = {"text_fr": b"fr", "text_en": b"en"} if status == "approved" else {}
    with engine.begin() as connection:
        connection.execute(
            insert(views).values(**row, **texts, language="fr", theme="impact", status=status)
        )
        connection.execute(
            insert(votes).values(conversation=TWO, view=id, platform="web", value=1, at=11.0)
        )


def test_view_withdrawn_after_the_backup_stays_withdrawn(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for id, status in (("gone", "withdrawn"), ("stays", "approved"), ("later", "withdrawn")):
        put_view(engine, id, status=status)
    assert erased.main(["save"]) == 0
    saved = capsys.readouterr().out
    with engine.begin() as connection:
        connection.execute(views.delete())
        connection.execute(votes.delete())
    for id in ("gone", "stays"):  # as they are in the backup, which knows nothing of `later`
        put_view(engine, id)
    assert restore(monkeypatch, saved) == 0
    with engine.connect() as connection:
        left = {row.id: (row.status, row.text_fr) for row in connection.execute(select(views))}
        voted_on = [row.view for row in connection.execute(select(votes))]
    assert left == {"gone": ("withdrawn", None), "stays": ("approved", b"fr")}
    assert voted_on == ["stays"]


@pytest.mark.parametrize("saved_first", ["early", "late"])
def test_later_of_two_erasures_counts(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, saved_first: str
) -> None:
    early, late = (f'{{"conversation": "{ONE}", "at": {at}}}\n' for at in ("10.5", "20.5"))
    first, second = (early, late) if saved_first == "early" else (late, early)
    for text in (first, second, first + second):
        assert restore(monkeypatch, text) == 0
    assert times_of(engine) == {ONE: 20.5}


@pytest.mark.parametrize(
    "line", ["{", "[1]", '{"conversation": "1"}', '{"conversation": "1", "at": "soon"}']
)
def test_wrong_line_changes_nothing(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    right = f'{{"conversation": "{ONE}", "at": 5}}\n'
    assert restore(monkeypatch, right + line + "\n") == 1
    assert times_of(engine) == {}


def test_other_arguments_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert erased.main([]) == 2
    assert "erased save >FILE | restore <FILE" in capsys.readouterr().err


def test_proof_names_its_erasure_and_no_other(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    with engine.begin() as connection:
        connection.execute(insert(erasures).values(conversation=ONE, at=1_900_000_000.25))
        connection.execute(insert(erasures).values(conversation=TWO, at=1_900_000_000.25))
    code = proof_of_erasure(ONE, 1_900_000_000.25)
    assert erased.main(["proof", f" {code.lower()} "]) == 0
    assert "2030-03-17 17:46 UTC" in capsys.readouterr().out
    assert erased.main(["proof", "AAAA-AAAA"]) == 1
    assert "No erasure" in capsys.readouterr().out
    assert proof_of_erasure(ONE, 1_900_000_000.25) != proof_of_erasure(TWO, 1_900_000_000.25)
