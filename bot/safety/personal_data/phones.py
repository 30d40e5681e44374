"""Phone numbers: North American, international, and those announced as such, in digits or words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from bot.safety.personal_data.lists import Lists
from bot.safety.personal_data.message import Message
from bot.safety.personal_data.spans import Span
from bot.safety.personal_data.spelled_digits import spelled_numbers

KIND = "phone"
_GAP = r"[ .\-_/*•·]{0,3}"
_EXTENSION = r"(?: ?,? ?(?:ext|extension|poste|x|#)\.? ?\d{1,6}(?!\d))?"
_THREE_THREE_FOUR = re.compile(
    rf"(?<![\w$€])(?<!\d[.,])(?:\+? ?1{_GAP})?\(? ?[2-9][\do]{{2}} ?\)?{_GAP}[\do]{{3}}{_GAP}[\do]{{4}}(?!\w)"
    + _EXTENSION
)
_INTERNATIONAL = re.compile(
    rf"(?<![\w+])(?:\+|00) ?[1-9](?:[ .()/-]{{0,3}}\d){{6,14}}(?!\w){_EXTENSION}"
)
_FRENCH_PAIRS = re.compile(r"(?<![\w$€.,+])0[1-9](?:[ .-]?\d\d){4}(?![\d%$€])")
_ONE_BY_ONE = re.compile(r"(?<!\w)\d(?:[ .\-_/*•·]{1,3}\d){9,10}(?!\w)")
_TEN_IN_GROUPS = re.compile(r"(?<![\w$€.,-])[2-9]\d\d(?:[ .-]\d{1,4}){2,7}(?!\w)")
_ANNOUNCED = re.compile(r"(?<![\w$€/=])(?<![a-z]-)\(?\d(?:[ .()\-_/*•·]{0,3}\d){6,14}(?![\w%$€])" + _EXTENSION)
_CUE = re.compile(
    r"""\b(?:
      (?:call|text|txt|ring|phone|whatsapp|dial|reach|facetime|contact|hit)\ (?:me|us|him|her|them|my)
      |(?:appelle|rappelle|texte|textez|appelez|rappelez|ecris|joins|joindre|rejoindre|contacte[rz]?)
       [ -](?:moi|nous|le|la|les|lui|me)
      |m'(?:appeler|appelle|ecrire|texter|rejoindre|joindre|contacter)|me\ (?:rejoindre|joindre|texter|
       contacter|rappeler)|hmu
      |(?:mon|ma|son|sa|notre|my|his|her|our|their|mum'?s|mom'?s|dad'?s)
       \ (?:new\ |real\ |nouveau\ |vrai\ |home\ |work\ )?
       (?:num|nums|numero|no|number|nbr|digits)(?:\ de\ (?:tel|telephone|cell|cellulaire|phone))?
      |tel|telephone|phone|fone|cell|cellulaire|cellphone|portable|mobile|texto|sms|whatsapp|imessage
      |phone\ number|numero\ de\ (?:tel|telephone|cell)|joignable|at\ my\ number
    )\b[^\d\n]{0,25}$""",
    re.VERBOSE,
)
_CUE_AFTER = re.compile(
    r" ?[,(-]? ?(?:c'est |cest |is |it's |thats |that's )?(?:mon|my) (?:new |nouveau )?"
    r"(?:num|numero|no|number|cell|tel|telephone|phone)\b"
)
_BEFORE = 60
"""How far before a number its announcement may begin."""
_COUNTED = re.compile(
    r" ?(?:\$|€|%|dollars?|euros?|piasses?|people|personnes?|ppl|habitants?|citizens?|citoyens?|users?"
    r"|views?|vues?|votes?|followers|abonnes|likes|km|students?|eleves?|jeunes|millions?|times|fois)\b"
)
_YEARS = re.compile(r"(?:(?:19|20)\d\d[ .\-/]*)+$")


def find_phones(message: Message, lists: Lists) -> Iterator[Span]:
    """Every number that may ring in somebody's pocket."""
    if message.digits >= 7:
        for start, end in _in_digits(message.folded):
            number = _digits(message.folded[start:end])
            if not lists.public.has_phone(number) and not _COUNTED.match(message.folded, end):
                yield Span(start, end, KIND)
    for start, end, digits in spelled_numbers(message.folded):
        fewest = 7 if _is_announced(message.folded, start, end) else 10
        if len(digits) >= fewest and not lists.public.has_phone(digits):
            yield Span(start, end, KIND)


def _in_digits(folded: str) -> Iterator[tuple[int, int]]:
    for match in _INTERNATIONAL.finditer(folded):
        if _is_international(match.group()) or _is_announced(folded, *match.span()):
            yield match.span()
    for match in _THREE_THREE_FOUR.finditer(folded):
        if _is_three_three_four(match.group()):
            yield match.span()
    for match in _FRENCH_PAIRS.finditer(folded):
        yield match.span()
    for match in _ONE_BY_ONE.finditer(folded):
        if not _counts_up(_digits(match.group())):
            yield match.span()
    for match in _TEN_IN_GROUPS.finditer(folded):
        if len(_digits(match.group())) == 10 and _is_north_american(_digits(match.group())):
            yield match.span()
    for match in _ANNOUNCED.finditer(folded):
        if _is_announced(folded, *match.span()) and not _YEARS.match(match.group()):
            yield match.span()


def _is_announced(folded: str, start: int, end: int) -> bool:
    before = folded[max(0, start - _BEFORE) : start]
    return bool(_CUE.search(before) or _CUE_AFTER.match(folded, end))


def _is_three_three_four(text: str) -> bool:
    """Whether it is grouped like a number, or runs on and can be one."""
    number = text.split("x")[0].split("#")[0]
    if sum(character.isdigit() for character in number) < 8:
        return False
    if re.fullmatch(r"\d{10,11}", number):
        return _is_north_american(_digits(number))
    return True


def _is_north_american(digits: str) -> bool:
    ten = digits[-10:]
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(f"+1{ten}"))
    except phonenumbers.NumberParseException:
        return False


def _is_international(text: str) -> bool:
    digits = re.sub(r"^00", "", _digits(re.split(r"[x#ep]", text)[0]))
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


def _counts_up(digits: str) -> bool:
    steps = {int(after) - int(before) for before, after in zip(digits, digits[1:])}
    return len(steps) == 1
