"""Dates of birth: a date beside « né le », "my birthday" and the like; not the age of a law."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.safety.personal_data.lists import Lists
from bot.safety.personal_data.message import Message
from bot.safety.personal_data.patterns import one_of
from bot.safety.personal_data.relatives import RELATIVE
from bot.safety.personal_data.spans import Span

KIND = "birth_date"

_MONTH = (
    one_of(
        """janv?(?:ier)? fevr?(?:ier)? mars avr(?:il)? mai juin juill?(?:et)? aout
        sept?(?:embre|ember)? octo?(?:bre|ber)? nov(?:embre|ember)? dec(?:embre|ember)?
        january february feb march mar april apr may june jun july jul august aug"""
    )
    + r"(?!\w)\.?"
)
_DAY = one_of(
    r"""\d{1,2}_?(?:er|e|st|nd|rd|th)? premier deux trois quatre cinq six sept huit neuf dix onze
    douze treize quatorze quinze seize dix-sept dix-huit dix-neuf vingt(?:[_-](?:et[_-])?\w+)?
    trente(?:[_-]et[_-]un)? first second third fourth fifth sixth seventh eighth ninth tenth
    eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth
    twentieth twenty[_-]\w+ thirtieth thirty[_-]first"""
)
_NO_AGE = r"(?! ?(?:ans|h|years|yo|heures|pm|am)\b)"
_YEAR = rf"(?:,? ?(?:de |en |in |of )?(?:(?:19|20)\d\d|'?\d\d{_NO_AGE})(?!\d))"
_DATES = (
    r"(?:19|20)\d\d[-/. ]\d{1,2}[-/. ]\d{1,2}",
    r"\d{1,2}[-/. ]\d{1,2}[-/. ](?:\d{4}|\d{2})",
    r"(?:19|20)\d{6}",
    rf"{_DAY}(?: of| de|-|/)?[ /-]?{_MONTH}[-/]?{_YEAR}?",
    rf"{_MONTH} (?:the )?{_DAY}(?!\w){_YEAR}?",
    rf"{_MONTH}[ -](?:de |of )?(?:19|20)\d\d",
    r"\d{1,2}[/-]\d{1,2}",
)
_DATE = rf"(?<!\w)(?P<date>{'|'.join(_DATES)})(?!\w)"

_BIRTHDAY = one_of(
    "(?:birth|b-?)day bdayy? birthdate anniversaire anniv fete naissance date_of_birth"
)
_NOT_PERSONS = one_of("country pays party parti school ecole city ville")
_WHOSE = rf"(?:my|his|her|mon|ma|sa|son|notre|mes)(?: (?!{_NOT_PERSONS})\w+(?:'s)?){{0,2}}"
_NOT_BORN = one_of("loi act bill charte charter canada quebec confederation")
_FILL = rf"(?:(?!\b{_NOT_BORN}\b)[^\d\n.!?;]){{0,30}}?"
_THEN = r"(?: on| is| le| c'est|,| ?:| ?=|\?)*"
_CUES = (
    rf"\b{_WHOSE} {_BIRTHDAY}",
    rf"(?:^|[\n,;.(]) ?{_BIRTHDAY}'s",
    rf"(?:^|[\n,;.(]|\band|\bet) ?{_BIRTHDAY}(?={_THEN} ?{_DATE.replace('?P<date>', '?:')})",
    rf"\b{_BIRTHDAY} (?:de|of) (?:ma|mon|mes|my)",
    r"(?:fete|birthday) (?:a moi|to me)",
    r"\bdate (?:de|of) (?:ma |my )?(?:naissance|birth)",
    r"\bd\.?o\.?b\.?",
    r"\bd\.?d\.?n\.?",
    r"\bbirth ?date",
)
_AFTER_CUE = re.compile(rf"(?:{'|'.join(_CUES)})(?!\w)\??{_FILL}{_DATE}")
_LINK = one_of(
    """, est is was c'est cest c ca it's its that's thats comme as le_jour_de the_day_of pour for =
    -> the _"""
)
_BEFORE_CUE = re.compile(rf"{_DATE}(?: ?,| ?-| ?\()? ?{_LINK}{{0,4}} ?{_WHOSE} {_BIRTHDAY}\b")
_TURNS = re.compile(
    r"\b(?:turn(?:ed|s|ing)?|aurai|j'ai eu|jai eu|vais avoir|va avoir|aura|fete(?:rai)? mes|i'll be"
    r"|ill be|be) \d{1,2}(?: ans| years old)?,? (?:on|le|the|this|next|ce|in|en|au) (?:the |le )?"
    + _DATE
)
_WEEKDAY = one_of(
    """lundi mardi mercredi jeudi vendredi samedi dimanche monday tuesday wednesday thursday friday
    saturday sunday"""
)
_BORN = re.compile(
    r"\b(?:nee?|nai(?:s|tre)|born)\b(?: a| in| on| le| the| un| en| ?:|,)*"
    rf"(?: [^\d\n.!?;,]{{1,25}}?,? (?:le|on|the|en|in))?(?: {_WEEKDAY},?)? ?{_DATE}"
)
_SOMEBODY = one_of(
    """je j'? jsuis chu chui chuis suis moi i i'm im i've il elle iel he she they we who qui etant
    fils amis"""
)
_BE = one_of("was were is am got suis est etais a_ete etait fus fut")
_PERSON_BEFORE = re.compile(
    rf"(?:(?:\b(?:my|mon|ma|sa|his|her) [\w'-]+(?: [\w'-]+)?|\b{_SOMEBODY}|\b{RELATIVE})"
    rf"(?: {_BE})*(?: (?:actually|en fait))?"
    r"|\d ans,?|\d yo,?|[\n,;(:.] ?(?:and|et|also|pis)?|^|\band|\bet)\s*\Z"
)
_REACH = 40
_ONESELF = re.compile(r"\b(?:je|i|moi|my|mon|ma|i'm|im|jsuis|chu)\b|\bj'")


def find_birth_dates(message: Message, lists: Lists) -> Iterator[Span]:
    """Every date that somebody calls a birth or a birthday."""
    folded = message.folded
    for pattern in (_AFTER_CUE, _BEFORE_CUE, _TURNS):
        for match in pattern.finditer(folded):
            yield Span(*match.span("date"), KIND)
    for match in _BORN.finditer(folded):
        before = folded[max(0, match.start() - _REACH) : match.start()]
        if _PERSON_BEFORE.search(before) and not _is_of_public(folded, lists):
            yield Span(*match.span("date"), KIND)


def _is_of_public(folded: str, lists: Lists) -> bool:
    """Whether the text is about a public figure, whose birth is no secret, not about oneself."""
    if _ONESELF.search(folded):
        return False
    return not lists.public.known_by_one_name.isdisjoint(re.findall(r"\w+", folded))
