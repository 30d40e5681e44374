"""What an engine worker is told to serve, and how it answers: it is ready, or why not."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bot.content.manifests import Manifest
from bot.content.releases import content_of
from bot.store.redis.keys import PREFIX


@dataclass(frozen=True)
class WorkerOrder:
    """One worker's task; crosses to it as a single argument."""

    release: str
    models: str
    content: str
    archive: str
    archive_sha256: str
    is_gated: bool = False
    """Whether it may only serve when all smoke conversations go well."""
    prefix: str = PREFIX
    """Of its keys in Redis."""
    idle_seconds: float = 0.0
    """It stops after so long without a message; 0 means never."""
    tell: int = -1
    """The file descriptor that its starter listens at."""

    @property
    def is_preview(self) -> bool:
        """Whether it speaks a draft to staff: nothing is recorded, and files may change."""
        return self.prefix != PREFIX

    @property
    def manifest(self) -> Manifest:
        """As much of the manifest as a check of the archive needs."""
        return Manifest(self.archive, self.archive_sha256, "", "", 0.0)

    def to_json(self) -> str:
        """See `from_json`."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> WorkerOrder:
        """What `to_json` made."""
        return cls(**json.loads(text))


def order_for(models: Path, manifest: Manifest, home: Path) -> WorkerOrder:
    """The order to serve a release."""
    return WorkerOrder(
        release=manifest.release,
        models=str(models),
        content=str(content_of(models, manifest, home)),
        archive=manifest.archive,
        archive_sha256=manifest.archive_sha256,
    )


def draft_order(models: Path, model: Manifest, draft: Path, prefix: str) -> WorkerOrder:
    """The order to preview a draft with a model."""
    order = order_for(models, model, draft)
    return replace(order, content=str(draft), prefix=prefix)


def tell(order: WorkerOrder, **said: str) -> None:
    """Let the starter know; it may be gone."""
    if order.tell < 0:
        return
    with suppress(OSError):
        os.write(order.tell, json.dumps(said, ensure_ascii=False).encode() + b"\n")
    os.close(order.tell)
