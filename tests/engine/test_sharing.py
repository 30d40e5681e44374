"""Sharing a view with the real bot: the steps, every interruption of every step, and bad input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from bot.conversation.ports import Dialogue
from bot.conversation.turn import Parts
from tests.engine.conftest import ROOT
from tests.engine.talking import Press, PressLabelled, Sent, Talk

VIEW = "les budgets des villes devraient être expliqués en vidéo courte pour tout le monde"
TO_STEP: dict[str, list[Sent]] = {
    "view_consent": ["je veux donner mon opinion"],
    "view_age": [PressLabelled("Oui, ça me va")],
    "view_theme": [PressLabelled("Oui, 14 ans ou plus")],
    "view_text": [Press("f:view_theme:participation")],
    "view_check": [VIEW],
    "view_band": [Press("f:view_check:send")],
    "view_region": [Press("f:view_band:skip")],
}
"""What leads to each step from the one before."""
STEPS = tuple(TO_STEP)
each_step = pytest.mark.parametrize("step", STEPS)
NOT_MEANT = "Ce n'est pas ce que je voulais dire"


async def reach(talk: Talk, step: str) -> None:
    """Go through the form up to a step."""
    for each in STEPS[: STEPS.index(step) + 1]:
        for sent in TO_STEP[each]:
            answers = await talk.answers(sent)
        assert answers[-1] == each


def journal(talk: Talk, kind: str) -> list[dict[str, Any]]:
    """All events of a kind that the recorder was told of."""
    return [event for turn in talk.turns for event in turn.journal if event["kind"] == kind]


@pytest.fixture(scope="module")
def new_dialogue(parts: Parts) -> Dialogue:
    """What a second engine answers with; it has seen no conversation."""
    from bot.engine.models import current_archive
    from bot.engine.rasa_dialogue import RasaDialogue
    from bot.settings import read_settings

    settings = read_settings({"BOT_DATA_DIR": str(ROOT / "var")})
    return RasaDialogue(current_archive(settings.models_dir))


@pytest.fixture
def talk(parts: Parts) -> Talk:
    return Talk(parts, hint="fr")


async def test_view_takes_six_taps_at_most_and_its_text(talk: Talk) -> None:
    await talk.send("c'est quoi la transparence?")
    taps: list[Sent] = [
        Press("a:share_view"),
        PressLabelled("Oui, ça me va"),
        PressLabelled("Oui, 14 ans ou plus"),
        Press("f:view_theme:inclusion"),
    ]
    for tap in taps:
        await talk.send(tap)
    await talk.send(VIEW)
    answers = await talk.answers(Press("f:view_check:send"))
    assert answers == ["view_received", "view_band"]
    assert len(taps) + 1 <= 6
    (view,) = journal(talk, "view")
    assert (view["text"], view["theme"], view["language"]) == (VIEW, "inclusion", "fr")
    assert view["receipt"] in talk.replies[0].text
    assert view["return_address"] == {"chat": 7}
    assert [(each["what"], each["given"]) for each in journal(talk, "consent")] == [("view", True)]


async def test_view_is_in_no_transcript_and_in_no_dialogue_event(talk: Talk) -> None:
    await reach(talk, "view_region")
    assert all(event["text"] != VIEW for event in journal(talk, "turn"))
    assert VIEW not in str(talk.record().events)


async def test_age_and_region_are_kept_beside_the_view_after_it_is_safe(talk: Talk) -> None:
    await reach(talk, "view_band")
    await talk.send(Press("f:view_band:18_21"))
    assert await talk.answers(Press("f:view_region:quebec")) == ["view_done"]
    (view,) = journal(talk, "view")
    about = journal(talk, "view_about")
    assert [(each["id"], each["band"], each["region"]) for each in about] == [
        (view["id"], "18_21", None),
        (view["id"], "18_21", "quebec"),
    ]
    assert await talk.answers(Press("f:view_done:hear")) == ["view_hear_on"]
    assert journal(talk, "consent")[-1]["what"] == "hear"


# --- Interruptions --------------------------------------------------------------------------------


@each_step
async def test_question_is_answered_and_the_step_asked_again(talk: Talk, step: str) -> None:
    await reach(talk, step)
    answers = await talk.answers("c'est quoi un gouvernement ouvert?")
    assert (answers[0], answers[-1]) == ("open_government", step)
    await go_on(talk, step)


@each_step
async def test_language_change_asks_the_step_again_in_the_new_one(talk: Talk, step: str) -> None:
    await reach(talk, step)
    assert await talk.answers("english please") == ["change_language", step]
    assert {reply.language for reply in talk.replies} == {"en"}
    await go_on(talk, step)


@each_step
async def test_crisis_is_heard_first_and_the_step_waits(talk: Talk, step: str) -> None:
    await reach(talk, step)
    words = "j'ai envie de mourir"
    assert await talk.answers(words) == ["crisis_suicide"]
    assert talk.turns[-1].journal[0]["kind"] == "alert"
    assert words not in str(talk.turns[-1])
    assert await talk.answers(PressLabelled(NOT_MEANT)) == ["crisis_not_meant", step]
    await go_on(talk, step)


@each_step
async def test_safe_word_works_at_every_step(talk: Talk, step: str) -> None:
    await reach(talk, step)
    (answer,) = await talk.answers("citron bleu")
    assert answer.startswith("crisis_")


@each_step
@pytest.mark.parametrize("word", ["/annuler", "annule"])
async def test_cancel_ends_it_and_nothing_is_left(talk: Talk, step: str, word: str) -> None:
    await reach(talk, step)
    is_safe = step in ("view_band", "view_region")  # the view is sent, only its extras are not
    assert await talk.answers(word) == ["view_done" if is_safe else "view_cancelled"]
    assert len(journal(talk, "view")) == (1 if is_safe else 0)
    assert VIEW not in str(talk.record().state)
    assert (await talk.send("c'est quoi la reddition de comptes?"))[0] == "accountability"
    assert len(talk.replies) == 1


@each_step
async def test_engine_that_starts_again_goes_on_at_the_step(
    talk: Talk, new_dialogue: Dialogue, step: str
) -> None:
    await reach(talk, step)
    talk.restart(new_dialogue)
    await go_on(talk, step)


@each_step
async def test_greeting_after_some_hours_takes_the_step_up_again(talk: Talk, step: str) -> None:
    await reach(talk, step)
    talk.pass_time(20 * 3600)
    assert (await talk.answers("allo"))[-1] == step


@each_step
async def test_form_left_for_over_a_day_is_over(talk: Talk, step: str) -> None:
    await reach(talk, step)
    talk.pass_time(25 * 3600)
    answers = await talk.answers("c'est quoi un gouvernement ouvert?")
    assert answers[:2] == ["view_paused", "open_government"]
    assert step not in answers
    assert VIEW not in str(talk.record().state)


@pytest.mark.parametrize("step", ["view_age", "view_theme", "view_text", "view_check"])
@pytest.mark.parametrize("back", ["retour", Press("f:{step}:back")], ids=["typed", "button"])
async def test_back_goes_one_step_back(talk: Talk, step: str, back: Sent) -> None:
    await reach(talk, step)
    sent = Press(back.value.format(step=step)) if isinstance(back, Press) else back
    before = STEPS[STEPS.index(step) - 1]
    assert await talk.answers(sent) == [before]
    await go_on(talk, before)


async def go_on(talk: Talk, step: str) -> None:
    """Finish the form from a step."""
    for each in STEPS[STEPS.index(step) + 1 :]:
        sent = TO_STEP[each][0]
        value: Sent = CHOICES[sent.label] if isinstance(sent, PressLabelled) else sent
        assert (await talk.answers(value))[-1] == each
    assert await talk.answers(Press("f:view_region:skip")) == ["view_done"]
    assert len(journal(talk, "view")) == 1


CHOICES = {
    "Oui, ça me va": Press("f:view_consent:yes"),
    "Oui, 14 ans ou plus": Press("f:view_age:over"),
}


# --- What people type instead of pressing ---------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "typed", "next_step"),
    [
        ("view_consent", "oui", "view_age"),
        ("view_consent", "non", "view_cancelled"),
        ("view_age", "j'ai 16 ans", "view_theme"),
        ("view_age", "13", "view_under_14"),
        ("view_age", "j'ai 12 ans", "view_under_14"),
        ("view_age", "donne moi 5 minutes", "view_age"),
        ("view_age", "c'est quoi le plan 5 du canada?", "view_age"),
        ("view_theme", "Inclusion", "view_text"),
        ("view_theme", "l'impact", "view_theme"),
        ("view_check", "oui", "view_band"),
        ("view_band", "passer", "view_region"),
    ],
)
async def test_choice_may_be_typed(talk: Talk, step: str, typed: str, next_step: str) -> None:
    await reach(talk, step)
    assert (await talk.answers(typed))[-1] == next_step


# --- Bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x" * 10_000, ["view_text_too_long", "view_text"]),
        ("a" * 281, ["view_text_too_long", "view_text"]),
        ("😀😀😀", ["view_text_empty", "view_text"]),
        ("514-555-0199", ["view_text_only_personal", "view_text"]),
        ('=HYPERLINK("http://example.org";"clique")', ["view_check"]),
        ("<script>alert(1)</script> <b>plus de pistes cyclables</b>", ["view_check"]),
        ("Le maire Tremblay habite au 12, rue des Érables, allez le voir", None),
    ],
    ids=[
        "huge",
        "one too many",
        "emoji",
        "only personal",
        "formula",
        "markup",
        "another's address",
    ],
)
async def test_bad_text_has_a_kind_answer(
    talk: Talk, text: str, expected: Sequence[str] | None
) -> None:
    await reach(talk, "view_text")
    answers = await talk.answers(text)
    if expected is None:
        assert answers[-1] == "view_check_removed"
        assert "rue des Érables" not in talk.replies[-1].text
    else:
        assert answers == list(expected)


async def test_text_of_280_characters_is_taken(talk: Talk) -> None:
    await reach(talk, "view_text")
    text = ("plus de bancs publics " * 13)[:279].strip()
    assert await talk.answers(text) == ["view_check"]
    assert f"{len(text)}/280" in talk.replies[0].text


async def test_personal_data_is_taken_out_and_shown_before_it_counts(talk: Talk) -> None:
    await reach(talk, "view_text")
    answers = await talk.answers("je suis Julie Tremblay, 514-555-0199, plus de bus la nuit svp")
    assert answers == ["view_check_removed"]
    assert "514-555-0199" not in str(talk.turns[-1])
    await talk.send(Press("f:view_check_removed:send"))
    assert "514" not in journal(talk, "view")[0]["text"]


async def test_same_view_is_taken_once(talk: Talk) -> None:
    await reach(talk, "view_band")
    await talk.send("/annuler")
    for _ in range(20):
        await reach(talk, "view_text")
        assert await talk.answers(VIEW.upper() + "!!") == ["view_text_repeated", "view_text"]
        await talk.send("/annuler")
    assert len(journal(talk, "view")) == 1


async def test_question_at_the_step_of_the_text_may_be_the_view(talk: Talk) -> None:
    await reach(talk, "view_text")
    answers = await talk.answers("c'est quoi un gouvernement ouvert?")
    assert answers == ["open_government", "view_text_question", "view_text"]
    assert await talk.answers(Press("f:view_text_question:mine")) == ["view_check"]
    assert "c'est quoi un gouvernement ouvert?" in talk.replies[0].text


async def test_rewriting_replaces_the_draft(talk: Talk) -> None:
    await reach(talk, "view_check")
    assert await talk.answers(Press("f:view_check:rewrite")) == ["view_text"]
    await talk.answers("des consultations le samedi aussi")
    await talk.answers(Press("f:view_check:send"))
    assert [view["text"] for view in journal(talk, "view")] == ["des consultations le samedi aussi"]


async def test_button_pressed_twice_counts_once(talk: Talk) -> None:
    await reach(talk, "view_band")
    assert await talk.answers(Press("f:view_check:send")) == ["view_band"]
    assert len(journal(talk, "view")) == 1


async def test_button_of_last_week_says_so(talk: Talk) -> None:
    await talk.send("allo")
    assert await talk.answers(Press("f:view_check:send")) == ["view_expired"]
    assert await talk.answers(Press("f:view_age:over")) == ["view_expired"]
    assert journal(talk, "view") == []


async def test_under_14_leaves_nothing_and_cannot_turn_14_in_a_minute(talk: Talk) -> None:
    await talk.send("c'est quoi un gouvernement ouvert?")
    await reach(talk, "view_age")
    assert await talk.answers(Press("f:view_age:under")) == ["view_under_14"]
    assert [event["kind"] for event in talk.turns[-1].journal] == ["erased"]
    assert talk.record().events == ()
    assert await talk.answers("je veux donner mon opinion") == ["view_under_14_again"]
    assert await talk.answers("en fait j'ai 14 ans, je veux donner mon opinion") == [
        "view_under_14_again"
    ]
    assert (await talk.answers("c'est quoi la transparence?"))[0] == "transparency"
    assert [event for turn in talk.turns[-3:] for event in turn.journal] == []


# --- Invitation -----------------------------------------------------------------------------------


async def test_invitation_comes_once_a_day_after_the_second_answer(talk: Talk) -> None:
    questions = ["c'est quoi un gouvernement ouvert?", "c'est quoi la transparence?"]
    assert await talk.answers(questions[0]) == ["open_government"]
    assert await talk.answers(questions[1]) == ["transparency", "view_invite"]
    assert await talk.answers(questions[0]) == ["open_government"]
    talk.pass_time(25 * 3600)
    assert await talk.answers(questions[1]) == ["transparency", "view_invite"]
    assert await talk.answers(Press("f:view_invite:no")) == ["view_invite_no"]
    talk.pass_time(25 * 3600)
    assert await talk.answers(questions[0]) == ["open_government"]


async def test_nobody_is_invited_after_distress(talk: Talk) -> None:
    await talk.send("j'ai envie de mourir")
    for question in ("c'est quoi un gouvernement ouvert?", "c'est quoi la transparence?") * 2:
        assert len(await talk.answers(question)) == 1
