"""What `make check` prints after the problems, and its exit code."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.processes.check import main
from tests.content.content_tree import make_tree, parks, write

SUMMARY = [
    "fr: average LIX 52, 24 examples, 6 held-out messages.",
    "en: average LIX 2, 24 examples, 6 held-out messages.",
]
"""Two words each; of "Une réponse" one is long, and 2 + 50 = 52."""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree whose answers were reviewed today."""
    monkeypatch.chdir(tmp_path)
    make_tree(tmp_path)
    for path in (tmp_path / "stories/answers").glob("*.yml"):
        reviewed_before(path, days=0)
    return tmp_path


def reviewed_before(path: Path, *, days: int) -> None:
    """Set the day of the review."""
    on = datetime.now(timezone.utc).date() - timedelta(days=days)
    path.write_text(path.read_text("utf-8").replace("2026-01-31", str(on)), "utf-8")


def test_tree_without_mistakes_passes_with_a_line_for_each_language(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out.splitlines() == [*SUMMARY, "0 error(s), 0 warning(s)."]


def test_warning_passes(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tree, "stories/answers/parks.yml", parks())
    reviewed_before(tree / "stories/answers/parks.yml", days=400)
    assert main([]) == 0
    warning, *rest = capsys.readouterr().out.splitlines()
    assert warning.startswith("[WARNING] stories/answers/parks.yml:1: ")
    assert rest == [*SUMMARY, "0 error(s), 1 warning(s)."]


def test_error_fails(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "tests/nlu/en/parks.yml").unlink()
    assert main([]) == 1
    error, french, english, count = capsys.readouterr().out.splitlines()
    assert error.startswith("[ERROR] tests/nlu/en/parks.yml:1: ")
    assert french == SUMMARY[0]
    assert english == "en: average LIX 2, 24 examples, 3 held-out messages."
    assert count == "1 error(s), 0 warning(s)."


def test_empty_folder_fails_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([]) == 1
    assert "fr: average LIX 0, 0 examples, 0 held-out messages." in capsys.readouterr().out
