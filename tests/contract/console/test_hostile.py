"""What somebody hostile, or merely unlucky, tries: doors beside the door, deeds beside the page."""

from __future__ import annotations

import html
import shutil
from typing import Any

import pyotp
import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from bot.console.content.releasing import publish
from bot.console.conversations.written_test import Line, check_lines
from bot.console.gate import COOKIE
from bot.console.parts import Parts
from bot.console.queue.clusters import find_clusters
from bot.console.rooms import open_console
from bot.content.releases import live, previous
from bot.editing.records import SideChange, TopicChange
from bot.editing.refusals import DraftMoved
from bot.store.sql.invitations import Invitations
from bot.store.sql.questions import Questions
from bot.store.sql.record import Record
from tests.contract.console.conftest import SignIn, account_of, csrf_of
from tests.contract.console.content_home import BEN, TEXT_FR, make_home, make_live, over, train
from tests.contract.console.door import (
    GOOD,
    Clock,
    add_account,
    hidden,
    send,
    session_of,
    with_clock,
)
from tests.contract.console.queue_data import question
from tests.contract.editing.folders import PARKS
from tests.contract.record.entries import ONE, TWO, turn

PUBLISH = "/console/content/publish"
CONVERSATIONS = "/console/conversations"


def browser_of(parts: Parts, role: str | None = None) -> TestClient:
    """A client of these parts; signed in where a role is named."""
    client = TestClient(open_console(parts), "http://127.0.0.1", follow_redirects=False)
    if role:
        client.cookies.set(COOKIE, parts.sessions.open(account_of(parts, role).id))
    return client


def post(parts: Parts, client: TestClient, path: str, **fields: str) -> Any:
    return client.post(path, data={"csrf": csrf_of(parts, client), **fields})


# The door


def test_record_that_does_not_answer_is_said_to_whoever_is_signed_in(
    parts: Parts, sign_in: SignIn
) -> None:
    client = sign_in("moderator", language="fr")
    with parts.engine.begin() as connection:
        connection.execute(text("DROP TABLE sessions"))
    answer = client.get("/console/queue")
    assert answer.status_code == 503
    assert "<h1" in answer.text


def test_link_for_a_lost_password_does_not_replace_the_second_factor(
    parts: Parts, sign_in: SignIn
) -> None:
    clock = Clock()
    parts = with_clock(parts, clock)
    account = add_account(parts)
    secret = pyotp.random_base32()
    parts.accounts.set_secret(account.id, secret)
    token = Invitations(parts.engine, parts.vault, clock).renew(account.id)
    client = browser_of(parts)
    path = f"/console/invitation/{token}"
    answer = send(
        client, path, name="Sam", language="en", password=f"{GOOD}!", repeated_password=f"{GOOD}!"
    )
    assert session_of(answer) is None
    code = pyotp.TOTP(secret).at(int(clock.at))
    opened = send(client, "/console/sign-in/code", code=code)
    assert session_of(opened) is not None


def test_second_factor_is_not_replaced_without_being_turned_off(
    parts: Parts, sign_in: SignIn
) -> None:
    client = sign_in("moderator")
    account = parts.accounts.find("moderator@example.org")
    assert account is not None
    first = pyotp.random_base32()
    parts.accounts.set_secret(account.id, first)
    page = post(parts, client, "/console/me/second-factor")
    assert 'name="locked"' not in page.text
    assert parts.accounts.secret(account.id) == first


def test_nobody_takes_a_colleagues_name(parts: Parts, sign_in: SignIn) -> None:
    account_of(parts, "moderator", "Marie")
    client = sign_in("moderator", "Sam")
    answer = post(parts, client, "/console/me/about", name="MARIE ", language="en")
    assert answer.status_code == 422
    again = post(parts, client, "/console/me/about", name="Sam", language="fr")
    assert again.status_code == 303


WRITTEN = "Une longue <b>traduction</b>\nen deux lignes"


def test_what_was_typed_is_not_lost_when_the_record_is(parts: Parts, sign_in: SignIn) -> None:
    client = sign_in("moderator")
    fields = {"note": WRITTEN, "old_password": "not to be shown", "csrf": csrf_of(parts, client)}
    with parts.engine.begin() as connection:
        connection.execute(text("DROP TABLE turns"))
    answer = client.post(f"{CONVERSATIONS}/{ONE}/notes", data=fields)
    assert answer.status_code == 503
    assert f">\n{html.escape(WRITTEN)}</textarea>" in answer.text
    assert "not to be shown" not in answer.text
    with parts.engine.begin() as connection:
        connection.execute(text("DROP TABLE sessions"))
    assert "traduction" in client.post(f"{CONVERSATIONS}/{ONE}/notes", data=fields).text
    client.cookies.delete(COOKIE)
    assert "traduction" not in client.post(f"{CONVERSATIONS}/{ONE}/notes", data=fields).text


def test_what_was_typed_is_not_lost_when_git_fails(parts: Parts, tmp_path: Any) -> None:
    parts = over(parts, make_home(tmp_path / "home"))
    parts.desk.open()
    client = browser_of(parts, "editor")
    shutil.rmtree(parts.desk.draft / ".git" / "objects")
    answer = post(parts, client, "/console/content/topics/parks", **{"fr.text": WRITTEN})
    assert answer.status_code == 503
    assert html.escape(WRITTEN) in answer.text


# Hand-over


def test_message_goes_to_nobody_else_than_the_conversation_of_the_page(
    parts: Parts, sign_in: SignIn, record: Record
) -> None:
    record.write([turn("1", 1.0), turn("2", 2.0, of=TWO)])
    client = sign_in("moderator", "sam")
    for conversation in (ONE, TWO):
        assert post(parts, client, f"{CONVERSATIONS}/{conversation}/take").status_code == 303
    handovers = parts.conversations.handovers
    other = handovers.current(TWO)
    assert other is not None
    number = str(other.number)
    answer = post(parts, client, f"{CONVERSATIONS}/{ONE}/write", handover=number, text="Allo")
    assert answer.status_code == 409
    assert handovers.messages(TWO) == []
    answer = post(parts, client, f"{CONVERSATIONS}/{ONE}/give-back", handover=number)
    assert answer.status_code == 409
    assert handovers.current(TWO) == other


def test_nobody_is_written_to_without_a_trace(
    parts: Parts, sign_in: SignIn, record: Record
) -> None:
    record.write([turn("1", 1.0)])
    client, handovers = sign_in("moderator", "sam"), parts.conversations.handovers
    number = handovers.take(ONE, "telegram", "fr", "sam@example.org")
    with parts.engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit RENAME TO gone"))
    path, fields = f"{CONVERSATIONS}/{ONE}", {"handover": str(number), "text": "Allo"}
    for deed in ("write", "give-back"):
        assert post(parts, client, f"{path}/{deed}", **fields).status_code == 503
    assert handovers.messages(ONE) == []
    assert handovers.current(ONE) is not None


# What people wrote


def test_queue_hides_what_the_conversation_hides(parts: Parts, sign_in: SignIn) -> None:
    asked = "est-ce que mon amie Océane Tremblay peut voter au 4512"
    Record(parts.engine, parts.vault).write([question("1", parts.now() - 9, asked, of=ONE)])
    parts.watch.clusters = find_clusters(Questions(parts.engine, parts.vault).newest(0.0, 10))
    page = sign_in("editor").get("/console/queue").text
    assert "peut voter au" in page
    assert not [word for word in ("Océane", "Tremblay", "4512") if word in page]


@pytest.mark.parametrize(
    ("says", "is_theirs"),
    [
        ("je veux savoir comment parler au maire du parc", True),
        ("Bonjour! Comment parler au maire du parc?", True),
        ("comment parler au maire s'il vous plaît", False),
        ("le parc du maire, comment en parler", False),
    ],
)
def test_half_of_a_long_message_is_somebodys_too(says: str, is_theirs: bool) -> None:
    wrote = "salut moi j'ai quinze ans et je veux savoir comment parler au maire du parc brisé"
    (line,) = check_lines([Line("1", says, "parks")], texts=[wrote], answers={"parks": None})
    assert (line.wrong == "test_same") is is_theirs


# Publishing


@pytest.fixture
def desk_parts(parts: Parts, tmp_path: Any) -> Parts:
    parts = over(parts, make_home(tmp_path / "home"))
    make_live(parts)
    parts.desk.open()
    parts.desk.problems()
    examples = (*parts.desk.workshop.topic("parks").examples["fr"], "un étang")
    parts.desk.workshop.save("parks", TopicChange(examples={"fr": examples}), {}, BEN)
    return parts


def test_measured_loss_of_distress_is_not_forgotten_by_asking_again(
    desk_parts: Parts,
) -> None:
    parts = desk_parts
    client = browser_of(parts, "editor")
    post(parts, client, f"{PUBLISH}/train")
    train(parts)
    fell: dict[str, Any] = {
        "figures": {},
        "before": None,
        "better": {},
        "worse": {},
        "distress_fell": True,
    }
    jobs = parts.desk.jobs
    measured = {**fell, "content": parts.desk.fingerprint()}
    said = {"fr": "Fini.", "en": "Done."}
    jobs.note(jobs.all()[0], state="done", sentence=said, result=measured)
    assert post(parts, client, f"{PUBLISH}/go").status_code == 403
    post(parts, client, f"{PUBLISH}/train", kind="judge")
    post(parts, client, f"{PUBLISH}/cancel")
    jobs.note(jobs.all()[0], state="cancelled", sentence=said)
    before = live(parts.desk.models)
    assert post(parts, client, f"{PUBLISH}/go", reason="why not").status_code in (403, 409)
    assert live(parts.desk.models) == before


def test_only_what_was_looked_at_is_published(parts: Parts, sign_in: SignIn, tmp_path: Any) -> None:
    parts = over(parts, make_home(tmp_path / "home"))
    make_live(parts)
    parts.desk.open()
    client = browser_of(parts, "editor")

    def reword(words: str) -> None:
        change = TopicChange(sides={"fr": SideChange(text=words)})
        parts.desk.workshop.save("parks", change, {}, BEN)

    reword("Une réponse relue.")
    parts.desk.problems()
    head = hidden(client.get(PUBLISH).text, "head")
    reword("Une réponse à moitié")
    answer = post(parts, client, f"{PUBLISH}/go", head=head)
    assert answer.status_code == 409
    assert "Une réponse." in (parts.home / PARKS).read_text("utf-8")
    with pytest.raises(DraftMoved):
        publish(parts.desk, BEN, parts.now(), seen=head)
    assert "moitié" in answer.text
    again = post(parts, client, f"{PUBLISH}/go", head=hidden(answer.text, "head"))
    assert again.status_code == 303


def test_console_names_things_as_the_live_bot_does(
    parts: Parts, sign_in: SignIn, tmp_path: Any
) -> None:
    parts = over(parts, make_home(tmp_path / "home"))
    make_live(parts)
    parts.desk.open()
    client = browser_of(parts, "editor")
    change = TopicChange(sides={"fr": SideChange(text="Des bancs neufs.")})
    parts.desk.workshop.save("parks", change, {}, BEN)
    assert post(parts, client, f"{PUBLISH}/go").status_code == 303
    assert parts.library.text("parks", "fr").text == "Des bancs neufs."
    before = previous(parts.desk.models)
    assert before is not None
    assert post(parts, client, f"{PUBLISH}/back", release=before.release).status_code == 303
    assert parts.library.text("parks", "fr").text == TEXT_FR
