"""What the pages are made with."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from bot.console.rendering import Renderer
from bot.console.words import Words, load_words
from bot.content.library import Library
from bot.safety.personal_data import PersonalData
from bot.store.redis.client import Connection
from bot.store.sql.accounts import Accounts
from bot.store.sql.audit import Audit
from bot.store.sql.sessions import Sessions
from bot.store.sql.views import Views
from bot.store.vault import Vault


@dataclass(frozen=True)
class Parts:
    """The record, the content and what reads and writes them."""

    engine: Engine
    vault: Vault
    library: Library
    personal_data: PersonalData
    accounts: Accounts
    sessions: Sessions
    audit: Audit
    views: Views
    home: Path
    """The content that is live: `config.yml`, `nlu/`, `stories/`."""
    data_dir: Path
    """Where drafts, models and jobs lie."""
    redis: Connection | None = None
    """For the preview and the health of engines; None where only the record is shown."""
    now: Callable[[], float] = time.time
    words: Words = field(default_factory=load_words)
    renderer: Renderer = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "renderer", Renderer(self.words))


def make_parts(
    engine: Engine,
    vault: Vault,
    library: Library,
    personal_data: PersonalData,
    *,
    home: Path,
    data_dir: Path,
    redis: Connection | None = None,
    now: Callable[[], float] = time.time,
) -> Parts:
    """The parts over an open record."""
    return Parts(
        engine=engine,
        vault=vault,
        library=library,
        personal_data=personal_data,
        accounts=Accounts(engine, vault, now),
        sessions=Sessions(engine, vault, now),
        audit=Audit(engine, vault, now),
        views=Views(engine, vault, personal_data=personal_data, now=now),
        home=home,
        data_dir=data_dir,
        redis=redis,
        now=now,
    )
