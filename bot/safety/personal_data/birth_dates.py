"""Dates of birth: a date beside « né le », "my birthday" and the like; not the age of a law."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.safety.personal_data.lists import Lists
from bot.safety.personal_data.message import Message
from bot.safety.personal_data.spans import Span

KIND = "birth_date"
_MONTH = (
    r"(?:janv?(?:ier)?|fevr?(?:ier)?|mars|avr(?:il)?|mai|juin|juill?(?:et)?|aout|sept?(?:embre|ember)?"
    r"|octo?(?:bre|ber)?|nov(?:embre|ember)?|dec(?:embre|ember)?|january|february|feb|march|april|apr"
    r"|may|june|july|jul|jun|august|aug)\.?"
)
_DAY = (
    r"(?:\d{1,2} ?(?:er|e|st|nd|rd|th)?|premier|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze"
    r"|treize|quatorze|quinze|seize|dix-sept|dix-huit|dix-neuf|vingt(?:[ -](?:et[ -])?\w+)?"
    r"|trente(?: et un|-et-un)?|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh"
    r"|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth"
    r"|twentieth|twenty[ -]\w+|thirtieth|thirty[ -]first)"
)
_YEAR = r"(?:,? ?(?:de |en |in |of )?(?:(?:19|20)\d\d|'?\d\d(?! ?(?:ans|h|years|yo|heures|pm|am)\b))(?!\d))"
_DATE = (
    r"(?:(?:19|20)\d\d[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ](?:\d{4}|\d{2})|(?:19|20)\d{6}"
    rf"|{_DAY}(?: of| de|-|/)?[ /-]?{_MONTH}(?!\w)[-/]?{_YEAR}?|{_MONTH}(?!\w) (?:the )?{_DAY}(?!\w){_YEAR}?"
    rf"|{_MONTH}(?!\w)[ -](?:de |of )?(?:19|20)\d\d|\d{{1,2}}[/-]\d{{1,2}})(?!\w)"
)
_DAY_OF = r"(?:(?:birth|b-?)day|bday|bdayy|birthdate|anniversaire|anniv|fete|naissance|date of birth)"
_WHOSE = (
    r"(?:my|his|her|mon|ma|sa|son|notre|mes)(?: (?:(?!country|pays|party|parti|school|ecole|city|ville)\w+"
    r"(?:'s)?)){0,2}"
)
_FILL = r"(?:(?!\b(?:loi|act|bill|charte|charter|canada|quebec|confederation)\b)[^\d\n.!?;]){0,30}?"
_AFTER_CUE = re.compile(
    rf"(?:\b{_WHOSE} {_DAY_OF}|(?:^|[\n,;.(]) ?{_DAY_OF}(?= ?:)|\bdate (?:de|of) (?:ma |my )?(?:naissance|birth)|\bd\.?o\.?b|\bddn|\bd\.d\.n"
    rf"|\bbirth ?date|\b{_DAY_OF} (?:de|of) (?:ma|mon|mes|my)\b)\b{_FILL}(?<!\w)({_DATE})"
)
_BORN = re.compile(
    rf"\b(?:(?:nee?|nai(?:s|tre)|born)\b(?: a| in| on| le| the| un| en| ?:|,)*(?: [^\d\n.!?;,]{{1,25}}?,?"
    rf" (?:le|on|the|en|in))?) ?(?<!\w)({_DATE})"
)
_PERSON_BEFORE = re.compile(
    r"(?:\b(?:je|j'?|jsuis|chu|chui|chuis|suis|moi|i|i'm|im|i've|il|elle|iel|he|she|they|we|who|qui|etant"
    r"|mere|pere|frere|soeur|sœur|ami|amie|copine|blonde|chum|cousin|cousine|fils|fille|bebe|mom|mum|dad"
    r"|brother|sister|friend|son|daughter|baby|girlfriend|boyfriend|twin|jumeau|jumelle)"
    r"(?: (?:was|were|is|am|got|suis|est|etais|a ete|etait|fus|fut))*(?: (?:actually|en fait))?"
    r"|\d ans,?|\d yo,?|[\n,;(:.] ?(?:and|et|also|pis)?|^|\band|\bet)\s*\Z"
)
_CELEBRATED = re.compile(
    rf"(?<!\w)({_DATE})(?: ?,| ?-| ?\()? ?(?:,|est|is|was|c'est|cest|c|ca|it's|its|that's|thats|comme|as|le jour de"
    rf"|the day of|pour|for|=|->|the| ){{0,4}} ?{_WHOSE} {_DAY_OF}\b"
)
_TURNS = re.compile(
    r"\b(?:turn(?:ed|s|ing)?|aurai|j'ai eu|jai eu|vais avoir|va avoir|aura|fete(?:rai)? mes|i'll be|ill be|be)"
    rf" \d{{1,2}}(?: ans| years old)?,? (?:on|le|the|this|next|ce|in|en|au) (?:the |le )?({_DATE})"
)


def find_birth_dates(message: Message, lists: Lists) -> Iterator[Span]:
    """Every date that somebody calls a birth or a birthday."""
    folded = message.folded
    for pattern in (_AFTER_CUE, _CELEBRATED, _TURNS):
        for match in pattern.finditer(folded):
            yield Span(match.start(1), match.end(1), KIND)
    for match in _BORN.finditer(folded):
        before = folded[max(0, match.start() - 40) : match.start()]
        if _PERSON_BEFORE.search(before) and not _is_of_public(folded, lists):
            yield Span(match.start(1), match.end(1), KIND)


def _is_of_public(folded: str, lists: Lists) -> bool:
    """Whether the text is about a public figure, whose birth is no secret, and not about oneself."""
    if re.search(r"\b(?:je|i|moi|my|mon|ma|i'm|im|jsuis|chu)\b|\bj'", folded):
        return False
    return not lists.public.known_by_one_name.isdisjoint(re.findall(r"\w+", folded))
