"""Models on disk: which content they stand for, and that no other file is ever loaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.engine.models import (
    Manifest,
    content_fingerprint,
    current_archive,
    file_sha256,
    read_manifest,
    save_manifest,
)
from bot.errors import ModelRefused

FILES = {
    "config.yml": "recipe: default.v1",
    "nlu/fr/parks.yml": "nlu: []",
    "stories/domain/domain.yml": "slots: {}",
    "stories/rules/all.yml": "rules: []",
    "stories/flows/all.yml": "stories: []",
    "stories/answers/parks.yml": "fr: {}",
    "stories/words/buttons.yml": "more: {}",
    "bot/engine/worker.py": "x = 1",
    "bot/engine/encoder.py": "x = 1",
    "bot/engine/importer.py": "x = 1",
    "bot/content/plain_words.py": "x = 1",
    "bot/conversation/turn.py": "x = 1",
    "requirements/engine.txt": "rasa==3.6.21",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    return tmp_path


def change(root: Path, path: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text("changed", "utf-8")


@pytest.mark.parametrize(
    "path",
    [
        "config.yml",
        "nlu/fr/parks.yml",
        "nlu/en/new.yml",
        "stories/domain/domain.yml",
        "stories/rules/all.yml",
        "stories/flows/all.yml",
        "stories/answers/new.yml",
        "stories/answers/parks.yml",
        "bot/engine/encoder.py",
        "bot/engine/importer.py",
        "bot/engine/components/new.py",
        "bot/content/plain_words.py",
        "requirements/engine.txt",
    ],
)
def test_fingerprint_changes_with_what_a_model_is_made_of(root: Path, path: str) -> None:
    before = content_fingerprint(root)
    change(root, path)
    assert content_fingerprint(root) != before


@pytest.mark.parametrize(
    "path",
    [
        "stories/words/buttons.yml",
        "stories/safety/crisis.yml",
        "bot/conversation/turn.py",
        "bot/engine/worker.py",
        "nlu/notes.txt",
        "bot/engine/components/__pycache__/encoder.cpython-310.pyc",
        "README.md",
    ],
)
def test_fingerprint_stays_when_anything_else_changes(root: Path, path: str) -> None:
    before = content_fingerprint(root)
    change(root, path)
    assert content_fingerprint(root) == before


def test_fingerprint_knows_a_file_that_moved_or_went(root: Path) -> None:
    before = content_fingerprint(root)
    (root / "nlu/fr/parks.yml").rename(root / "nlu/fr/gardens.yml")
    moved = content_fingerprint(root)
    (root / "nlu/fr/gardens.yml").unlink()
    assert len({before, moved, content_fingerprint(root)}) == 3


def manifest_of(folder: Path, name: str = "m.tar.gz", content: bytes = b"model") -> Manifest:
    (folder / name).write_bytes(content)
    return Manifest(name, file_sha256(folder / name), "f" * 64, "2026-06-01T00:00:00+00:00", 1.5)


def test_hash_is_sha256(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert file_sha256(tmp_path / "a") == digest


def test_recorded_model_is_found_again(tmp_path: Path) -> None:
    manifest = manifest_of(tmp_path)
    save_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == manifest
    assert current_archive(tmp_path) == tmp_path / "m.tar.gz"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current.json", "m.tar.gz"]


def test_last_recorded_model_is_the_current_one(tmp_path: Path) -> None:
    save_manifest(tmp_path, manifest_of(tmp_path))
    save_manifest(tmp_path, manifest_of(tmp_path, "n.tar.gz", b"other"))
    assert current_archive(tmp_path).name == "n.tar.gz"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"archive": "m.tar.gz"}', '{"archive": "m", "more": 1}', "null"]
)
def test_record_that_cannot_be_read_is_no_record(tmp_path: Path, text: str) -> None:
    (tmp_path / "current.json").write_text(text, "utf-8")
    assert read_manifest(tmp_path) is None
    with pytest.raises(ModelRefused, match="no trained model is recorded"):
        current_archive(tmp_path)


def test_folder_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match="Run `make train`"):
        current_archive(tmp_path / "none")


def test_model_that_was_changed_is_refused(tmp_path: Path) -> None:
    save_manifest(tmp_path, manifest_of(tmp_path))
    (tmp_path / "m.tar.gz").write_bytes(b"modem")
    with pytest.raises(ModelRefused, match="its hash is not the one recorded"):
        current_archive(tmp_path)


def test_model_that_is_gone_is_refused(tmp_path: Path) -> None:
    save_manifest(tmp_path, manifest_of(tmp_path))
    (tmp_path / "m.tar.gz").unlink()
    with pytest.raises(ModelRefused, match="the file is missing"):
        current_archive(tmp_path)


def test_newer_archive_without_a_record_is_not_loaded(tmp_path: Path) -> None:
    save_manifest(tmp_path, manifest_of(tmp_path))
    (tmp_path / "z.tar.gz").write_bytes(b"from elsewhere")
    assert current_archive(tmp_path).name == "m.tar.gz"


def test_record_is_plain_json(tmp_path: Path) -> None:
    save_manifest(tmp_path, manifest_of(tmp_path))
    record = json.loads((tmp_path / "current.json").read_text("utf-8"))
    assert record["archive"] == "m.tar.gz"
    assert record["seconds"] == 1.5
