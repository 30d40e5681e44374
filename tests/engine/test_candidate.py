"""A draft on its way to a candidate: judged against what is live, refused where a step fails."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.content import releases
from bot.content.manifests import Manifest, read_manifest, save_manifest
from bot.conversation.turn import Parts
from bot.errors import ContentInvalid
from bot.processes import candidate
from bot.settings import Settings, read_settings

ROOT = Path(__file__).parents[2]
TOPICS = ("transparency", "trust", "crisis_suicide", "off_topic")


class Steps:
    """Hears what is said of the steps."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []

    def __call__(self, **line: Any) -> None:
        self.said.append(line)

    @property
    def phases(self) -> list[str]:
        return list(dict.fromkeys(line["phase"] for line in self.said))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data folder whose live model is the trained one."""
    models = tmp_path / "data/models"
    models.mkdir(parents=True)
    live = read_manifest(ROOT / "var/models")
    assert live is not None
    (models / live.archive).symlink_to(ROOT / "var/models" / live.archive)
    save_manifest(models, live)
    return read_settings({"BOT_DATA_DIR": str(tmp_path / "data"), "BOT_CONTENT_DIR": str(ROOT)})


@pytest.fixture
def draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The real content with few held-out messages, and without the check, which would miss them."""
    root = tmp_path / "draft"
    shutil.copytree(ROOT / "stories", root / "stories")
    for name in ("nlu", "config.yml"):
        (root / name).symlink_to(ROOT / name)
    for language in ("fr", "en"):
        (root / "tests/nlu" / language).mkdir(parents=True)
        for topic in TOPICS:
            file = f"tests/nlu/{language}/{topic}.yml"
            shutil.copyfile(ROOT / file, root / file)
    monkeypatch.setattr(candidate, "_check", lambda root: None)
    return root


@pytest.fixture
def built(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model is loaded once for all tests."""

    async def build(root: Path, archive: Path) -> Parts:
        return parts

    monkeypatch.setattr(candidate, "build_parts", build)


def make(settings: Settings, draft: Path, *, is_judged: bool = False) -> tuple[Any, Steps]:
    steps = Steps()
    return candidate.make(settings, draft, steps, is_judged=is_judged), steps


def live(settings: Settings) -> Manifest:
    manifest = releases.live(settings.models_dir)
    assert manifest is not None
    return manifest


def fitting(settings: Settings, monkeypatch: pytest.MonkeyPatch, manifest: Manifest) -> None:
    monkeypatch.setattr(candidate, "train_candidate", lambda root, models: (manifest, True))


def test_wording_alone_is_neither_trained_nor_judged(
    settings: Settings, draft: Path, built: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitting(settings, monkeypatch, live(settings))
    result, steps = make(settings, draft)
    assert result == {
        "archive": live(settings).archive,
        "content": live(settings).content,
        "is_same_model": True,
    }
    assert steps.phases == ["check", "train", "smoke"]


def test_other_words_of_distress_are_judged_though_the_model_stays(
    settings: Settings, draft: Path, built: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitting(settings, monkeypatch, live(settings))
    with (draft / "stories/safety/crisis.yml").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    result, steps = make(settings, draft)
    assert steps.phases == ["check", "train", "judge", "smoke"]
    assert result["is_same_model"] is True
    assert result["figures"]["fr"]["messages"] > 0


def test_another_model_is_judged_against_the_live_one(
    settings: Settings, draft: Path, built: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = settings.models_dir
    other = replace(live(settings), archive="20300101-000000-other.tar.gz")
    (models / other.archive).symlink_to((models / live(settings).archive).resolve())
    fitting(settings, monkeypatch, other)
    first, steps = make(settings, draft)
    judged = [line for line in steps.said if line["phase"] == "judge"]
    messages = sum(figures["messages"] for figures in first["figures"].values())
    assert judged[-1] == {"phase": "judge", "done": messages, "total": messages}
    assert first["compared_with"] == "published"
    assert set(first["figures"]) == {"fr", "en"}

    scores = releases.scores_file(models, other)
    worse = scores.read_text("utf-8")
    assert '"transparency"' in worse
    shutil.copyfile(scores, releases.scores_file(models, live(settings)))
    second, _ = make(settings, draft)
    assert second["compared_with"] == "release"
    assert second["worse"] == second["better"] == {"fr": [], "en": []}
    assert second["distress_fell"] is False


def test_draft_that_fails_a_smoke_conversation_is_refused(
    settings: Settings, draft: Path, built: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitting(settings, monkeypatch, live(settings))
    smoke = draft / "stories/smoke.yml"
    smoke.write_text(smoke.read_text("utf-8").replace("answer: greet", "answer: trust"), "utf-8")
    with pytest.raises(ContentInvalid, match="bonjour.*trust was expected, greet came"):
        make(settings, draft)


def test_draft_with_errors_is_refused_before_anything_is_trained(
    settings: Settings, tmp_path: Path
) -> None:
    steps = Steps()
    with pytest.raises(ContentInvalid, match=r"\[ERROR\] stories/sources.yml:1: .* missing"):
        candidate.make(settings, tmp_path / "nothing", steps, is_judged=False)
    assert steps.phases == ["check"]
