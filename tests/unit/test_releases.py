"""Releases on disk: made whole or not at all, one live, a way back, and no endless pile."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.content import releases
from bot.content.fingerprints import content_fingerprint
from bot.content.manifests import Manifest, file_sha256, read_manifest, save_manifest
from bot.content.pruning import RELEASES_KEPT
from bot.content.releases import (
    find_model,
    keep_live,
    live,
    make_live,
    make_release,
    previous,
    save_candidate,
    scores_file,
    speak_home,
)
from bot.errors import ReleaseRefused

START = datetime(2026, 6, 1, 12, 0, tzinfo=timezone.utc)
BY = "sam@example.org"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    root = tmp_path / "home"
    for path, text in {
        "config.yml": "recipe: default.v1",
        "nlu/fr/parks.yml": "nlu: []",
        "stories/answers/parks.yml": "sources: []\nfr: Un parc.\n",
        "README.md": "not content",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    return root


@pytest.fixture
def models(tmp_path: Path, home: Path) -> Path:
    """A models folder as a first training leaves it."""
    folder = tmp_path / "models"
    folder.mkdir()
    save_manifest(folder, model(folder, home, "20260601-100000-first"))
    return folder


def model(models: Path, content: Path, name: str) -> Manifest:
    """A model trained from a folder."""
    archive = models / f"{name}.tar.gz"
    archive.write_bytes(name.encode())
    return Manifest(
        archive.name,
        file_sha256(archive),
        content_fingerprint(content),
        "2026-06-01T10:00:00+00:00",
        1.5,
    )


def say(home: Path, text: str) -> None:
    (home / "stories/answers/parks.yml").write_text(f"sources: []\nfr: {text}\n", "utf-8")


def publish(models: Path, home: Path, text: str, after: float) -> Manifest:
    """Reword the answer and make it live, as the console does, so many hours later."""
    keep_live(models, home, commit="before")
    say(home, text)
    fitting = find_model(models, content_fingerprint(home))
    assert fitting is not None
    now = START + timedelta(hours=after)
    made = make_release(models, home, fitting, commit=f"c{after}", by=BY, now=now)
    return make_live(models, made.release)


def said(models: Path, manifest: Manifest) -> str:
    assert manifest.snapshot is not None
    return (models / manifest.snapshot / "stories/answers/parks.yml").read_text("utf-8")


def test_old_manifest_still_reads(tmp_path: Path) -> None:
    old = {
        "archive": "a.tar.gz", "archive_sha256": "0", "content": "1",
        "trained_at": "2026-01-01T00:00:00+00:00", "seconds": 2.5,
    }  # fmt: skip
    (tmp_path / "current.json").write_text(json.dumps(old), "utf-8")
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    assert (manifest.release, manifest.snapshot) == ("a", None)
    assert manifest.since == "2026-01-01T00:00:00+00:00"


def test_nothing_is_live_in_an_empty_folder(tmp_path: Path) -> None:
    assert live(tmp_path) is None
    assert releases.releases(tmp_path) == []
    assert previous(tmp_path) is None
    assert find_model(tmp_path, "f" * 64) is None
    assert keep_live(tmp_path, tmp_path, commit="c") is None


def test_release_holds_the_content_and_is_not_live_before_it_is_made_so(
    models: Path, home: Path
) -> None:
    before = live(models)
    say(home, "Un grand parc.")
    fitting = find_model(models, content_fingerprint(home))
    assert fitting is not None
    made = make_release(models, home, fitting, commit="abc", by=BY, now=START)
    assert live(models) == before
    assert (made.commit, made.by) == ("abc", BY)
    assert made.archive == fitting.archive
    snapshot = models / str(made.snapshot)
    held = {path.relative_to(snapshot).as_posix() for path in snapshot.rglob("*.*")}
    assert held == {"config.yml", "nlu/fr/parks.yml", "stories/answers/parks.yml"}
    assert "grand" in said(models, made)

    assert make_live(models, made.release) == made
    assert live(models) == made


def test_content_that_the_model_was_not_trained_from_is_refused(models: Path, home: Path) -> None:
    fitting = live(models)
    assert fitting is not None
    (home / "nlu/fr/parks.yml").write_text("nlu: [1]", "utf-8")
    with pytest.raises(ReleaseRefused, match="trained from something else"):
        make_release(models, home, fitting, commit="abc", by=BY, now=START)
    assert [one.release for one in releases.releases(models)] == [fitting.release]
    assert list((models / "content").iterdir()) == []


def test_the_way_back_leads_to_the_first_content_and_on_again(models: Path, home: Path) -> None:
    second = publish(models, home, "Deux.", 1)
    third = publish(models, home, "Trois.", 2)
    assert previous(models) == second
    assert make_live(models, second.release) == second
    first = previous(models)
    assert first is not None
    assert "Un parc." in said(models, first)
    make_live(models, first.release)
    assert previous(models) is None
    assert [one.release for one in releases.releases(models)] == [
        third.release, second.release, first.release,
    ]  # fmt: skip
    assert make_live(models, third.release) == third


def test_what_is_live_is_kept_once_and_goes_on_unchanged(models: Path, home: Path) -> None:
    before = (models / "current.json").read_bytes()
    kept = keep_live(models, home, commit="abc")
    assert kept is not None
    assert kept.commit == "abc"
    assert keep_live(models, home, commit="other") == kept
    assert (models / "current.json").read_bytes() == before


def test_what_was_edited_by_hand_since_is_not_taken_for_what_is_live(
    models: Path, home: Path
) -> None:
    (home / "nlu/fr/parks.yml").write_text("nlu: [1]", "utf-8")
    assert keep_live(models, home, commit="abc") is None
    assert previous(models) is None


@pytest.mark.parametrize("missing", ["model", "content"])
def test_release_that_is_not_whole_is_refused(models: Path, home: Path, missing: str) -> None:
    first = publish(models, home, "Un.", 1)
    second = publish(models, home, "Deux.", 2)
    if missing == "model":
        (models / first.archive).unlink()
    else:
        (models / str(first.snapshot)).rename(models / "elsewhere")
    with pytest.raises(ReleaseRefused, match="is gone"):
        make_live(models, first.release)
    assert live(models) == second


def test_release_whose_model_was_changed_is_refused(models: Path, home: Path) -> None:
    first = publish(models, home, "Un.", 1)
    second = publish(models, home, "Deux.", 2)
    (models / first.archive).write_bytes(b"another")
    with pytest.raises(ReleaseRefused, match="not the one recorded"):
        make_live(models, first.release)
    assert live(models) == second


@pytest.mark.parametrize("name", ["", "current", "../current", "20260601-120000-none"])
def test_release_that_nobody_made_is_refused(models: Path, name: str) -> None:
    before = live(models)
    with pytest.raises(ReleaseRefused, match="no such release"):
        make_live(models, name)
    assert live(models) == before


def test_two_releases_of_one_second_have_two_names(models: Path, home: Path) -> None:
    names = {publish(models, home, text, 1).release for text in ("Un.", "Deux.", "Trois.")}
    assert len(names) == 3


def test_few_releases_are_kept_and_always_the_live_one(models: Path, home: Path) -> None:
    made = [publish(models, home, f"{hour}.", hour) for hour in range(1, 9)]
    names = [one.release for one in releases.releases(models)]
    assert names == [one.release for one in reversed(made[-RELEASES_KEPT:])]
    oldest = names[-1]
    make_live(models, oldest)
    for hour in range(10, 16):
        say(home, f"{hour}.")
        fitting = find_model(models, content_fingerprint(home))
        assert fitting is not None
        now = START + timedelta(hours=hour)
        make_release(models, home, fitting, commit="c", by=BY, now=now)
    releases.prune(models)
    left = [one.release for one in releases.releases(models)]
    assert len(left) == RELEASES_KEPT + 1
    assert left[-1] == oldest
    assert {path.name for path in (models / "content").iterdir()} == set(left)


def test_models_that_are_needed_stay_and_of_others_the_newest(models: Path, home: Path) -> None:
    publish(models, home, "Un.", 1)
    for hour in range(10, 20):
        (models / f"20260602-{hour}0000-spare.tar.gz").write_bytes(b"spare")
    candidate = model(models, home, "20260101-000000-candidate")
    save_candidate(models, candidate)
    for one in (candidate, replace(candidate, archive="20260602-100000-spare.tar.gz")):
        scores_file(models, one).parent.mkdir(exist_ok=True)
        scores_file(models, one).write_text("{}", "utf-8")
    releases.prune(models)
    assert {path.name for path in models.glob("*.tar.gz")} == {
        "20260601-100000-first.tar.gz",
        "20260101-000000-candidate.tar.gz",
        *(f"20260602-{hour}0000-spare.tar.gz" for hour in (17, 18, 19)),
    }
    assert list((models / "scores").iterdir()) == [scores_file(models, candidate)]


def test_model_of_a_candidate_is_found_by_what_it_was_trained_from(
    models: Path, home: Path
) -> None:
    (home / "nlu/fr/parks.yml").write_text("nlu: [1]", "utf-8")
    assert find_model(models, content_fingerprint(home)) is None
    candidate = model(models, home, "20260602-100000-candidate")
    save_candidate(models, candidate)
    assert find_model(models, content_fingerprint(home)) == candidate
    (models / candidate.archive).unlink()
    assert find_model(models, content_fingerprint(home)) is None


def test_home_may_speak_again_after_a_release(models: Path, home: Path) -> None:
    published = publish(models, home, "Un.", 1)
    say(home, "Par la main.")
    assert not releases.is_spoken(models, published, home)
    spoken = speak_home(models, published, now=START + timedelta(hours=2))
    assert live(models) == spoken
    assert releases.content_of(models, spoken, home) == home
    assert releases.is_spoken(models, spoken, home)
    assert previous(models) == published
