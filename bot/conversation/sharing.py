"""Sharing a view: what the core knows of the form's steps, and what happens as they are reached.

The order of the steps is the Rasa form's (`stories/domain`, `bot/actions/views.py`). The words of a
view never reach it: it is told whether there are some, and what is wrong with them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.content.plain_words import plain_words
from bot.conversation.given import PENDING, Given, OwnView
from bot.conversation.messages import Button, Language
from bot.conversation.ports import AnswerCall, JsonObject
from bot.conversation.text import has_words
from bot.conversation.visit import CHOICE, Visit, as_receipt
from bot.conversation.voting import STARTING
from bot.safety.crisis import PREFIX as CRISIS
from bot.safety.personal_data import PersonalData

STEP = "step"
"""The step that was asked last; in the state."""
DRAFT = "draft"
"""What was written at the step of the text, without personal data; in the state."""
YOUNG = "young"
"""When the person said that they are under 14: for a day nothing is kept; in the state."""
YOUNG_FOR = 24 * 3600.0
STOPPED = "stopped"
"""Their last word was that we stop writing; in the state."""
QUIET = "quiet"
"""Do not invite this person any more; in the state."""
STEPS = (
    "view_consent",
    "view_age",
    "view_theme",
    "view_text",
    "view_check",
    "view_band",
    "view_region",
)
WRITING, CHECKING, REMOVED = "view_text", "view_check", "view_check_removed"
QUESTION = "view_text_question"
YOUNG_AGAIN = "view_under_14_again"
THEMES = ("inclusion", "participation", "impact")
SURE = 0.9
TOPICS_BEFORE = 2
INVITE_EVERY = 24 * 3600.0
LONGEST = 280
MOST_PENDING = 20
CAN_GO_BACK = ("view_age", "view_theme", "view_text", "view_check")
AGE_OF_CONSENT = 14
BACK = "back"
_MARK = re.compile(r"\[[^\]]*\]")
_AGE = re.compile(r"\b(?:j ai|jai|g|i am|im|i m) (\d{1,2})\b(?! (?:min|sec|h\b|heures?|hours?))")
_ONLY_AGE = re.compile(r"(?:oui |yes |non |no )?(\d{1,2})(?: ans?| yo| y o| years?| years? old)?")
_YES_NO = {
    "view_consent": {"affirm": "yes", "deny": "no"},
    "view_age": {"affirm": "over"},
    "view_check": {"affirm": "send", "deny": "rewrite"},
    "view_band": {"deny": "skip"},
    "view_region": {"deny": "skip"},
    "view_vote_start": {"affirm": "over"},
}


def choices_of(visit: Visit, answer: str) -> tuple[str, ...]:
    """The choices of a step, `back` included where there is a way back."""
    own = visit.library.answers[answer].choices if answer in visit.library.answers else ()
    return (*own, BACK) if answer in CAN_GO_BACK or answer == REMOVED else own


def read_choice(visit: Visit, step: str, text: str, intent: str) -> str | None:
    """Which choice of a step a typed text makes, or None."""
    words = plain_words(text)
    for choice in choices_of(visit, step):
        if words in {plain_words(label) for label in _labels(visit, step, choice)}:
            return choice
    if step in ("view_age", "view_vote_start") and (age := _age_told(words)) is not None:
        return "over" if age >= AGE_OF_CONSENT else "under"
    return _YES_NO.get(step, {}).get(intent) if len(words.split()) <= 4 else None


def _labels(visit: Visit, step: str, choice: str) -> list[str]:
    return list(visit.library.words[_label_of(step, choice)].values())


def examine(
    visit: Visit, text: str, *, personal_data: PersonalData, language: Language
) -> Mapping[str, str]:
    """Keep what was written as a draft, without personal data, and tell the form about it.

    Args:
        visit: The turn.
        text: What was written.
        personal_data: Takes it out.
        language: What it is written in, whatever the conversation is held in.
    """
    draft = personal_data.remove(text, language)
    problem = _problem(visit, text, draft)
    if problem == "too_long":
        return {"written": problem, "count": str(len(text))}
    visit.state[DRAFT] = {
        "text": draft,
        "count": len(text),
        "is_changed": draft != text,
        "language": language,
    }
    return {"written": problem or "given"}


def _problem(visit: Visit, text: str, draft: str) -> str | None:
    if len(text) > LONGEST:
        return "too_long"
    if not has_words(text):
        return "empty"
    if not has_words(_MARK.sub("", draft)):
        return "only_personal"
    same = plain_words(draft)
    if any(plain_words(view.text) == same for view in visit.given.views.values()):
        return "repeated"
    return None


def check(visit: Visit) -> list[AnswerCall]:
    """Show what would be sent, and say so where personal data was taken out."""
    draft = visit.state[DRAFT]
    answer = REMOVED if draft["is_changed"] else CHECKING
    values = {"text": draft["text"], "count": str(draft["count"])}
    return [AnswerCall(answer, values=values, choices=_buttons(visit, answer))]


def submit(visit: Visit) -> list[AnswerCall]:
    """The view counts from here on: it goes to the moderators, and the person gets a receipt."""
    draft = visit.state.pop(DRAFT)
    id, receipt = visit.code("view"), as_receipt(visit.code("receipt"))
    theme = visit.state.pop("theme", "other")
    view = OwnView(receipt, theme, draft["language"], draft["text"], visit.message.at, PENDING)
    visit.given.views[id] = view
    visit.given.is_stopped = False
    visit.state |= {"view": id, "about": {}}
    visit.consent("view")
    visit.note(
        "view",
        id=id,
        receipt=receipt,
        platform=visit.message.platform,
        language=view.language,
        theme=theme,
        text=view.text,
        campaign=visit.campaign,
        return_address=dict(visit.message.return_address),
    )
    return [AnswerCall("view_received", values={"receipt": receipt})]


def step(visit: Visit, answer: str) -> list[AnswerCall]:
    """A step of the form, with its choices as buttons."""
    return [AnswerCall(answer, choices=_buttons(visit, answer))]


def _buttons(visit: Visit, answer: str) -> tuple[Button, ...]:
    return tuple(
        Button(visit.word(_label_of(answer, choice)), f"{CHOICE}{answer}:{choice}")
        for choice in choices_of(visit, answer)
    )


def _label_of(answer: str, choice: str) -> str:
    return f"choices.{BACK}" if choice == BACK else f"choices.{answer}_{choice}"


def is_young(visit: Visit) -> bool:
    """Whether the person said within a day that they are under 14."""
    said_at = float(visit.state.get(YOUNG, -YOUNG_FOR))
    return visit.message.at - said_at < YOUNG_FOR


def says_old_enough(text: str) -> bool:
    """Whether somebody says that they are 14 or over."""
    age = _age_told(plain_words(text))
    return age is not None and age >= AGE_OF_CONSENT


def _age_told(words: str) -> int | None:
    """The age that somebody says they have; any other number is none: under 14 erases."""
    found = _AGE.search(words) or _ONLY_AGE.fullmatch(words)
    return int(found.group(1)) if found else None


def first_step(visit: Visit) -> str:
    """The intent with which somebody who wants to share a view begins; or why they cannot."""
    if is_young(visit):
        return YOUNG_AGAIN
    pending = sum(view.status == PENDING for view in visit.given.views.values())
    return "view_limit" if pending >= MOST_PENDING else "share_view"


def choose(visit: Visit, answer: str, choice: str, *, asked: str | None) -> Mapping[str, str]:
    """What a choice means beside the next step; and what the form is to know of it."""
    if answer == QUESTION:
        return {"written": "given"} if DRAFT in visit.state and asked == WRITING else {}
    if answer in STEPS and answer != asked:  # a button of another day
        return {}
    if answer == "view_theme" and choice != BACK:
        visit.state["theme"] = choice
    elif answer in ("view_band", "view_region") and choice != "skip" and "view" in visit.state:
        about = visit.state.get("about", {}) | {answer.removeprefix("view_"): choice}
        visit.state["about"] = about
        visit.note(
            "view_about",
            id=visit.state["view"],
            band=about.get("band"),
            region=about.get("region"),
        )
    elif answer == "view_vote_start" and choice == "over":
        visit.consent("vote")
    elif choice == "under":
        visit.state[YOUNG] = visit.message.at
    elif answer == "view_invite":
        visit.state[QUIET] = True
    return {}


def remember_step(visit: Visit, calls: Sequence[AnswerCall]) -> None:
    """Keep which step awaits an answer; where none does, drop what was begun."""
    asked = [call.answer for call in calls if call.answer in (*STEPS, REMOVED, STARTING)]
    if not asked:
        for name in (STEP, DRAFT, "theme", "view", "about"):
            visit.state.pop(name, None)
        return
    visit.state[STEP] = CHECKING if asked[-1] == REMOVED else asked[-1]


def forget_young(visit: Visit) -> list[JsonObject]:
    """Of somebody under 14 nothing is kept, nor what they said before."""
    visit.given = Given()
    return [{"kind": "erased", "conversation": visit.message.conversation, "at": visit.message.at}]


def may_invite(visit: Visit, calls: Sequence[AnswerCall], confidence: float) -> bool:
    """After the second sure answer about a topic, once a day, unless they said no; or distress."""
    answer = visit.library.answers[calls[0].answer]
    state = visit.state
    if not answer.sources or calls[0].part == "more" or answer.id.startswith(CRISIS):
        return False
    state["topics"] = min(int(state.get("topics", 0)) + 1, TOPICS_BEFORE)
    return (
        len(calls) == 1
        and confidence >= SURE
        and state["topics"] >= TOPICS_BEFORE
        and not any(state.get(name) for name in (STEP, QUIET))
        and not is_young(visit)
        and visit.message.at - state.get("invited_at", -INVITE_EVERY) >= INVITE_EVERY
    )


def invite(visit: Visit, topic: str) -> list[AnswerCall]:
    """Offer to hear what the person thinks about the theme of a topic."""
    visit.state["invited_at"] = visit.message.at
    theme = next((each for each in THEMES if topic.startswith(each)), "other")
    values = {"theme": visit.word(f"view.theme_{theme}")}
    return [replace(call, values=values) for call in step(visit, "view_invite")]


def hear(visit: Visit, *, is_on: bool) -> list[AnswerCall]:
    """Whether the person is told what comes of it."""
    visit.consent("hear", is_given=is_on)
    return [AnswerCall("view_hear_on" if is_on else "view_hear_off")]


def stop_messages(visit: Visit) -> list[AnswerCall]:
    """No word from us any more unless asked."""
    if "hear" in visit.given.consents:
        visit.consent("hear", is_given=False)
    visit.given.is_stopped = bool(visit.given.views)
    visit.state |= {QUIET: True, STOPPED: True}
    return [AnswerCall("stop_messages")]
