"""What decides the model, and what decides the words: a reworded answer needs no training."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.content.fingerprints import content_fingerprint, wording_fingerprint

FACTS = "sources: [city]\nfr: {title: Parcs, text: Un parc.}\n"
CHAT = "sources: []\nfr: {title: Salut, text: Salut!}\n"
CONTENT = {
    "config.yml": "recipe: default.v1",
    "nlu/fr/parks.yml": "nlu: []",
    "stories/domain/domain.yml": "slots: {}",
    "stories/rules/all.yml": "rules: []",
    "stories/flows/all.yml": "stories: []",
    "stories/answers/parks.yml": FACTS,
    "stories/answers/greet.yml": CHAT,
    "stories/words/buttons.yml": "more: {}",
}
CODE = {
    "bot/engine/worker.py": "x = 1",
    "bot/engine/encoder.py": "x = 1",
    "bot/engine/importer.py": "x = 1",
    "bot/content/plain_words.py": "x = 1",
    "bot/conversation/turn.py": "x = 1",
    "requirements/engine.txt": "rasa==3.6.21",
}


def write(base: Path, path: str, text: str) -> None:
    (base / path).parent.mkdir(parents=True, exist_ok=True)
    (base / path).write_text(text, "utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in CONTENT.items():
        write(tmp_path / "content", path, text)
    return tmp_path / "content"


@pytest.fixture
def code(tmp_path: Path) -> Path:
    for path, text in CODE.items():
        write(tmp_path / "code", path, text)
    return tmp_path / "code"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("config.yml", "changed"),
        ("nlu/fr/parks.yml", "changed"),
        ("nlu/en/new.yml", "nlu: []"),
        ("stories/domain/domain.yml", "changed"),
        ("stories/rules/all.yml", "changed"),
        ("stories/flows/all.yml", "changed"),
        ("stories/answers/new.yml", CHAT),
        ("stories/answers/parks.yml", FACTS.replace("[city]", "[]")),
        ("stories/answers/greet.yml", CHAT.replace("[]", "[city]")),
        ("stories/answers/greet.yml", "fr: [not closed"),
        ("stories/answers/greet.yml", "only words"),
    ],
)
def test_another_model_is_needed(root: Path, code: Path, path: str, text: str) -> None:
    before = content_fingerprint(root, code)
    write(root, path, text)
    assert content_fingerprint(root, code) != before


@pytest.mark.parametrize(
    "path",
    [
        "bot/engine/encoder.py",
        "bot/engine/importer.py",
        "bot/engine/components/new.py",
        "bot/content/plain_words.py",
        "requirements/engine.txt",
    ],
)
def test_another_model_is_needed_when_the_code_that_trains_changes(
    root: Path, code: Path, path: str
) -> None:
    before = content_fingerprint(root, code)
    write(code, path, "changed")
    assert content_fingerprint(root, code) != before


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("stories/answers/parks.yml", FACTS.replace("Un parc.", "Un grand parc.")),
        ("stories/answers/parks.yml", FACTS.replace("[city]", "[city, country]")),
        ("stories/answers/greet.yml", "# reviewed\n" + CHAT),
        ("stories/words/buttons.yml", "changed"),
        ("stories/safety/crisis.yml", "changed"),
        ("nlu/notes.txt", "changed"),
        ("README.md", "changed"),
        ("bot/engine/encoder.py", "a draft's code is not what trains"),
    ],
)
def test_the_same_model_serves(root: Path, code: Path, path: str, text: str) -> None:
    before = content_fingerprint(root, code)
    write(root, path, text)
    assert content_fingerprint(root, code) == before


@pytest.mark.parametrize(
    "path",
    [
        "bot/conversation/turn.py",
        "bot/engine/worker.py",
        "bot/engine/components/__pycache__/encoder.cpython-310.pyc",
    ],
)
def test_the_same_model_serves_when_other_code_changes(root: Path, code: Path, path: str) -> None:
    before = content_fingerprint(root, code)
    write(code, path, "changed")
    assert content_fingerprint(root, code) == before


def test_file_that_moved_or_went_is_known(root: Path, code: Path) -> None:
    before = content_fingerprint(root, code)
    (root / "nlu/fr/parks.yml").rename(root / "nlu/fr/gardens.yml")
    moved = content_fingerprint(root, code)
    (root / "nlu/fr/gardens.yml").unlink()
    assert len({before, moved, content_fingerprint(root, code)}) == 3


def test_copy_elsewhere_has_the_same_fingerprints(root: Path, code: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(root, tmp_path / "elsewhere")
    assert content_fingerprint(copy, code) == content_fingerprint(root, code)
    assert wording_fingerprint(copy) == wording_fingerprint(root)


@pytest.mark.parametrize(
    "path", ["stories/answers/parks.yml", "stories/words/buttons.yml", "stories/safety/crisis.yml"]
)
def test_words_change_with_every_file_that_is_spoken_from(root: Path, path: str) -> None:
    before = wording_fingerprint(root)
    write(root, path, "changed")
    assert wording_fingerprint(root) != before


def test_words_stay_when_only_examples_change(root: Path) -> None:
    before = wording_fingerprint(root)
    write(root, "nlu/fr/parks.yml", "changed")
    assert wording_fingerprint(root) == before
