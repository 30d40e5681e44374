"""Training: only when something changed, one at a time, and recorded only when it succeeded."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from bot.content import releases
from bot.content.manifests import read_manifest
from bot.engine import training
from bot.engine.models import current_archive
from bot.engine.training import is_trained, train, train_candidate
from bot.errors import ContentInvalid


class CountingRasa:
    """Stands in for Rasa: writes an archive and counts."""

    def __init__(self) -> None:
        self.runs = 0
        self.error: Exception | None = None

    def __call__(self, root: Path, output: Path, name: str) -> None:
        self.runs += 1
        if self.error is not None:
            raise self.error
        (output / f"{name}.tar.gz").write_bytes(b"model %d" % self.runs)


@pytest.fixture
def rasa(monkeypatch: pytest.MonkeyPatch) -> CountingRasa:
    fake = CountingRasa()
    monkeypatch.setattr(training, "_run_rasa", fake)
    return fake


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "nlu/fr").mkdir(parents=True)
    (tmp_path / "nlu/fr/parks.yml").write_text("nlu: []", "utf-8")
    return tmp_path


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "var/models"


def edit(root: Path, text: str) -> None:
    (root / "nlu/fr/parks.yml").write_text(text, "utf-8")


def test_nothing_is_trained_at_first(root: Path, models: Path) -> None:
    assert not is_trained(root, models)


def test_training_records_the_model(root: Path, models: Path, rasa: CountingRasa) -> None:
    manifest = train(root, models)
    assert is_trained(root, models)
    assert read_manifest(models) == manifest
    assert current_archive(models).read_bytes() == b"model 1"


def test_same_content_is_not_trained_again(root: Path, models: Path, rasa: CountingRasa) -> None:
    first = train(root, models)
    assert train(root, models) == first
    assert rasa.runs == 1


def test_same_content_is_trained_again_by_force(
    root: Path, models: Path, rasa: CountingRasa
) -> None:
    train(root, models)
    train(root, models, force=True)
    assert rasa.runs == 2
    assert current_archive(models).read_bytes() == b"model 2"


def test_changed_content_is_trained_and_old_content_too(
    root: Path, models: Path, rasa: CountingRasa
) -> None:
    train(root, models)
    edit(root, "nlu: [1]")
    assert not is_trained(root, models)
    train(root, models)
    edit(root, "nlu: []")
    assert not is_trained(root, models)
    assert rasa.runs == 2


def test_model_that_was_deleted_counts_as_not_trained(
    root: Path, models: Path, rasa: CountingRasa
) -> None:
    archive = models / train(root, models).archive
    archive.unlink()
    assert not is_trained(root, models)
    train(root, models)
    assert archive.exists() or current_archive(models).exists()


def test_content_that_a_known_model_fits_is_spoken_without_training(
    root: Path, models: Path, rasa: CountingRasa
) -> None:
    first = train(root, models)
    edit(root, "nlu: [1]")
    candidate, was_there = train_candidate(root, models)
    assert (was_there, rasa.runs) == (False, 2)
    assert read_manifest(models) == first, "a candidate is not live"
    assert train_candidate(root, models) == (candidate, True)
    spoken = train(root, models)
    assert rasa.runs == 2
    assert (spoken.archive, spoken.snapshot) == (candidate.archive, None)
    assert is_trained(root, models)


def test_content_that_says_otherwise_than_the_live_release_is_spoken(
    root: Path, models: Path, rasa: CountingRasa
) -> None:
    (root / "stories/words").mkdir(parents=True)
    (root / "stories/words/all.yml").write_text("more: Plus", "utf-8")
    model = train(root, models)
    now = datetime(2030, 1, 1, tzinfo=timezone.utc)
    made = releases.make_release(models, root, model, commit="c", by="sam", now=now)
    releases.make_live(models, made.release)
    assert is_trained(root, models)
    (root / "stories/words/all.yml").write_text("more: Encore", "utf-8")
    assert not is_trained(root, models)
    assert train(root, models).snapshot is None
    assert rasa.runs == 1
    assert is_trained(root, models)


def test_what_a_killed_training_left_is_cleared(
    root: Path, models: Path, rasa: CountingRasa
) -> None:
    (models / ".training-killed").mkdir(parents=True)
    train(root, models)
    assert list(models.glob(".training-*")) == []


@pytest.mark.parametrize("error", [ContentInvalid(["wrong"]), MemoryError()])
def test_training_that_fails_leaves_the_old_model(
    root: Path, models: Path, rasa: CountingRasa, error: Exception
) -> None:
    before = train(root, models)
    edit(root, "nlu: [1]")
    rasa.error = error
    with pytest.raises(type(error)):
        train(root, models)
    assert read_manifest(models) == before
    assert current_archive(models).read_bytes() == b"model 1"
    leftovers = {path.name for path in models.iterdir()}
    assert leftovers == {".lock", ".releases.lock", "current.json", before.archive}


def test_a_few_old_models_are_kept_and_never_the_current_one_lost(
    root: Path, models: Path, rasa: CountingRasa
) -> None:
    models.mkdir(parents=True)
    for day in range(1, 9):
        (models / f"2020010{day}-000000-old.tar.gz").write_bytes(b"old")
    manifest = train(root, models)
    kept = sorted(path.name for path in models.glob("*.tar.gz"))
    assert kept == [f"2020010{day}-000000-old.tar.gz" for day in (6, 7, 8)] + [manifest.archive]


def test_rasas_refusal_becomes_a_content_error(
    root: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real Rasa, with a configuration that it does not take."""
    monkeypatch.chdir(root)  # Rasa keeps a cache where it runs
    (root / "config.yml").write_text("recipe: default.v1\nlanguage: fr\npipeline: [{name: No}]\n")
    (root / "stories/domain").mkdir(parents=True)
    (root / "stories/domain/domain.yml").write_text('version: "3.1"\nintents: [parks]\n')
    with pytest.raises(ContentInvalid, match=r"\[ERROR\] Rasa could not train"):
        train(root, models)
    assert read_manifest(models) is None
