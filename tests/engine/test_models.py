"""Models on disk: no other file than the one recorded is ever loaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.content.manifests import Manifest, file_sha256, read_manifest, save_manifest
from bot.engine.models import current_archive
from bot.errors import ModelRefused


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
