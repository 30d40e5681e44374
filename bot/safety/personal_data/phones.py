"""Phone numbers: North American, international, and those announced as such, in digits or words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import phonenumbers

from bot.safety.personal_data.lists import Lists
from bot.safety.personal_data.message import Message
from bot.safety.personal_data.patterns import one_of
from bot.safety.personal_data.spans import Span
from bot.safety.personal_data.spelled_digits import spelled_numbers

KIND = "phone"
_FEWEST_DIGITS = 7
_GAP = r"[ .\-_/*•·]{0,3}"
_ZERO = r"[\do]"  # young people write the letter too
_EXTENSION = r"(?: ?,? ?(?:ext|extension|poste|x|#)\.? ?\d{1,6}(?!\d))?"
_THREE_THREE_FOUR = re.compile(
    rf"(?<![\w$€])(?<!\d[.,])(?:\+? ?1{_GAP})?"
    rf"(?:\( ?)?[2-9]{_ZERO}{{2}} ?\)?{_GAP}{_ZERO}{{3}}{_GAP}{_ZERO}{{4}}(?!\w){_EXTENSION}"
)
_INTERNATIONAL = re.compile(
    rf"(?<![\w+])(?:\+|00) ?[1-9](?:[ .()/-]{{0,3}}\d){{6,14}}(?!\w){_EXTENSION}"
)
_FRENCH_PAIRS = re.compile(r"(?<![\w$€.,+])0[1-9](?:[ .-]?\d\d){4}(?![\d%$€])")
_ONE_BY_ONE = re.compile(r"(?<!\w)\d(?:[ .\-_/*•·]{1,3}\d){9,10}(?!\w)")
_IN_GROUPS = re.compile(r"(?<![\w$€.,-])[2-9]\d\d(?:[ .-]\d{1,4}){2,7}(?!\w)")
_ANY = re.compile(
    rf"(?<![\w$€/=])(?<![a-z]-)\(?\d(?:[ .()\-_/*•·]{{0,3}}\d){{6,14}}(?![\w%$€]){_EXTENSION}"
)
_LOCAL = re.compile(r"\d{3}[ .-]\d{4}")

_CALL_ME = one_of("call text txt ring phone whatsapp dial reach facetime contact hit")
_APPELLE = one_of(
    "appelle rappelle texte textez appelez rappelez ecris joins joindre rejoindre contacte[rz]?"
)
_TO_ME = one_of(
    """m'(?:appeler|appelle|ecrire|texter|rejoindre|joindre|contacter)
    me_(?:rejoindre|joindre|texter|contacter|rappeler) hmu joignable at_my_number"""
)
_WHOSE = one_of("mon ma son sa notre my his her our their mum'?s mom'?s dad'?s")
_NUMBER = one_of("num nums numero no number nbr digits")
_PHONE = one_of(
    """tel telephone phone fone cell cellulaire cellphone portable mobile texto sms whatsapp
    imessage phone_number numero_de_(?:tel|telephone|cell)"""
)
_CUE = re.compile(
    rf"\b(?:{_CALL_ME} (?:me|us|him|her|them|my)|{_APPELLE}[ -](?:moi|nous|le|la|les|lui|me)"
    rf"|{_TO_ME}"
    rf"|{_WHOSE} (?:new |real |nouveau |vrai |home |work )?{_NUMBER}(?: de {_PHONE})?|{_PHONE})"
    r"\b[^\d\n]{0,25}\Z"
)
_CALLED = re.compile(
    r"\b(?:call|text|ring|dial|phone|appelle[rz]?|appel|rappelle[rz]?|compose[rz]?|texte[rz]?)"
    r"\b[^\d\n]{1,25}\Z"
)
_CUE_AFTER = re.compile(
    r" ?[,(-]? ?(?:c'est |cest |is |it's |thats |that's )?(?:mon|my) (?:new |nouveau )?"
    rf"(?:{_NUMBER}|{_PHONE})\b"
)
_REACH = 60
"""How far before a number its announcement may begin."""
_COUNTED = re.compile(
    r" ?(?:[$€%]|"
    + one_of(
        """dollars? euros? piasses? people personnes? ppl habitants? citizens? citoyens? users?
        views? vues? votes? followers abonnes likes km students? eleves? jeunes millions? times
        fois"""
    )
    + r"\b)"
)
_YEARS = re.compile(r"(?:(?:19|20)\d\d[ .\-/]*)+$")


def find_phones(message: Message, lists: Lists) -> Iterator[Span]:
    """Every number that may ring in somebody's pocket."""
    folded = message.folded
    if message.digits >= _FEWEST_DIGITS:
        for start, end in _in_digits(folded):
            number = _digits(folded[start:end])
            if not lists.public.has_phone(number) and not _COUNTED.match(folded, end):
                yield Span(start, end, KIND)
    for start, end, number in spelled_numbers(folded):
        fewest = _FEWEST_DIGITS if _is_announced(folded, start, end) else 10
        if len(number) >= fewest and not lists.public.has_phone(number):
            yield Span(start, end, KIND)


def _in_digits(folded: str) -> Iterator[tuple[int, int]]:
    for match in _INTERNATIONAL.finditer(folded):
        if _is_international(match.group()) or _is_announced(folded, *match.span()):
            yield match.span()
    for match in _THREE_THREE_FOUR.finditer(folded):
        if _is_grouped_or_valid(match.group()):
            yield match.span()
    for match in _FRENCH_PAIRS.finditer(folded):
        yield match.span()
    for match in _ONE_BY_ONE.finditer(folded):
        if not _counts(_digits(match.group())):
            yield match.span()
    for match in _IN_GROUPS.finditer(folded):
        number = _digits(match.group())
        if len(number) == 10 and _is_north_american(number):
            yield match.span()
    for match in _ANY.finditer(folded):
        if _is_announced(folded, *match.span()) and not _YEARS.match(match.group()):
            yield match.span()


def _is_announced(folded: str, start: int, end: int) -> bool:
    before = folded[max(0, start - _REACH) : start]
    is_called = _LOCAL.fullmatch(folded, start, end) and _CALLED.search(before)
    return bool(is_called or _CUE.search(before) or _CUE_AFTER.match(folded, end))


def _is_grouped_or_valid(text: str) -> bool:
    """Whether ten digits have gaps as in a phone number, or run on and can be one."""
    number = re.split(r"[x#]", text)[0]
    if sum(character.isdigit() for character in number) < 8:
        return False
    runs_on = re.fullmatch(r"\d{10,11}", number)
    return not runs_on or _is_north_american(_digits(number))


def _is_north_american(digits: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(f"+1{digits[-10:]}"))
    except phonenumbers.NumberParseException:
        return False


def _is_international(text: str) -> bool:
    digits = re.sub(r"^00", "", _digits(text))
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return False
    if phonenumbers.is_valid_number(number):
        return True
    return len(digits) >= 10 and phonenumbers.is_possible_number(number)


def _digits(text: str) -> str:
    """The digits, with letters o read as zeros, and without an extension."""
    return re.sub(r"\D", "", re.split(r"ext|poste|x|#", text)[0].replace("o", "0"))


def _counts(digits: str) -> bool:
    """Whether each digit is one step from the one before, as in 1 2 3."""
    steps = {int(after) - int(before) for before, after in pairwise(digits)}
    return len(steps) == 1
