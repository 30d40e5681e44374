"""`python -m bot redact`: what staff paste comes out without personal data."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from bot.__main__ import VERBS
from bot.processes.redact import main

ROOT = Path(__file__).parents[2]
QUOTES = "Je m'appelle Léa Roy.\n\n  écris à lea@example.org\r\nC'est long, 30 jours.\n"


@pytest.fixture(autouse=True)
def paste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Quotes on standard input, in the project's folder."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("sys.stdin", io.StringIO(QUOTES))


@pytest.mark.parametrize(
    ("arguments", "name", "email"),
    [
        ([], "[nom]", "[courriel]"),
        (["--language", "fr"], "[nom]", "[courriel]"),
        (["--language", "en"], "[name]", "[e-mail]"),
        (["--language=en"], "[name]", "[e-mail]"),
    ],
)
def test_each_line_is_printed_with_marks(
    arguments: list[str], name: str, email: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 0
    expected = f"Je m'appelle {name}.\n\nécris à {email}\nC'est long, 30 jours.\n"
    assert capsys.readouterr().out == expected


@pytest.mark.parametrize("arguments", [["--language"], ["--language", "de"], ["quotes.txt"]])
def test_wrong_arguments_print_how_to_use_it(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("Usage: python -m bot redact")


def test_verb_is_listed() -> None:
    assert "redact" in VERBS
