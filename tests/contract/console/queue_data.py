"""A record with something in each part of the queue."""

from __future__ import annotations

from bot.console.parts import Parts
from bot.console.queue.clusters import find_clusters
from bot.conversation.ports import JournalEntry
from bot.store.sql.questions import Questions
from bot.store.sql.record import Record
from tests.contract.record.entries import entry, turn, view, vote
from tests.contract.stores import conversation

HOSTILE = '<script>document.title="gone"</script> & =1+1 "quoted"'
SCORES = {"insult": 0.72, "spam": 0.1, "hate": 0.0}


def alert(position: str, at: float, answer: str, *, of: str) -> JournalEntry:
    event = {"kind": "alert", "conversation": of, "platform": "telegram", "at": at}
    return JournalEntry(position, event | {"language": "fr", "answer": answer})


def question(position: str, at: float, text: str, *, of: str, language: str = "fr") -> JournalEntry:
    return turn(
        position, at, of=of, text=text, language=language, intent=None, answers=["fallback_unclear"]
    )


def views(count: int, *, at: float, start: int = 1) -> list[JournalEntry]:
    """Views that wait, each of its own author."""
    return [
        view(
            f"view{number:04}",
            at + number,
            of=conversation(1000 + number),
            language="fr" if number % 2 else "en",
            text=f"Plus de bus le soir, ligne {number}."
            if number % 2
            else f"More buses, line {number}.",
        )
        for number in range(start, start + count)
    ]


def fill(parts: Parts) -> None:
    """Two alerts of distress by one person, a request, three views, held votes, five questions."""
    now = parts.now()
    record = Record(
        parts.engine, parts.vault, lambda text, language: SCORES if "idiot" in text else {}
    )
    person = conversation(31)
    record.write(
        [
            alert("plv:{01}:journal|1-0", now - 900, "crisis_suicide", of=conversation(30)),
            alert("plv:{01}:journal|2-0", now - 600, "crisis_distress", of=conversation(30)),
            alert("plv:{01}:journal|3-0", now - 300, "talk_to_human", of=person),
            *views(2, at=now - 5000),
            view("hostile1", now - 4000, of=conversation(40), language="en", text=HOSTILE),
            view("insult01", now - 3000, of=conversation(41), text="Le maire est un idiot."),
            *(vote("view0001", now - 100 + n, of=person) for n in range(2)),
            entry(
                "consent", person, now - 50, platform="web", what="share", given=True, version="1"
            ),
        ]
    )
    parts.views.hold(person, "speed")
    fill_questions(parts)


def fill_questions(parts: Parts) -> None:
    """What people asked in vain, clustered as the watch does it."""
    now = parts.now()
    asked = [
        ("fr", "on peut tu voter en ligne?"),
        ("fr", "est-ce que je peux voter en ligne"),
        ("fr", "on peut tu voter en ligne"),
        ("fr", "la meilleure pizza en ville"),
        ("en", "can i get volunteer hours for this"),
    ]
    Record(parts.engine, parts.vault).write(
        [
            question(
                f"plv:{{02}}:journal|{n}-0",
                now - 500 + n,
                text,
                of=conversation(50 + n),
                language=spoken,
            )
            for n, (spoken, text) in enumerate(asked)
        ]
    )
    parts.watch.clusters = find_clusters(
        Questions(parts.engine, parts.vault).newest(now - 86_400, 100)
    )
