"""Tries `stories/safety/crisis_examples.yml` on the phrases: what must alarm, and what must not."""

from __future__ import annotations

from collections.abc import Iterator

from bot.content.checks.files import CRISIS, CRISIS_EXAMPLES, LANGUAGES, Content
from bot.content.checks.problem import Problem
from bot.content.crisis_phrases import CrisisPhrases, Found, read_crisis_phrases
from bot.content.yaml_files import lines_of_items

ALARMS, CALM, DOUBTFUL = "alarms", "calm", "calm_for_the_classifier"


def check_crisis_examples(content: Content) -> Iterator[Problem]:
    """Each example gets what it is listed under; not tried while a phrase cannot be read."""
    if not content.is_readable(CRISIS_EXAMPLES):
        return
    wrong = [*_check_frame(content)]
    yield from wrong
    if wrong:
        return
    try:
        phrases = read_crisis_phrases(content.crisis)
    except (KeyError, TypeError, AttributeError, ValueError):
        return  # check_crisis says what is wrong
    for kind in content.crisis_examples[ALARMS]:
        yield from _try_alarms(content, phrases, kind)
    yield from _try_calm(content, phrases)
    yield from _try_doubtful(content, phrases)


def _check_frame(content: Content) -> Iterator[Problem]:
    data = content.crisis_examples
    for key in data.keys() - {ALARMS, CALM, DOUBTFUL}:
        yield _problem(content, (str(key),), f"`{key}` is not known here.")
    kinds = _kinds(content)
    alarms = data.get(ALARMS)
    if not isinstance(alarms, dict):
        yield _problem(content, (ALARMS,), f"write `{ALARMS}:`, then a list for each kind.")
        return
    for kind in alarms.keys() - {*kinds}:
        yield _problem(content, (ALARMS, str(kind)), f"`{kind}` is no kind in {CRISIS}.")
    for kind in kinds:
        yield from _check_sides(content, (ALARMS, kind), alarms.get(kind))
    for key in (CALM, DOUBTFUL):
        yield from _check_sides(content, (key,), data.get(key))


def _kinds(content: Content) -> list[str]:
    kinds = content.crisis.get("kinds")
    listed = kinds if isinstance(kinds, list) else []
    return [str(kind.get("answer")) for kind in listed if isinstance(kind, dict)]


def _check_sides(content: Content, keys: tuple[str, ...], sides: object) -> Iterator[Problem]:
    for language in LANGUAGES:
        texts = sides.get(language) if isinstance(sides, dict) else None
        if not isinstance(texts, list) or not texts:
            sentence = f"`{keys[-1]}` has no messages in `{language}`."
            yield _problem(content, (*keys, language), sentence)
        elif not all(isinstance(text, str) for text in texts):
            yield _problem(content, (*keys, language), "put each message in quotes.")


def _try_alarms(content: Content, phrases: CrisisPhrases, kind: str) -> Iterator[Problem]:
    for text, line in _messages(content, ALARMS, kind):
        found = phrases.explain(text)
        if found is None:
            yield Problem(CRISIS_EXAMPLES, line, f"no phrase finds “{text}”: add one to {CRISIS}.")
        elif phrases.answers.index(found.answer) > phrases.answers.index(kind):
            sentence = f"{_named(found)} finds “{text}”, which is less grave than {kind}."
            yield Problem(CRISIS_EXAMPLES, line, sentence)


def _try_calm(content: Content, phrases: CrisisPhrases) -> Iterator[Problem]:
    for text, line in _messages(content, CALM):
        found = phrases.explain(text)
        if found is not None:
            certain = phrases.explain(text, only_certain=True)
            advice = f"move the message to `{DOUBTFUL}`" if certain is None else "add to `harmless`"
            sentence = f"{_named(certain or found)} finds “{text}”: make it narrower or {advice}."
            yield Problem(CRISIS_EXAMPLES, line, sentence)


def _try_doubtful(content: Content, phrases: CrisisPhrases) -> Iterator[Problem]:
    for text, line in _messages(content, DOUBTFUL):
        certain = phrases.explain(text, only_certain=True)
        if certain is not None:
            sentence = f"{_named(certain)} finds “{text}”, whatever the classifier says."
            yield Problem(CRISIS_EXAMPLES, line, sentence)
        elif phrases.possible(text) is None:
            sentence = f"no phrase finds “{text}”: move it to `{CALM}`."
            yield Problem(CRISIS_EXAMPLES, line, sentence)


def _named(found: Found) -> str:
    always = ", always" if found.is_certain else ""
    return f"the phrase `{found.phrase.text}` ({found.answer}{always})"


def _messages(content: Content, *keys: str) -> Iterator[tuple[str, int]]:
    for language in LANGUAGES:
        texts = content.crisis_examples
        for key in (*keys, language):
            texts = texts[key]
        yield from zip(texts, lines_of_items(content.root / CRISIS_EXAMPLES, *keys, language))


def _problem(content: Content, keys: tuple[str, ...], sentence: str) -> Problem:
    return Problem(CRISIS_EXAMPLES, content.line(CRISIS_EXAMPLES, *keys), sentence)
