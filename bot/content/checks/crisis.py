"""Checks `stories/safety/crisis.yml`: each phrase can be read, is needed and has an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.content.checks.files import CRISIS, LANGUAGES, Content
from bot.content.checks.problem import Problem
from bot.content.crisis_phrases import NOT_MEANT, PREFIX, lists_of, reader_for
from bot.content.phrase_grammar import PhraseRefused
from bot.content.phrases import Phrase, PhraseList, read_phrase
from bot.content.plain_words import plain_words
from bot.content.yaml_files import lines_of_items

KEYS = ("safe_words", "lists", "spelling", "harmless", "kinds")
KIND_KEYS = ("answer", "always", *LANGUAGES)
Keys = tuple[str | int, ...]


@dataclass(frozen=True)
class Listed:
    """Phrases that stand together in the file."""

    keys: Keys
    language: str
    texts: list[Any]

    @property
    def is_harmless(self) -> bool:
        """Whether they are taken out of messages."""
        return self.keys[0] == "harmless"


def check_crisis(content: Content) -> Iterator[Problem]:
    """The whole file: its keys, spelling, lists and phrases."""
    if not content.is_readable(CRISIS):
        return
    for check in (_check_frame, _check_spelling, _check_lists, _check_phrases):
        wrong = [*check(content)]
        yield from wrong
        if wrong:  # what follows reads what this checked
            return


def _check_frame(content: Content) -> Iterator[Problem]:
    """Keys, answers, and that lists stand where lists belong."""
    data = content.crisis
    for key in data.keys() - {*KEYS}:
        yield _problem(content, (str(key),), f"`{key}` is not known here.")
    kinds = data.get("kinds")
    if not isinstance(kinds, list) or not all(isinstance(kind, dict) for kind in kinds):
        yield _problem(content, ("kinds",), "write `kinds:`, then `- answer: ...` for each kind.")
        return
    for n, kind in enumerate(kinds):
        for key in kind.keys() - {*KIND_KEYS}:
            yield _problem(content, ("kinds", n, str(key)), f"`{key}` is not known here.")
        yield from _check_answer(content, n, kind.get("answer"))
    for keys in _places(content):
        yield from _check_sides(content, keys)


def _check_answer(content: Content, n: int, answer: object) -> Iterator[Problem]:
    keys = ("kinds", n, "answer")
    earlier = [kind.get("answer") for kind in content.crisis["kinds"][:n]]
    if not isinstance(answer, str) or answer not in content.answers:
        yield _problem(content, keys, f"there is no answer `{answer}`.")
    elif not answer.startswith(PREFIX) or answer == NOT_MEANT:
        yield _problem(content, keys, f"`{answer}` is no answer to distress.")
    elif answer in earlier:
        yield _problem(content, keys, f"`{answer}` stands here twice: join the two.")


def _places(content: Content) -> Iterator[Keys]:
    """Where both languages have their side."""
    yield from (("safe_words",), ("harmless",), ("lists",), ("spelling",))
    for n, kind in enumerate(content.crisis["kinds"]):
        yield ("kinds", n)
        if "always" in kind:
            yield ("kinds", n, "always")


def _check_sides(content: Content, keys: Keys) -> Iterator[Problem]:
    sides = _at(content.crisis, keys)
    name = str(keys[-1]) if isinstance(keys[-1], str) else str(sides.get("answer"))
    wanted, sketch = (dict, "key: [...]") if keys[0] in ("lists", "spelling") else (list, "- ...")
    for language in LANGUAGES:
        side = sides.get(language) if isinstance(sides, dict) else None
        if not isinstance(side, wanted) or not side:
            sentence = f"`{name}` has nothing in `{language}`: write `{language}:` with `{sketch}`."
            yield _problem(content, (*keys, language), sentence)
    if isinstance(sides, dict) and keys[0] != "kinds":
        for key in sides.keys() - {*LANGUAGES}:
            yield _problem(content, (*keys, str(key)), f"`{key}` is no language.")


def _check_spelling(content: Content) -> Iterator[Problem]:
    for language in LANGUAGES:
        yield from _check_slips(content, language)


def _check_slips(content: Content, language: str) -> Iterator[Problem]:
    """Each slip is one plain word, read as one thing that is not itself a slip."""
    side = content.crisis["spelling"][language]
    first: dict[str, str] = {}
    for words, slips in side.items():
        keys: Keys = ("spelling", language, words)
        if not isinstance(slips, list) or not isinstance(words, str):
            yield _problem(content, keys, f"write `{words}: [..., ...]`; quote what is a number.")
            continue
        for slip in slips:
            sentence = _what_is_wrong(words, slip, first.get(str(slip)))
            if sentence:
                yield _problem(content, keys, sentence)
            first.setdefault(str(slip), words)
    for words in side:
        for word in str(words).split():
            if first.get(word, words) != words:
                sentence = f"`{word}` in `{words}` is itself read as `{first[word]}`: write that."
                yield _problem(content, ("spelling", language, words), sentence)


def _what_is_wrong(words: str, slip: object, earlier: str | None) -> str | None:
    if not isinstance(slip, str):
        return f"put `{slip}` in quotes."
    plain = plain_words(slip)
    if plain != slip or " " in slip:
        instead = f": write `{plain}`" if plain and " " not in plain else ""
        return f"`{slip}` must be one word of small letters without accents or signs{instead}."
    if plain_words(words) != words.replace("'", " "):
        return f"write `{words}` in small letters without accents."
    if earlier is not None:
        return f"`{slip}` is already read as `{earlier}`: leave it in one of the two."
    return f"`{slip}` is read as itself: take it out." if slip == words else None


def _check_lists(content: Content) -> Iterator[Problem]:
    for language in LANGUAGES:
        yield from _check_items(content, language)


def _check_items(content: Content, language: str) -> Iterator[Problem]:
    """Each list has items that can be read, and a phrase that names it."""
    reader = reader_for(content.crisis, language)
    used = str([listed.texts for listed in _all_listed(content)])
    for name, items in content.crisis["lists"][language].items():
        keys: Keys = ("lists", language, name)
        if not isinstance(items, list) or not items:
            yield _problem(content, keys, f"write `{name}: [..., ...]`.")
            continue
        if f"<{name}>" not in used:
            yield _problem(content, keys, f"no phrase names `<{name}>`: take the list out.")
        for item in items:
            try:
                read_phrase(_as_text(item), reader)
            except PhraseRefused as error:
                yield _problem(content, keys, f"`{item}`: {error}")


def _check_phrases(content: Content) -> Iterator[Problem]:
    """Each phrase is written well, stands once, and something that is harmless does not hide it."""
    seen: dict[tuple[str, str], int] = {}
    harmless: dict[str, list[Phrase]] = {language: [] for language in LANGUAGES}
    for listed in _all_listed(content):
        reader = reader_for(content.crisis, listed.language)
        lists = lists_of(content.crisis, listed.language)
        hidden = PhraseList(harmless[listed.language], listed.language)
        for text, line in zip(listed.texts, lines_of_items(content.root / CRISIS, *listed.keys)):
            try:
                phrase = read_phrase(_as_text(text), reader, lists)
            except PhraseRefused as error:
                yield Problem(CRISIS, line, f"`{text}`: {error}")
                continue
            first = seen.setdefault((listed.language, phrase.pattern), line)
            if first != line:
                yield Problem(
                    CRISIS, line, f"`{text}` finds the same as the phrase in line {first}."
                )
            elif listed.is_harmless:
                harmless[listed.language].append(phrase)
            elif not any(
                phrase.is_in(hidden.take_out(reader.read(sample))) for sample in phrase.samples
            ):
                yield Problem(CRISIS, line, f"`{text}` never alarms: `harmless` takes it out.")


def _as_text(item: object) -> str:
    if not isinstance(item, str):
        raise PhraseRefused("put it in quotes.")
    return item


def _all_listed(content: Content) -> Iterator[Listed]:
    """Every list of phrases; `harmless` first, since it hides what follows."""
    for keys in sorted(_places(content), key=lambda keys: keys[0] != "harmless"):
        if keys[0] not in ("lists", "spelling"):
            for language in LANGUAGES:
                texts = _at(content.crisis, (*keys, language))
                yield Listed((*keys, language), language, texts)


def _at(data: Any, keys: Keys) -> Any:
    """What stands under the keys, None if nothing does."""
    for key in keys:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _problem(content: Content, keys: Keys, sentence: str) -> Problem:
    return Problem(CRISIS, content.line(CRISIS, *keys), sentence)
