"""Names of persons, where words around them say that they are names: "my name is", « ma prof »."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.safety.personal_data import name_cues as cues
from bot.safety.personal_data.lists import Lists
from bot.safety.personal_data.message import Message
from bot.safety.personal_data.name_reading import Name, NameReader, Trust
from bot.safety.personal_data.patterns import end_of
from bot.safety.personal_data.spans import Span

KIND = "name"
_REACH = 60
"""How far before words such as "is my teacher" a name may begin."""
_WORDS_BEFORE = re.compile(r"[^\W\d_][\w'’-]*(?: [^\W\d_][\w'’-]*){1,2}\Z")


def find_names(message: Message, lists: Lists) -> Iterator[Span]:
    """Every name that something announces, but those of public figures."""
    reader = NameReader(message, lists)
    for name in _names(message, reader):
        yield Span(name.start, name.end, KIND)


def _names(message: Message, reader: NameReader) -> Iterator[Name]:
    for pattern, trust, is_meant in _ANNOUNCED:
        for match in pattern.finditer(message.folded):
            name = reader.read(match.end(), trust)
            if (
                name
                and is_meant(message, name)
                and not reader.is_public(name, alone=trust != "own")
            ):
                yield name
    yield from _titled(message, reader)
    yield from _at_the_start(message, reader)
    yield from _before_relative(message, reader)


def _is_own(message: Message, name: Name) -> bool:
    """After "my name is": anything but what is said about a name, "mispronounced" for one."""
    first = name.first
    return first.has_capital or first.is_known or not cues.SAID_OF_NAMES.fullmatch(first.folded)


def _is_anothers(message: Message, name: Name) -> bool:
    """After "she's called": a name with a capital, or one that is nothing else."""
    return name.first.is_likely or _is_certain_in_lower_case(name)


def _is_oneself(message: Message, name: Name) -> bool:
    """After "I'm": a full name, or a first name that nothing follows that would make it a word."""
    if not name.first.is_likely:
        return _is_certain_in_lower_case(name)
    if name.is_full:
        return True
    if name.first.is_known:
        return not name.first.is_ordinary or _ends_there(message, name)
    is_described = cues.DESCRIPTION.fullmatch(name.first.folded) or name.first.is_acronym
    return not is_described and _ends_there(message, name)


def _is_presented(message: Message, name: Name) -> bool:
    """After "this is": a full name, or a first name that ends the sentence."""
    if name.is_full and all(word.has_capital for word in name.words):
        return name.first.is_known or _ends_there(message, name)
    return name.first.is_known and not name.first.is_ordinary and _ends_there(message, name)


def _is_relatives(message: Message, name: Name) -> bool:
    """After "my friend": a name with a capital that is no origin, or a first name and no word."""
    if name.first.is_likely:
        return name.first.is_known or not cues.DESCRIPTION.fullmatch(name.first.folded)
    return name.first.is_known and not name.first.is_ordinary


def _is_signature(message: Message, name: Name) -> bool:
    """After "thanks": a full name or a first name that is the last thing said."""
    if not name.first.is_likely or not (name.first.is_known or name.is_full):
        return False
    return cues.AFTER_SIGNATURE.match(message.folded, name.end) is not None


def _is_certain_in_lower_case(name: Name) -> bool:
    """Whether even without capitals no other reading is likely."""
    first, others = name.first, name.words[1:]
    if any(word.is_last_name and not word.is_ordinary for word in others):
        return True
    if not first.is_known:
        return False
    is_named = any(word.is_last_name or not word.is_ordinary for word in others[:1])
    return is_named or not first.is_ordinary


def _ends_there(message: Message, name: Name) -> bool:
    return cues.AFTER_NAME.match(message.folded, name.end) is not None


_Rule = Callable[[Message, Name], bool]
_ANNOUNCED: tuple[tuple[re.Pattern[str], Trust, _Rule], ...] = (
    (cues.OWN, "own", _is_own),
    (cues.ANOTHERS, "any case", _is_anothers),
    (cues.ONESELF, "any case", _is_oneself),
    (cues.PRESENTED, "any case", _is_presented),
    (cues.RELATION, "any case", _is_relatives),
    (cues.RELATIVE_OF, "any case", _is_relatives),
    (cues.SIGNATURE, "capitals", _is_signature),
)
"""What announces a name, how to read it then, and whether what was read is one."""


def _titled(message: Message, reader: NameReader) -> Iterator[Name]:
    """Mme Tremblay, Dr. Singh."""
    for match in cues.TITLE.finditer(message.folded):
        name = reader.read(match.end())
        if name is None or not name.first.is_likely or name.first.is_acronym:
            continue
        if cues.STREET_DRIVE.search(message.folded, max(0, match.end() - 40), match.end()):
            continue
        with_title = replace(name, start=match.start())
        if not reader.is_public(name, alone=True) and not reader.is_public(with_title):
            yield name


def _at_the_start(message: Message, reader: NameReader) -> Iterator[Name]:
    """« Léa Tremblay, 16 ans », "Sarah Nguyen here"."""
    name = reader.read(end_of(cues.OPENING, message.folded, 0))
    if name is None or not name.first.is_likely or not (name.is_full or name.first.is_known):
        return
    is_presented = cues.AFTER_OPENING.match(message.folded, name.end)
    if is_presented and not reader.is_public(name):
        yield name


def _before_relative(message: Message, reader: NameReader) -> Iterator[Name]:
    """« Marc Roy, mon prof », "Sarah Nguyen is my teacher"."""
    for match in cues.IS_RELATIVE.finditer(message.folded):
        begin = max(0, match.start() - _REACH)
        before = _WORDS_BEFORE.search(message.text[begin : match.start()])
        if before is None:
            continue
        for word in re.finditer(r"\S+", before.group()):
            name = reader.read(begin + before.start() + word.start())
            if name and name.end == match.start() and name.is_full and name.first.is_likely:
                if not reader.is_public(name):
                    yield name
                break
