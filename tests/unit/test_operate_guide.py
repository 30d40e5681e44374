"""docs/how_to/operate.md says what is true, and the same in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.requests import Request

from bot.__main__ import VERBS
from bot.adapters.web.metrics import Metrics
from tests.unit.compose_file import ROOT, read_env_example

ENGLISH, FRENCH = ROOT / "docs/how_to/operate.md", ROOT / "docs/how_to/operate.fr.md"
each_guide = pytest.mark.parametrize("guide", [ENGLISH, FRENCH], ids=["English", "French"])
LEVELS = ("debug", "info", "warning", "error", "exception", "critical")
CARRIED = "%s (%s); next try in %g s."
"""The line of Telegram's `persist`; its first part is each caller's complaint."""


def log_lines() -> Iterator[str]:
    """Every line that any process may log, as its format string."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(ast.Name("log" | "logger"), level),
                    args=[ast.Constant(str(line)), *_],
                ) if level in LEVELS and line != CARRIED:
                    yield line
                case ast.keyword("complaint", ast.Constant(str(complaint))):
                    yield CARRIED.replace("%s", complaint, 1)
                case ast.Assign([ast.Name("complaint")], ast.Constant(str(complaint))):
                    yield CARRIED.replace("%s", complaint, 1)


def spans(guide: Path) -> set[str]:
    """All that stands between back quotes."""
    return set(re.findall(r"`([^`\n]+)`", guide.read_text("utf-8")))


def blocks(guide: Path) -> list[str]:
    return re.findall(r"^```\n(.*?)^```$", guide.read_text("utf-8"), re.S | re.M)


def first_cells(guide: Path) -> list[str]:
    """What is between back quotes in the first cell of each row of each table."""
    rows = [line for line in guide.read_text("utf-8").splitlines() if line.startswith("|")]
    return [span for row in rows for span in re.findall(r"`([^`]+)`", row.split("|")[1])]


@each_guide
def test_every_line_of_the_log_is_explained(guide: Path) -> None:
    explained, lines = spans(guide), set(log_lines())
    assert len(lines) > 40
    missing = []
    for line in sorted(lines):
        pattern = re.sub(r"%(\\?\.\d)?[sgdf]", ".+", re.escape(line))
        if not any(re.fullmatch(pattern, span) for span in explained):
            missing.append(line)
    assert missing == []


def test_both_languages_say_the_same_commands_and_lines_in_the_same_order() -> None:
    assert blocks(ENGLISH) == blocks(FRENCH)
    assert first_cells(ENGLISH) == first_cells(FRENCH)
    headings = [re.findall(r"^#+ ", guide.read_text("utf-8"), re.M) for guide in (ENGLISH, FRENCH)]
    assert headings[0] == headings[1]


class Engines:
    """A store with one turn."""

    async def engines_alive(self) -> int:
        """See `Health.engines_alive`."""
        return 1

    async def waiting(self) -> tuple[int, float]:
        """See `Health.waiting`."""
        return 0, 0.0

    async def counts(self) -> dict[tuple[str, str, str], int]:
        """See `Health.counts`."""
        return {("web", "fr", "greet"): 1}


@each_guide
async def test_every_figure_it_names_exists(guide: Path) -> None:
    named = {span for span in spans(guide) if span.startswith("parlouvert_")}
    metrics = Metrics(Engines())
    metrics.count_request("/", 200)
    answer = await metrics.get(Request({"type": "http"}))
    existing = set(re.findall(r"^# TYPE (\w+)", bytes(answer.body).decode(), re.M))
    assert named
    assert {name.removesuffix("_total") for name in named} <= {
        name.removesuffix("_total") for name in existing
    }


@each_guide
def test_every_verb_and_variable_it_names_exists(guide: Path) -> None:
    text = guide.read_text("utf-8")
    assert set(re.findall(r"python -m bot (\w+)", text)) <= set(VERBS)
    named = set(re.findall(r"\b((?:BOT|TELEGRAM|DISCORD|REDIS|POSTGRES|COMPOSE)_[A-Z_]+)\b", text))
    assert named <= set(read_env_example())


@each_guide
def test_everything_it_links_to_exists(guide: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", guide.read_text("utf-8"))
    assert links
    assert all((guide.parent / link).exists() for link in links if not link.startswith("http"))
