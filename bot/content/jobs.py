"""Work that the console asks of the trainer: a folder each, written by one side at a time.

<data>/jobs/<id>/request.json   what is asked; the console writes it, once
<data>/jobs/<id>/cancel         there when it is asked no longer; the console writes it
<data>/jobs/<id>/status.json    how far it is; the trainer writes it, each time anew
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

Kind = Literal["train", "judge", "preview_start", "preview_stop"]
State = Literal["waiting", "running", "done", "failed", "cancelled"]
KINDS: tuple[Kind, ...] = ("train", "judge", "preview_start", "preview_stop")
ENDED: tuple[State, ...] = ("done", "failed", "cancelled")
KEPT = 50
REQUESTS = "*/request.json"
_ID = re.compile(r"[0-9]{19}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Job:
    """One piece of work, as far as it is."""

    id: str
    """Sorts by the time it was asked."""
    kind: Kind
    root: Path
    """The draft's folder."""
    by: str
    """Who asked."""
    asked_at: float
    """Seconds since 1970."""
    state: State = "waiting"
    phase: str = ""
    """`check`, `train`, `judge`, `smoke` or `preview`."""
    done: int = 0
    total: int = 0
    """Of the phase's steps; 0 while it is not known how many there are."""
    sentence: Mapping[str, str] = field(default_factory=dict)
    """How it stands, in `fr` and `en`."""
    result: Mapping[str, Any] = field(default_factory=dict)
    """What came of it; for a failure `why` and `detail`."""

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will change."""
        return self.state in ENDED


class Jobs:
    """The jobs of a data folder."""

    def __init__(self, folder: Path) -> None:
        """Take the folder `<data>/jobs`; it is made when something is asked."""
        self._folder = folder

    def ask(self, kind: Kind, *, root: Path, by: str) -> str:
        """Ask for work on a draft; the job's id."""
        id = f"{time.time_ns():019}-{secrets.token_hex(4)}"
        request = {"kind": kind, "root": str(root.resolve()), "by": by, "asked_at": time.time()}
        (self._folder / id).mkdir(parents=True)
        self._write(id, "request.json", request)
        return id

    def cancel(self, id: str) -> None:
        """Ask for it no longer; what has ended stays as it is."""
        if self.status(id) is not None:
            (self._folder / id / "cancel").touch()

    def is_cancelled(self, id: str) -> bool:
        """Whether it is asked for no longer."""
        return (self._folder / id / "cancel").exists()

    def status(self, id: str) -> Job | None:
        """A job as far as it is; None where there is no such job."""
        if not _ID.fullmatch(id):
            return None
        asked = self._read(id, "request.json")
        if asked is None or asked.get("kind") not in KINDS:
            return None
        job = Job(id, asked["kind"], Path(asked["root"]), asked["by"], asked["asked_at"])
        return replace(job, **(self._read(id, "status.json") or {}))

    def all(self) -> list[Job]:
        """Every job, newest first."""
        names = sorted((path.parent.name for path in self._folder.glob(REQUESTS)), reverse=True)
        return [job for name in names if (job := self.status(name)) is not None]

    def latest(self, kind: Kind) -> Job | None:
        """The newest job of a kind."""
        return next((job for job in self.all() if job.kind == kind), None)

    def waiting(self) -> list[Job]:
        """What nobody has begun, oldest first."""
        begun = {path.parent.name for path in self._folder.glob("*/status.json")}
        names = sorted({path.parent.name for path in self._folder.glob(REQUESTS)} - begun)
        return [job for name in names if (job := self.status(name)) is not None]

    def note(self, job: Job, **changes: Any) -> Job:
        """Write how a job stands; for the trainer."""
        job = replace(job, **changes)
        status = {
            "state": job.state,
            "phase": job.phase,
            "done": job.done,
            "total": job.total,
            "sentence": dict(job.sentence),
            "result": dict(job.result),
        }
        self._write(job.id, "status.json", status)
        return job

    def drop_old(self) -> None:
        """Delete all but the newest that have ended; no preview takes the place of a training."""
        ended = [job for job in self.all() if job.has_ended]
        works = [job for job in ended if job.kind in ("train", "judge")]
        for some in (works, [job for job in ended if job not in works]):
            for job in some[KEPT:]:
                shutil.rmtree(self._folder / job.id, ignore_errors=True)

    def _read(self, id: str, name: str) -> dict[str, Any] | None:
        try:
            data = json.loads((self._folder / id / name).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return data if isinstance(data, dict) else None

    def _write(self, id: str, name: str, data: Mapping[str, Any]) -> None:
        draft = self._folder / id / f".{os.getpid()}.{name}"
        draft.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
        os.replace(draft, self._folder / id / name)
