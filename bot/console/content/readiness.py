"""Whether the draft can be published, and what is in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.console.content.desk import Desk
from bot.console.content.standing import says_what_is_published
from bot.content.jobs import Job
from bot.content.manifests import Manifest
from bot.content.releases import content_of, find_model, live
from bot.editing.records import Change, FieldProblem, HandEdit

SAFETY = "stories/safety"


@dataclass(frozen=True)
class Readiness:
    """The steps to a publication, as they stand now."""

    head: str
    """The draft's last commit before anything else was looked at."""
    changes: Sequence[Change]
    is_spoken: bool
    """Whether what is at HOME is live."""
    is_checked: bool
    """Whether the draft's problems are known; the first check takes seconds."""
    errors: Sequence[FieldProblem]
    warnings: int
    by_hand: Sequence[HandEdit]
    needs_training: bool
    """Whether no model fits the draft."""
    needs_judging: bool
    """Whether the model, or what looks for distress, is new and nobody measured it."""
    job: Job | None
    """The latest training, whatever it was of."""
    scores: Mapping[str, Any] | None
    """Of whatever measured this very draft last; see `evaluation.comparing.compare`."""

    @property
    def is_working(self) -> bool:
        """Whether a training is under way."""
        return self.job is not None and not self.job.has_ended

    @property
    def has_news(self) -> bool:
        """Whether there is anything to publish."""
        return bool(self.changes) or not self.is_spoken

    @property
    def distress_fell(self) -> bool:
        """Whether fewer messages of people in distress would be recognised."""
        return bool(self.scores and self.scores.get("distress_fell"))

    @property
    def obstacles(self) -> list[str]:
        """What keeps everybody from publishing, as keys of words."""
        found = {
            "nothing": not self.has_news,
            "checking": not self.is_checked,
            "problems": bool(self.errors),
            "by_hand": bool(self.by_hand),
            "training": self.needs_training,
            "judging": not self.needs_training and self.needs_judging,
        }
        return [key for key, is_so in found.items() if is_so]


def readiness_of(desk: Desk, *, waits: bool) -> Readiness:
    """Look at everything that publishing needs.

    Args:
        desk: The draft, its trainings and releases.
        waits: Whether to wait for the first check of the draft.
    """
    head = desk.workshop.head()
    current = live(desk.models)
    job = latest_work(desk)
    fingerprint = desk.fingerprint()
    model = find_model(desk.models, fingerprint)
    measured = _measured(desk, fingerprint)
    is_new = model is not None and (current is None or model.archive != current.archive)
    is_checked = waits or desk.is_checked
    problems = desk.problems() if is_checked else []
    return Readiness(
        head=head,
        changes=desk.workshop.changes(),
        is_spoken=says_what_is_published(desk, current),
        is_checked=is_checked,
        errors=[problem for problem in problems if problem.level == "ERROR"],
        warnings=sum(problem.level == "WARNING" for problem in problems),
        by_hand=desk.workshop.hand_edits(),
        needs_training=model is None,
        needs_judging=measured is None and (is_new or not _has_same_safety(desk, current)),
        job=job,
        scores=measured.result if measured is not None else None,
    )


def latest_work(desk: Desk) -> Job | None:
    """The latest training or judging."""
    return next((job for job in desk.jobs.all() if job.kind in ("train", "judge")), None)


def _measured(desk: Desk, fingerprint: str) -> Job | None:
    """The latest that measured this very draft, whatever was begun, or given up, since."""
    done = (job for job in desk.jobs.all() if _is_of(job, fingerprint, desk.draft))
    return next((job for job in done if "figures" in job.result), None)


def _is_of(job: Job, fingerprint: str, draft: Path) -> bool:
    """Whether a job that is done was about the draft as it is now."""
    is_same = job.state == "done" and job.result.get("content") == fingerprint
    return is_same and all(path.stat().st_mtime < job.asked_at for path in _safety(draft))


def _has_same_safety(desk: Desk, current: Manifest | None) -> bool:
    if current is None:
        return True
    content = content_of(desk.models, current, desk.home)
    here, there = (
        {path.name: path.read_bytes() for path in _safety(root)} for root in (desk.draft, content)
    )
    return here == there


def _safety(root: Path) -> list[Path]:
    return sorted((root / SAFETY).glob("*.yml"))
