"""Publishing from the console and going back: what is in the way, what moves, what is noted.

The models here are names without a model in them: only engines read those.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.console.parts import Parts
from bot.content.releases import content_of, keep_live, live, previous
from bot.editing.records import SideChange, TopicChange
from tests.contract.console.conftest import SignIn, csrf_of
from tests.contract.console.content_home import (
    BEN,
    TEXT_FR,
    make_home,
    make_live,
    over,
    train,
)
from tests.contract.editing.folders import PARKS, git, replace

PAGE = "/console/content/publish"
NEW = "Une nouvelle réponse."
FELL: dict[str, Any] = {
    "figures": {},
    "before": None,
    "better": {},
    "worse": {},
    "distress_fell": True,
}


@pytest.fixture
def parts(parts: Parts, tmp_path: Path) -> Parts:
    parts = over(parts, make_home(tmp_path / "home"))
    make_live(parts)
    parts.desk.open()
    parts.desk.problems()
    return parts


def reword(parts: Parts, text: str = NEW) -> None:
    parts.desk.workshop.save("parks", TopicChange(sides={"fr": SideChange(text=text)}), {}, BEN)


def add_example(parts: Parts) -> None:
    examples = (*parts.desk.workshop.topic("parks").examples["fr"], "un étang")
    parts.desk.workshop.save("parks", TopicChange(examples={"fr": examples}), {}, BEN)


def send(parts: Parts, client: TestClient, verb: str, **fields: str) -> Any:
    return client.post(f"{PAGE}/{verb}", data={"csrf": csrf_of(parts, client), **fields})


def spoken(parts: Parts) -> str:
    """The file that engines read."""
    current = live(parts.desk.models)
    assert current is not None
    return (content_of(parts.desk.models, current, parts.home) / PARKS).read_text("utf-8")


def finish(parts: Parts, state: str, result: Mapping[str, Any]) -> None:
    """Do what the trainer does at the end of the newest job."""
    job = parts.desk.jobs.all()[0]
    sentences = {"fr": "Le brouillon est prêt.", "en": "The draft is ready."}
    parts.desk.jobs.note(job, state=state, sentence=sentences, result=result)


def test_new_wording_is_published_without_training_and_back_again(
    sign_in: SignIn, parts: Parts
) -> None:
    client = sign_in("editor", "Marie")
    reword(parts)
    assert "No training needed" in client.get(PAGE).text
    assert send(parts, client, "go").headers["location"].endswith("said=content_published")
    assert NEW in spoken(parts)
    assert NEW in (parts.home / PARKS).read_text("utf-8")
    published = live(parts.desk.models)
    assert published is not None
    assert (published.by, published.commit) == ("Marie", git(parts.home, "rev-parse", "HEAD"))

    page = client.get(PAGE).text
    assert "Everything is published." in page
    before = page.split('name="release" value="')[1].split('"')[0]
    assert send(parts, client, "back", release=before).status_code == 303
    assert TEXT_FR in spoken(parts)
    assert TEXT_FR in (parts.home / PARKS).read_text("utf-8")
    assert "Everything is published." in client.get(PAGE).text

    assert send(parts, client, "back", release=published.release).status_code == 303
    assert NEW in spoken(parts)
    noted = [(one.action, one.by) for one in parts.audit.read()]
    marie = "marie@example.org"
    assert noted == [("rolled_back", marie), ("rolled_back", marie), ("published", marie)]


def test_nothing_to_publish_publishes_nothing(sign_in: SignIn, parts: Parts) -> None:
    client = sign_in("editor")
    before = live(parts.desk.models)
    assert send(parts, client, "go").status_code == 409
    assert live(parts.desk.models) == before


def test_draft_with_an_error_is_not_published(sign_in: SignIn, parts: Parts) -> None:
    reword(parts, "a" * 601)
    client = sign_in("editor", language="fr")
    page = client.get(PAGE).text
    assert "/console/content/topics/parks" in page
    assert f'action="{PAGE}/go"' not in page
    assert send(parts, client, "go").status_code == 409
    assert TEXT_FR in spoken(parts)


def test_new_examples_need_a_training_first(sign_in: SignIn, parts: Parts) -> None:
    add_example(parts)
    client = sign_in("editor", "Marie")
    assert send(parts, client, "go").status_code == 409
    assert send(parts, client, "train").status_code == 303
    assert send(parts, client, "train").status_code == 303
    jobs = parts.desk.jobs.all()
    assert [(job.kind, job.root, job.by) for job in jobs] == [
        ("train", parts.desk.draft.resolve(), "marie@example.org")
    ]
    train(parts)
    assert send(parts, client, "go").status_code == 409, "nobody measured the new model"
    finish(parts, "done", {**FELL, "distress_fell": False, "content": parts.desk.fingerprint()})
    assert send(parts, client, "go").status_code == 303
    current = live(parts.desk.models)
    assert current is not None
    assert current.archive == "20260602-100000-second.tar.gz"


def test_training_shows_how_far_it_is_and_can_be_cancelled(sign_in: SignIn, parts: Parts) -> None:
    add_example(parts)
    client = sign_in("editor", language="fr")
    send(parts, client, "train")
    sentences = {"fr": "Entraînement du modèle.", "en": "Training the model."}
    job = parts.desk.jobs.all()[0]
    parts.desk.jobs.note(
        job, state="running", phase="train", done=30, total=120, sentence=sentences
    )
    piece = client.get(f"{PAGE}?piece=1").text
    assert "Entraînement du modèle." in piece
    assert 'value="30" max="120"' in piece
    assert "data-again" in piece
    assert "<html" not in piece
    send(parts, client, "cancel")
    assert parts.desk.jobs.is_cancelled(job.id)
    finish(parts, "cancelled", {})
    assert "data-again" not in client.get(f"{PAGE}?piece=1").text


def test_draft_that_does_not_train_says_why(sign_in: SignIn, parts: Parts) -> None:
    add_example(parts)
    client = sign_in("editor")
    send(parts, client, "train")
    job = parts.desk.jobs.all()[0]
    why = {"fr": "Non.", "en": "The model could not be trained from this draft."}
    parts.desk.jobs.note(job, state="failed", sentence=why, result={"why": "training"})
    assert why["en"] in client.get(PAGE).text
    assert TEXT_FR in spoken(parts)


@pytest.mark.parametrize(
    ("language", "worse"),
    [
        ("en", "3 topics got worse in French"),
        ("fr", "3 sujets sont moins bien compris en français"),
    ],
)
def test_scores_are_shown_against_the_live_model(
    sign_in: SignIn, parts: Parts, language: str, worse: str
) -> None:
    add_example(parts)
    client = sign_in("editor", language=language)
    send(parts, client, "train")
    train(parts)
    figures = {
        "messages": 100,
        "topics_right": 0.9512,
        "topics_right_or_offered": 0.99,
        "off_topic_answered": 0.01,
        "distress_recognised": 1.0,
        "false_alarms": 0.0,
    }
    moved = [{"topic": id, "before": 9, "now": 7, "of": 10} for id in ("parks", "buses", "gone")]
    result = {
        "content": parts.desk.fingerprint(),
        "figures": {"fr": figures, "en": figures},
        "before": {"fr": figures, "en": figures},
        "better": {"fr": [], "en": []},
        "worse": {"fr": moved, "en": []},
        "distress_fell": False,
    }
    finish(parts, "done", json.loads(json.dumps(result)))
    page = client.get(PAGE).text
    assert worse in page
    assert {"en": "95.1", "fr": "95,1"}[language] in page
    assert f'action="{PAGE}/go"' in page
    add_example_again = (*parts.desk.workshop.topic("parks").examples["fr"], "un marais")
    change = TopicChange(examples={"fr": add_example_again})
    parts.desk.workshop.save("parks", change, {}, BEN)
    assert worse not in client.get(PAGE).text


def test_less_distress_recognised_is_published_by_an_admin_with_a_reason_only(
    sign_in: SignIn, parts: Parts
) -> None:
    add_example(parts)
    editor, admin = sign_in("editor"), sign_in("admin")
    send(parts, editor, "train")
    train(parts)
    finish(parts, "done", {**FELL, "content": parts.desk.fingerprint()})
    assert f'action="{PAGE}/go"' not in editor.get(PAGE).text
    assert send(parts, editor, "go", reason="I say so").status_code == 403
    assert send(parts, admin, "go").status_code == 422
    assert TEXT_FR in spoken(parts)
    assert live(parts.desk.models).archive == "20260601-100000-first.tar.gz"  # type: ignore[union-attr]
    assert send(parts, admin, "go", reason="A helpline changed").status_code == 303
    (noted,) = parts.audit.read(action="published")
    assert noted.details["reason"] == "A helpline changed"
    assert noted.details["distress_fell"] is True


def test_changed_safety_lists_are_measured_first(sign_in: SignIn, parts: Parts) -> None:
    client = sign_in("editor")
    reword(parts)
    assert send(parts, client, "go").status_code == 303
    path = "stories/safety/crisis.yml"
    replace(parts.home, path, "envie de mourir", "envie d en finir")
    parts.desk.workshop.adopt(BEN)
    assert "The model or the safety lists have changed" in client.get(PAGE).text
    assert send(parts, client, "go").status_code == 409
    assert send(parts, client, "train", kind="judge").status_code == 303
    assert parts.desk.jobs.all()[0].kind == "judge"


def test_files_edited_by_hand_are_not_published_over(sign_in: SignIn, parts: Parts) -> None:
    reword(parts)
    replace(parts.home, PARKS, "An answer.", "An answer by hand.")
    client = sign_in("editor")
    assert send(parts, client, "go").status_code == 409
    assert "An answer by hand." in (parts.home / PARKS).read_text("utf-8")
    assert "/console/content/by_hand" in client.get(PAGE).text


def test_going_back_does_not_wait_for_files_edited_by_hand(sign_in: SignIn, parts: Parts) -> None:
    client = sign_in("editor")
    first = live(parts.desk.models)
    assert first is not None
    reword(parts)
    send(parts, client, "go")
    replace(parts.home, PARKS, "An answer.", "An answer by hand.")
    answer = send(parts, client, "back", release=first.release)
    assert answer.headers["location"].endswith("said=content_back_alone")
    assert TEXT_FR in spoken(parts)
    assert "An answer by hand." in (parts.home / PARKS).read_text("utf-8")


def test_one_publishes_at_a_time(sign_in: SignIn, parts: Parts) -> None:
    reword(parts)
    client = sign_in("editor")
    with parts.desk.publishing.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answer = send(parts, client, "go")
    assert answer.status_code == 409
    assert "Somebody else is publishing" in answer.text
    assert TEXT_FR in spoken(parts)
    assert send(parts, client, "go").status_code == 303


def test_publication_that_died_half_way_is_carried_on(sign_in: SignIn, parts: Parts) -> None:
    """HOME has moved, and no release was made of it."""
    keep_live(parts.desk.models, parts.home, commit=git(parts.home, "rev-parse", "HEAD"))
    reword(parts)
    parts.desk.workshop.merge_into_home(BEN)
    client = sign_in("editor")
    assert "did not reach its end" in client.get(PAGE).text
    assert send(parts, client, "go").status_code == 303
    assert NEW in spoken(parts)
    before = previous(parts.desk.models)
    assert before is not None
    kept = content_of(parts.desk.models, before, parts.home) / PARKS
    assert TEXT_FR in kept.read_text("utf-8")


def test_release_that_is_not_there_is_refused(sign_in: SignIn, parts: Parts) -> None:
    client = sign_in("editor")
    before = live(parts.desk.models)
    assert send(parts, client, "back", release="../../etc").status_code == 409
    assert live(parts.desk.models) == before
