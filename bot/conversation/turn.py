"""One turn, from a claimed message to everything it changes. Start reading here: `run_turn`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.content.library import Library
from bot.conversation import handover, notices, own_data, sharing, voting
from bot.conversation import language as languages
from bot.conversation.board import Board, NoBoard
from bot.conversation.filling import fill
from bot.conversation.given import Given
from bot.conversation.hearing import Heard, hear
from bot.conversation.journal import ERASING, what_happened
from bot.conversation.language import LanguageMemory
from bot.conversation.messages import (
    MOST_CHARACTERS,
    Delivery,
    IncomingMessage,
    Language,
    Reply,
    as_language,
)
from bot.conversation.ports import (
    AnswerCall,
    Boards,
    Claim,
    ConversationRecord,
    Dialogue,
    JsonObject,
    LanguageDetector,
    Turn,
    Understanding,
)
from bot.conversation.rendering import render
from bot.conversation.text import clean, pieces
from bot.conversation.visit import Visit
from bot.safety.crisis import FIGURE_OF_SPEECH, NOT_MEANT, CrisisCheck
from bot.safety.crisis import PREFIX as CRISIS
from bot.safety.personal_data import PersonalData
from bot.safety.places import Places

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
"""A message that killed its worker this often gets an apology instead of another try."""
ELSEWHERE = "crisis_elsewhere"
"""The answer to distress of somebody who says that they are not in Canada."""
OTHERWISE = "otherwise"
"""What the last message meant if it was no distress; in the state just after an alarm only."""
VISIT = "visit"
"""What `Visit.state` keeps until the next turn; in the state."""
NOTHING = -1
UNREADABLE = ("too_long", "fallback_empty")
SMALL_TALK = ("greet", "thanks", "compliment", "insult", "goodbye", "affirm", FIGURE_OF_SPEECH)
"""Said before a question as often as alone."""
OPENING = ("greet", "thanks", "affirm")
"""Of these, the ones that may be a single word before it."""
SURE_OF_A_PIECE = 0.5
LIKELY_OTHERWISE = 0.05
MOST_OTHERWISE = 2


@dataclass(frozen=True)
class Parts:
    """What a turn is made with."""

    library: Library
    dialogue: Dialogue
    detector: LanguageDetector
    crisis: CrisisCheck
    places: Places
    personal_data: PersonalData
    boards: Boards = field(default_factory=NoBoard)


@dataclass(frozen=True)
class Said:
    """What the bot answers, and what the dialogue remembers of it."""

    calls: tuple[AnswerCall, ...]
    language: LanguageMemory
    events: tuple[JsonObject, ...] = ()
    understanding: Understanding | None = None
    alarm: str | None = None
    """The kind of distress, where the person may be in danger; then their words are not kept."""
    otherwise: tuple[str, ...] = ()
    """What the words may have meant if the alarm is wrong."""
    is_passed_on: bool = False
    """Whether the words went to a person of the team, and the bot has no answer to them."""


async def run_turn(claim: Claim, parts: Parts) -> Turn:
    """Answer one message. Never raises: what goes wrong becomes an apology in their language."""
    message, record = _reachable(claim.message, claim.record), claim.record
    heard = hear(message, parts.library)
    memory = _settle_language(_read_memory(record), heard, message, parts.detector)
    visit = _visit(message, record, heard, memory, Board(), parts)
    try:
        visit.board = await parts.boards.current()
        if message.notice is not None:
            if _read_memory(record).language is None:  # long silent: as they last wrote to all
                memory = LanguageMemory(visit.given.language)
                visit.language = _language(memory)
            said = Said(tuple(notices.take(visit, message.notice)), memory)
        elif claim.attempts > MOST_ATTEMPTS:
            said = _apologise(heard, memory, parts)
        else:
            said = await _respond(heard, memory, message, record, parts, visit)
            said = _after_news(said, visit)
        replies = [render(parts.library, call, _language(said.language)) for call in said.calls]
    except Exception as error:
        logger.error("A turn failed: %s", type(error).__name__)
        visit = _visit(message, record, heard, memory, Board(), parts)  # nothing half done
        said = _apologise(heard, memory, parts)
        replies = [render(parts.library, call, _language(said.language)) for call in said.calls]
    return _turn(message, record, heard, memory, said, replies, parts, visit)


def _reachable(message: IncomingMessage, record: ConversationRecord) -> IncomingMessage:
    """A notice that does not know where the person is goes where they last wrote from."""
    if message.notice is None or message.return_address:
        return message
    return replace(message, return_address=handover.kept_address(record.state.get(VISIT, {})))


def _after_news(said: Said, visit: Visit) -> Said:
    """What was said, after what has waited for it; helplines come alone, as does an erasure."""
    is_alone = said.alarm is not None or any(call.answer == ERASING for call in said.calls)
    if is_alone or sharing.is_young(visit):
        return said
    return replace(said, calls=(*handover.catch_up(visit), *said.calls))


def _visit(
    message: IncomingMessage,
    record: ConversationRecord,
    heard: Heard,
    memory: LanguageMemory,
    board: Board,
    parts: Parts,
) -> Visit:
    state = dict(record.state.get(VISIT, {}))
    if message.notice is None and heard.handover != handover.NEWS:
        state.pop(sharing.STOPPED, None)
        state |= {handover.ADDRESS: dict(message.return_address)} if message.return_address else {}
    return Visit(
        message=message,
        given=Given.from_json(record.given),
        board=board,
        library=parts.library,
        language=_language(memory),
        campaign=heard.link.campaign,
        state=state,
        handover=handover.read(record),
        is_stranger=_is_stranger(record),
    )


def _is_stranger(record: ConversationRecord) -> bool:
    return not record.state and not record.given


def _read_memory(record: ConversationRecord) -> LanguageMemory:
    return LanguageMemory(
        language=as_language(record.state.get("language")),
        is_chosen=bool(record.state.get("language_chosen")),
    )


def _settle_language(
    memory: LanguageMemory, heard: Heard, message: IncomingMessage, detector: LanguageDetector
) -> LanguageMemory:
    if heard.link.language is not None:
        return languages.choose(heard.link.language)
    return languages.settle(memory, heard.text, message.language_hint, detector)


def _language(memory: LanguageMemory) -> Language:
    return memory.language or languages.FIRST_LANGUAGE


def _say(answer: str, memory: LanguageMemory) -> Said:
    return Said((AnswerCall(answer),), memory)


def _apologise(heard: Heard, memory: LanguageMemory, parts: Parts) -> Said:
    """Say that it did not work; but never to somebody whose very words show distress."""
    crisis = parts.crisis.by_phrase(heard.text)
    if crisis is not None:
        return _help(crisis, heard.text, memory, parts)
    return _say("unavailable", memory)


def _help(
    alarm: str,
    text: str,
    memory: LanguageMemory,
    parts: Parts,
    ranking: Sequence[tuple[str, float]] = (),
) -> Said:
    """Helplines, in the language the distress was told in, even after another one was chosen."""
    spoken = languages.settle(LanguageMemory(), text, memory.language, parts.detector)
    answer = ELSEWHERE if parts.places.is_elsewhere(text) else alarm
    return replace(_say(answer, spoken), alarm=alarm, otherwise=_otherwise(ranking, parts.library))


def _otherwise(ranking: Sequence[tuple[str, float]], library: Library) -> tuple[str, ...]:
    likely = [
        name
        for name, share in ranking
        if share >= LIKELY_OTHERWISE and name in library.answers and not name.startswith(CRISIS)
    ]
    return tuple(likely[:MOST_OTHERWISE])


async def _respond(
    heard: Heard,
    memory: LanguageMemory,
    message: IncomingMessage,
    record: ConversationRecord,
    parts: Parts,
    visit: Visit,
) -> Said:
    """Screen for distress first, then ask the dialogue."""
    # What is too long is never understood, so every phrase counts in it.
    crisis = (
        parts.crisis.by_phrase(heard.text) if heard.answer else parts.crisis.certain(heard.text)
    )
    if crisis is not None:
        return _help(crisis, heard.text, memory, parts)
    is_with_person = handover.is_open(visit) and not sharing.is_young(visit)
    if heard.answer == "fallback_empty" and is_with_person:  # a smile says something to a person
        return Said(tuple(handover.pass_on(visit)), memory, is_passed_on=True)
    if heard.answer is not None and (is_with_person or not _is_at_writing(heard, visit)):
        return _say(heard.answer, memory)
    if heard.handover is not None:
        return Said(tuple(handover.press(visit, heard.handover)), memory)
    if heard.vote is not None:
        calls = voting.vote(visit, *heard.vote)
        if calls[0].answer == voting.STARTING:
            visit.state.setdefault(sharing.STEP, voting.STARTING)
        return Said(tuple(calls), memory)
    if heard.taken_back is not None:
        return Said(tuple(own_data.withdraw(visit, heard.taken_back)), memory)
    understanding = heard.understanding
    if understanding is None:
        understanding = await parts.dialogue.understand(heard.text)
        crisis, calmly = await _find_distress(heard.text, understanding, parts)
        if crisis is not None:
            return _help(crisis, heard.text, memory, parts, understanding.ranking)
        if not is_with_person:
            understanding = await _beside_small_talk(heard.text, calmly, parts)
    if OTHERWISE in record.state and parts.places.is_elsewhere(heard.text):
        return replace(_say(ELSEWHERE, memory), alarm=ELSEWHERE)
    if is_with_person and heard.understanding is None:
        return Said(tuple(handover.pass_on(visit)), memory, is_passed_on=True)
    if OTHERWISE in record.state and understanding.intent == "deny":
        understanding = Understanding(NOT_MEANT, understanding.confidence)
    understanding = _in_form(heard, understanding, memory, parts, visit)
    return await _converse(heard, understanding, memory, message, record, parts, visit)


def _is_at_writing(heard: Heard, visit: Visit) -> bool:
    """Whether a text too long, or without words, was meant for a view; the form says what to do."""
    return visit.state.get(sharing.STEP) == sharing.WRITING and heard.answer in UNREADABLE


def _in_form(
    heard: Heard, understanding: Understanding, memory: LanguageMemory, parts: Parts, visit: Visit
) -> Understanding:
    """What a message means where a step of the form awaits an answer."""
    asked = visit.state.get(sharing.STEP)
    details = dict(understanding.details)
    step, choice = details.get("step"), details.get("choice")
    if asked is not None and step is None:
        choice = sharing.read_choice(visit, asked, heard.text, understanding.intent)
        if choice is not None:
            step = asked
            understanding = Understanding("view_step", 1.0)
        elif asked == sharing.WRITING:
            is_french = parts.detector.probability_of_french(heard.text) >= 0.5
            details |= sharing.examine(
                visit,
                heard.text,
                personal_data=parts.personal_data,
                language="fr" if is_french else "en",
            )
    if sharing.is_young(visit) and sharing.says_old_enough(heard.text):
        return Understanding(sharing.YOUNG_AGAIN, 1.0)
    if step is not None and choice is not None:
        if sharing.is_young(visit) and choice == "over":
            return Understanding(sharing.YOUNG_AGAIN, 1.0)
        details |= {"step": step, "choice": choice}
        details |= sharing.choose(visit, step, choice, asked=asked)
    elif own_data.names_receipt(visit, heard.text):
        return Understanding("withdraw_view", 1.0)
    elif understanding.intent == "share_view" and asked is None:
        return Understanding(sharing.first_step(visit), understanding.confidence)
    return replace(understanding, details=details)


async def _find_distress(
    text: str, understanding: Understanding, parts: Parts
) -> tuple[str | None, Understanding]:
    """What the phrases or the classifier find; a figure of speech is read once more without it.

    Returns:
        The kind of distress, if any, and what else is to be understood.
    """
    crisis = parts.crisis.find(text, understanding.ranking)
    rest = parts.crisis.without_figures(text) if crisis is not None else None
    if crisis is None or rest is None or parts.crisis.by_phrase(text):
        return crisis, understanding
    if not rest:
        return None, Understanding(FIGURE_OF_SPEECH, understanding.confidence)
    again = await parts.dialogue.understand(rest)  # "my mum will kill me if i", and what follows
    return parts.crisis.by_ranking(again.ranking), again


async def _beside_small_talk(
    text: str, understanding: Understanding, parts: Parts
) -> Understanding:
    """The question in "hey, what is ...?" or "this exam kills me, anyway what is ...?"."""
    if understanding.intent not in SMALL_TALK:
        return understanding
    best = understanding
    for piece in pieces(text, after_first=understanding.intent in OPENING):
        meant = await parts.dialogue.understand(piece)
        answer = parts.library.answers.get(meant.intent)
        # Distress was looked for in the whole message, which says more than a piece of it.
        is_topic = answer is not None and bool(answer.sources) and CRISIS not in meant.intent
        if is_topic and meant.confidence >= SURE_OF_A_PIECE:
            best = max(best, meant, key=_likeliest_topic)
    return best


def _likeliest_topic(meant: Understanding) -> float:
    return 0.0 if meant.intent in SMALL_TALK else meant.confidence


async def _converse(
    heard: Heard,
    understanding: Understanding,
    memory: LanguageMemory,
    message: IncomingMessage,
    record: ConversationRecord,
    parts: Parts,
    visit: Visit,
) -> Said:
    """Let the dialogue answer what was understood."""
    spoken = _language(memory)
    if understanding.intent == "change_language":  # away from what the bot spoke so far
        spoken = _read_memory(record).language or spoken
    outcome = await parts.dialogue.respond(
        message.conversation, understanding, record, spoken, heard.text
    )
    chosen = as_language(outcome.slots.get("language"))
    if understanding.intent == "change_language" and chosen is not None:
        memory = languages.choose(chosen)
    visit.language = _language(memory)
    named = outcome.answers or (AnswerCall("fallback_unclear"),)
    calls = tuple(full for call in named for full in fill(visit, call, heard.text))
    if understanding.intent == NOT_MEANT:  # back to what the person was asking
        meant = tuple(record.state.get(OTHERWISE, ()))
        calls = tuple(
            replace(call, offered=tuple(dict.fromkeys((*meant, *call.offered)))) for call in calls
        )
    alarms = [c.answer for c in calls if c.answer.startswith(CRISIS) and c.answer != NOT_MEANT]
    sharing.remember_step(visit, calls)
    if not alarms:
        calls = (*calls, *notices.waiting(visit))
        may_invite = sharing.may_invite(visit, calls, understanding.confidence)
        if may_invite and not handover.is_open(visit):
            calls = (*calls, *sharing.invite(visit, calls[0].answer))
    return Said(calls, memory, outcome.events, understanding, alarm=next(iter(alarms), None))


def _turn(
    message: IncomingMessage,
    record: ConversationRecord,
    heard: Heard,
    memory: LanguageMemory,
    said: Said,
    replies: Sequence[Reply],
    parts: Parts,
    visit: Visit,
) -> Turn:
    dialogue_state, keep = (record.state.get("dialogue", {}), 0)
    if said.events:
        dialogue_state, keep = parts.dialogue.compact(record)
    events = said.events
    if sharing.is_young(visit):
        dialogue_state, events, keep = {}, (), NOTHING
        visit.handover = {}  # nobody may read them
        visit.state.pop(handover.ADDRESS, None)
    kept = memory if said.alarm else said.language
    if said.alarm:
        visit.state[sharing.QUIET] = True
    state = {
        "language": kept.language,
        "language_chosen": kept.is_chosen,
        "dialogue": dialogue_state,
    }
    is_theirs = message.notice is None and heard.handover != handover.NEWS
    if said.alarm:
        state[OTHERWISE] = said.otherwise
    elif not is_theirs and OTHERWISE in record.state:
        state[OTHERWISE] = record.state[OTHERWISE]
    state |= {VISIT: visit.state} if visit.state else {}
    state |= {handover.STATE: visit.handover} if visit.handover else {}
    given = visit.given.to_json()
    answers = [call.answer for call in said.calls]
    is_of_nobody = not is_theirs and visit.is_stranger
    return Turn(
        state=state,
        events=events,
        keep=keep,
        delivery=_delivery(message, replies),
        journal=_journal(message, record, heard, memory, said, parts, visit),
        forget=ERASING in answers or is_of_nobody,
        given=given if given != Given.from_json(record.given).to_json() else None,
    )


def _delivery(message: IncomingMessage, replies: Sequence[Reply]) -> Delivery | None:
    if not replies and not message.awaits_reply:
        return None
    return Delivery(message.conversation, message.id, dict(message.return_address), tuple(replies))


def _journal(
    message: IncomingMessage,
    record: ConversationRecord,
    heard: Heard,
    memory: LanguageMemory,
    said: Said,
    parts: Parts,
    visit: Visit,
) -> list[JsonObject]:
    """What the recorder is told. Of somebody under 14 nothing, but that they may be in danger."""
    is_news = message.notice is not None or heard.handover == handover.NEWS
    if is_news or heard.vote is not None:
        return visit.journal
    was_writing = record.state.get(VISIT, {}).get(sharing.STEP) == sharing.WRITING
    text = heard.text or clean(message.text or "") if said.is_passed_on else heard.text
    is_view = was_writing and not said.is_passed_on  # no view twice
    happened = what_happened(
        message,
        language=said.language.language,
        text="" if is_view else _recordable(text, memory, parts),
        campaign=heard.link.campaign,
        understanding=said.understanding,
        answers=[call.answer for call in said.calls],
        alarm=said.alarm,
    )
    if sharing.is_young(visit):
        alerts = [event for event in happened if event["kind"] in ("alert", "erased")]
        is_new = record.state.get(VISIT, {}).get(sharing.YOUNG) != visit.state[sharing.YOUNG]
        return [*sharing.forget_young(visit), *alerts] if is_new else alerts
    if any(call.answer == ERASING for call in said.calls):
        return happened
    return [*happened, *visit.journal]


def _recordable(text: str, memory: LanguageMemory, parts: Parts) -> str:
    """A text without personal data; none at all where that cannot be made sure.

    It is cut after the removal: half an address would no longer be recognised as one.
    """
    try:
        return parts.personal_data.remove(text, _language(memory))[:MOST_CHARACTERS]
    except Exception as error:
        logger.error("Personal data could not be removed: %s", type(error).__name__)
        return ""
