"""A console with something in every room; for pictures of its pages, and for walks over them.

Nobody said any of this.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, func, select

from bot.console.content.releasing import publish
from bot.console.parts import Parts, make_parts
from bot.content.fingerprints import content_fingerprint
from bot.content.library import Library
from bot.content.manifests import Manifest, file_sha256, save_manifest
from bot.editing.records import Author, SideChange, TopicChange
from bot.safety.personal_data import PersonalData
from bot.store.sql.handovers import HandOvers
from bot.store.sql.record import Record
from bot.store.sql.settling import Settling
from bot.store.sql.tables import turns, views
from bot.store.vault import Vault
from tests.contract.console.queue_data import alert
from tests.contract.record.entries import consent, vote
from tests.simulated_record import fill

ROOT = Path(__file__).resolve().parents[1]
ADMIN, MODERATOR, EDITOR = "sam@example.org", "ines@example.org", "kai@example.org"
PASSWORD_HASH = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA"
"""Opens to no password; an account that has one shows how to change it."""
SHORT = 4
"""Turns of the conversations that pages show."""
KAI = Author("Kai Martin", EDITOR)


@dataclass(frozen=True)
class Filled:
    """A console over a full record, and ids to look at."""

    parts: Parts
    conversation: str
    """Of a transcript that nobody has taken."""
    handed: str
    """Of a conversation that the admin has taken."""
    pending: str
    approved: str
    """Ids of views."""


def fill_console(
    engine: Engine,
    vault: Vault,
    library: Library,
    personal_data: PersonalData,
    *,
    scorer: object,
    home: Path,
    data_dir: Path,
    topic: str,
    sides: tuple[SideChange, SideChange],
    turns: int,
) -> Filled:
    """Fill the record and the content.

    Args:
        engine: Of an empty record.
        vault: Its key.
        library: The answers that conversations name.
        personal_data: What hides who people are.
        scorer: Scores views; see `load_abuse_scores`.
        home: A content folder under git.
        data_dir: For drafts and models.
        topic: Of the content; its French and English sides are changed.
        sides: A change that is published, then one that stays in the draft; of the French side.
        turns: So many, of a month.
    """
    now = time.time()
    record = Record(engine, vault, scorer)  # type: ignore[arg-type]
    fill(record, ROOT, turns=turns, views=120, until=now - 60, days=28)
    parts = make_parts(engine, vault, library, personal_data, home=home, data_dir=data_dir)
    for email, role, name in (
        (ADMIN, "admin", "Sam Tremblay"),
        (MODERATOR, "moderator", "Inès Diallo"),
        (EDITOR, "editor", "Kai Martin"),
    ):
        parts.accounts.add(email=email, role=role, name=name, password_hash=PASSWORD_HASH)
    approved = _decide(parts, record, now)
    conversation, handed = _talk(parts, record, now)
    _publish(parts, topic, sides, now)
    _note(parts, conversation, handed)
    with engine.connect() as connection:
        waiting = select(views.c.id).where(views.c.status == "pending", views.c.language == "fr")
        pending = connection.scalar(waiting.order_by(views.c.id.desc()))
    assert pending is not None
    return Filled(parts, conversation, handed, pending, approved)


def _decide(parts: Parts, record: Record, now: float) -> str:
    """Publish, reject and answer views; hold votes back. The id of one that people reacted to."""
    queue = [view.id for view in parts.views.queue()]
    for id in queue[40:110]:
        other = parts.views.get(id).other_language
        texts = {"fr": "La même chose, en français.", "en": "The same, in English."}
        parts.views.approve(id, texts[other], "Inès Diallo")
    for id in queue[110:]:
        parts.views.reject(id, "unclear", "Inès Diallo")
    shown = queue[40]
    people = [f"{number:032x}" for number in range(1, 25)]
    record.write([consent("share", now - 900, of=person) for person in people])
    record.write(
        [
            vote(shown, now - 800 + place, (1, 1, 1, -1, 0)[place % 5], of=person)
            for place, person in enumerate(people)
        ]
    )
    parts.views.hold(people[0], "speed")
    parts.views.hold(people[1], "burst")
    parts.views.add_outcome(
        theme="impact",
        fr="La ville ajoute deux bus le soir dès janvier.",
        en="The city adds two evening buses from January.",
        url="https://example.org/bus",
        by="Inès Diallo",
    )
    return shown


def _talk(parts: Parts, record: Record, now: float) -> tuple[str, str]:
    """Label and note a conversation, take another over, settle an alert."""
    with parts.engine.connect() as connection:
        spoken = select(turns.c.conversation, turns.c.platform, turns.c.language)
        short = spoken.group_by(*spoken.selected_columns).having(
            func.count(turns.c.text) == func.count(), func.count() == SHORT
        )
        found = connection.execute(short.where(turns.c.language == "fr").limit(3)).all()
    conversation, (handed, platform, language), other = found[0].conversation, found[1], found[2]
    record.write(
        [
            alert("plv:{01}:journal|1-0", now - 7000, "crisis_abuse", of=other.conversation),
            alert("plv:{01}:journal|2-0", now - 5000, "crisis_distress", of=conversation),
            alert("plv:{01}:journal|3-0", now - 3000, "talk_to_human", of=handed),
            alert("plv:{01}:journal|4-0", now - 2000, "report_problem", of=other.conversation),
        ]
    )
    room = parts.conversations
    room.labels.add(conversation, "good-example", MODERATOR)
    room.labels.write_note(conversation, "Belle question; un sujet à ajouter?", MODERATOR)
    handovers = HandOvers(parts.engine, parts.vault)
    number = handovers.take(handed, platform, language, ADMIN)
    handovers.write(number, HELLO, ADMIN)
    Settling(parts.engine, parts.vault).alert(
        "plv:{01}:journal|1-0", "looked_at", "Inès Diallo", also=lambda connection, whose: None
    )
    while room.index.step():
        pass
    return conversation, handed


HELLO = "Bonjour, ici Sam de l'équipe. Qu'est-ce que je peux faire pour toi?"


def _publish(parts: Parts, topic: str, sides: tuple[SideChange, SideChange], now: float) -> None:
    """Two releases, and a draft that is further along; the model was never trained."""
    desk = parts.desk
    desk.models.mkdir(parents=True, exist_ok=True)
    archive = desk.models / "20261101-090000-first.tar.gz"
    archive.write_bytes(b"a model")
    first = Manifest(
        archive.name,
        file_sha256(archive),
        content_fingerprint(parts.home),
        trained_at="2026-11-01T09:00:00+00:00",
        seconds=1.0,
    )
    save_manifest(desk.models, first)
    desk.open()
    desk.workshop.save(topic, TopicChange(sides={"fr": sides[0]}), {}, KAI)
    publish(desk, KAI, now - 7200)
    desk.workshop.save(topic, TopicChange(sides={"fr": sides[1]}), {}, KAI)
    desk.warm_up()


def _note(parts: Parts, conversation: str, handed: str) -> None:
    """What staff did this morning, for the audit."""
    about = parts.audit.about
    for by, role, action, subject, details in (
        (EDITOR, "editor", "sign_in", "", {}),
        (EDITOR, "editor", "saved_content", "transparency", {}),
        (EDITOR, "editor", "published", "20261129-101500", {}),
        (MODERATOR, "moderator", "sign_in", "", {}),
        (MODERATOR, "moderator", "read_conversation", about(conversation), {}),
        (MODERATOR, "moderator", "revealed", about(conversation), {"reason": "vérifier un lieu"}),
        (MODERATOR, "moderator", "label_added", about(conversation), {"label": "good-example"}),
        (MODERATOR, "moderator", "view_rejected", "view 0000006e", {"reason": "unclear"}),
        (ADMIN, "admin", "sign_in", "", {}),
        (ADMIN, "admin", "took", about(handed), {}),
        (ADMIN, "admin", "wrote", about(handed), {}),
        (ADMIN, "admin", "exported", "insight topics", {}),
    ):
        parts.audit.note(by=by, role=role, action=action, subject=subject, **details)
