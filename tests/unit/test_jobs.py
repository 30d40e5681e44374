"""Jobs as files: each side writes its own, nothing half written is ever seen, old ones go."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content import jobs as jobs_module
from bot.content.jobs import Jobs

BY = "sam@example.org"


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(tmp_path / "jobs")


def test_nothing_asked_is_nothing_to_do(jobs: Jobs) -> None:
    assert jobs.all() == []
    assert jobs.waiting() == []
    assert jobs.latest("train") is None
    jobs.drop_old()


def test_what_is_asked_waits_with_all_that_was_said(jobs: Jobs, tmp_path: Path) -> None:
    id = jobs.ask("train", root=tmp_path / "draft", by=BY)
    job = jobs.status(id)
    assert job is not None
    assert (job.kind, job.root, job.by) == ("train", tmp_path / "draft", BY)
    assert (job.state, job.done, job.total, job.has_ended) == ("waiting", 0, 0, False)
    assert jobs.waiting() == [job]


def test_progress_is_seen_by_the_other_side(jobs: Jobs, tmp_path: Path) -> None:
    id = jobs.ask("train", root=tmp_path, by=BY)
    (job,) = Jobs(tmp_path / "jobs").waiting()
    words = {"fr": "Vérification.", "en": "Checking."}
    job = jobs.note(job, state="running", phase="check", done=2, total=7, sentence=words)
    seen = Jobs(tmp_path / "jobs").status(id)
    assert seen == job
    assert seen is not None
    assert (seen.phase, seen.done, seen.total, seen.sentence) == ("check", 2, 7, words)
    assert jobs.waiting() == []
    ended = jobs.note(job, state="done", result={"archive": "a"})
    assert ended.has_ended
    assert jobs.status(id) == ended


def test_jobs_are_taken_in_the_order_they_were_asked(jobs: Jobs, tmp_path: Path) -> None:
    ids = [
        jobs.ask(kind, root=tmp_path, by=BY) for kind in ("train", "judge", "train")
    ]  # fmt: skip
    assert [job.id for job in jobs.waiting()] == ids
    assert [job.id for job in jobs.all()] == ids[::-1]
    latest = jobs.latest("train")
    assert latest is not None
    assert latest.id == ids[2]


def test_cancelling_is_known_and_only_of_what_exists(jobs: Jobs, tmp_path: Path) -> None:
    id = jobs.ask("train", root=tmp_path, by=BY)
    assert not jobs.is_cancelled(id)
    jobs.cancel(id)
    assert jobs.is_cancelled(id)
    jobs.cancel("0" * 19 + "-" + "0" * 8)
    assert [path.name for path in (tmp_path / "jobs").iterdir()] == [id]


@pytest.mark.parametrize("id", ["", "..", "../../etc", "a", "0" * 19, "0" * 19 + "-ABCDEF01"])
def test_what_is_no_id_is_no_job(jobs: Jobs, tmp_path: Path, id: str) -> None:
    jobs.ask("train", root=tmp_path, by=BY)
    assert jobs.status(id) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"kind": "other"}'])
def test_request_that_cannot_be_read_is_no_job(jobs: Jobs, tmp_path: Path, text: str) -> None:
    id = jobs.ask("train", root=tmp_path, by=BY)
    (tmp_path / "jobs" / id / "request.json").write_text(text, "utf-8")
    assert jobs.status(id) is None
    assert jobs.all() == []


def test_old_jobs_go_and_those_under_way_stay(
    jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_module, "KEPT", 2)
    ids = [jobs.ask("train", root=tmp_path, by=BY) for _ in range(5)]
    for job in jobs.waiting()[1:]:
        jobs.note(job, state="done")
    jobs.drop_old()
    assert [job.id for job in jobs.all()] == [ids[4], ids[3], ids[0]]


def test_previews_leave_what_was_measured(
    jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_module, "KEPT", 2)
    training = jobs.ask("train", root=tmp_path, by=BY)
    previews = [jobs.ask("preview_start", root=tmp_path, by=BY) for _ in range(4)]
    for job in jobs.waiting():
        jobs.note(job, state="done")
    jobs.drop_old()
    assert [job.id for job in jobs.all()] == [previews[3], previews[2], training]
