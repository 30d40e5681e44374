"""What the pages are made with."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from bot.console.content.desk import Desk, make_desk
from bot.console.conversations.room import ConversationsRoom
from bot.console.queue.watch import Watch
from bot.console.rendering import Renderer
from bot.console.sign_in.openid import OpenId
from bot.console.sign_in.passwords import Passwords
from bot.console.words import Words, load_words
from bot.content.library import Library, load_library
from bot.content.reasons import reasons_among
from bot.content.releases import content_of, live
from bot.errors import ContentInvalid
from bot.safety.personal_data import PersonalData
from bot.store.redis.client import Connection
from bot.store.sql.accounts import Accounts
from bot.store.sql.audit import Audit
from bot.store.sql.insight import Insight
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
    watch: Watch = field(default_factory=Watch)
    """What the queue's watch saw last."""
    handover_minutes: int = 15
    """After how long without a sign of whoever has a conversation the bot takes it back."""
    passwords: Passwords = field(default_factory=Passwords)
    openid: OpenId | None = None
    """The provider of OpenID Connect, if there is one."""
    public_url: str = ""
    """How people reach the console, without `/console`; empty: as whoever asks does."""
    renderer: Renderer = field(init=False)
    desk: Desk = field(init=False)
    """The draft of the content, its trainings and releases."""
    conversations: ConversationsRoom = field(init=False)
    insight: Insight = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "renderer", Renderer(self.words))
        object.__setattr__(self, "desk", make_desk(self.home, self.data_dir))
        room = ConversationsRoom(
            self.engine,
            self.vault,
            self.library,
            self.personal_data,
            home=self.home,
            now=self.now,
        )
        object.__setattr__(self, "conversations", room)
        object.__setattr__(self, "insight", Insight(self.engine, self.now))

    def name_as_live(self) -> None:
        """Call things from now on as the live bot does, unless what it says cannot be read.

        A page that is being made meanwhile has the one or the other library, each whole.
        """
        with suppress(ContentInvalid):
            object.__setattr__(self, "library", live_library(self.desk.models, self.home))


def live_library(models: Path, home: Path) -> Library:
    """What the live release speaks with, or where there is none what stands at HOME.

    Raises:
        ContentInvalid: it cannot be read.
    """
    current = live(models)
    return load_library(content_of(models, current, home) if current else home)


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
    openid: OpenId | None = None,
    public_url: str = "",
    handover_minutes: int = 15,
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
        views=Views(
            engine,
            vault,
            personal_data=personal_data,
            reasons=reasons_among(library.words),
            now=now,
        ),
        home=home,
        data_dir=data_dir,
        redis=redis,
        now=now,
        openid=openid,
        public_url=public_url,
        handover_minutes=handover_minutes,
    )
