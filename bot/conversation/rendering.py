"""Turns the dialogue's wish to say something into a reply in the person's language."""

from __future__ import annotations

from bot.content.library import RESERVED_BUTTONS, Library
from bot.conversation.messages import Button, Language, Reply, Source
from bot.conversation.ports import AnswerCall

ANSWER = "a:"
MORE = "m:"
LANGUAGE = "l:"
NOTHING_MORE = "tell_more_nothing"
MOST_BUTTONS = 6


def render(library: Library, call: AnswerCall, language: Language) -> Reply:
    """The reply for an answer, its buttons labelled with the titles they lead to."""
    text = library.text(call.answer, language)
    if call.part == "more" and not text.more:
        return render(library, AnswerCall(NOTHING_MORE), language)
    offered = [answer for answer in call.offered if answer in library.answers]  # not every intent
    buttons = list(call.choices)
    buttons += [answer_button(library, answer, language) for answer in offered]
    if call.part == "text" and text.more:
        label = library.word("buttons.more", language)
        buttons.append(Button(label, MORE + call.answer, call.answer))
    for target in text.buttons:
        if target not in offered:
            buttons.append(_button(library, target, language))
    shown = text.text if call.part == "text" else text.more
    return Reply(
        answer=call.answer,
        language=language,
        text=shown.format(**call.values) if call.values else shown,
        buttons=tuple(buttons[: max(MOST_BUTTONS, len(call.choices))]),
        image=call.image,
        file=call.file,
        sources=tuple(
            Source(title, url) for title, url in library.sources_for(call.answer, language)
        ),
    )


def _button(library: Library, target: str, language: Language) -> Button:
    if target in RESERVED_BUTTONS:
        chosen = RESERVED_BUTTONS[target]
        label = library.word(f"buttons.{target}", language)
        return Button(label, LANGUAGE + chosen, "change_language")
    return answer_button(library, target, language)


def answer_button(library: Library, answer: str, language: Language) -> Button:
    """The button that leads to an answer."""
    return Button(library.text(answer, language).title, ANSWER + answer, answer)
