"""Numbers that an office or a bank gives to one person: SIN, health card, passport, bank card..."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import luhn
from stdnum.ca import bc_phn

from bot.safety.personal_data.lists import Lists
from bot.safety.personal_data.message import Message
from bot.safety.personal_data.patterns import one_of
from bot.safety.personal_data.spans import Span
from bot.safety.personal_data.spelled_digits import spelled_numbers

SIN, HEALTH_CARD, CARD, ID_NUMBER = "sin", "health_card", "card", "id_number"

_FILLER = one_of(
    """est is was are c'est cest c no num numero numeros number nbr nb de du mon my le la the card
    carte id code it's its voici here here's and et ending_in"""
)
_TO_NUMBER = rf"(?: ?(?:{_FILLER}\b\.?|'s\b|[:=#,(-]|->|n°|nº)){{0,7}} ?"
"""What may stand between what is announced and its number."""
_COUNTED = re.compile(
    " ?"
    + one_of(
        """[$€%] dollars? euros? people personnes? habitants? inhabitants citizens? citoyens? users?
        views? vues? votes? voters? followers abonnes likes km canadi americ million enfants
        children fois times jeunes youth young students eleves pages copies de_"""
    )
)
_YEARS = re.compile(r"(?:(?:19|20)\d\d[ .\-/]?)+")

_SIN_NAMES = one_of(
    r"""n\.?a\.?s s\.?i\.?n (?:numero_d')?assurance_sociale social_insurance(?:_number)?
    social_security(?:_number)? ssn"""
)
_SIN_ANNOUNCED = re.compile(
    rf"\b{_SIN_NAMES}\b\.?{_TO_NUMBER}(?P<value>\d(?:[ .\-]{{0,2}}\d){{6,9}})(?!\d)"
)
_SIN_SPELLED = re.compile(rf"\b{_SIN_NAMES}\b[^\d\n]{{0,15}}\Z")
_SIN_SHAPE = re.compile(r"(?<![\w$€.,+-])(?<!\d )\d{3}([ .\-/]?)\d{3}\1\d{3}(?![\w$€%]|[ .,-]\d)")
_FEWEST_SPELLED = 8
_REACH = 45

_HEALTH_NAMES = one_of(
    r"""carte_(?:d')?assurance[_-]?maladie (?:numero_d')?assurance[_-]maladie carte[_-]soleil
    carte_sante numero_de_sante carte_ramq ramq n\.?a\.?m health_?card
    health_(?:insurance_|care_)?(?:number|no) health_(?:insurance|care)_card
    healthcare_(?:card|number) care_?card ohip phn personal_health_number ahcip ahc phin msp mcp
    medicare hcn mhsc"""
)
_HEALTH_ANNOUNCED = re.compile(
    rf"\b{_HEALTH_NAMES}\b\.?{_TO_NUMBER}"
    r"(?P<value>[a-z]{0,4}[ -]?\d(?:[ \-]{0,2}\d){5,14}(?:[ -]?[a-z]{2}(?!\w))?)(?!\d)"
)
_RAMQ = re.compile(r"(?<![\w-])([a-z]{4})[ -]?(\d{4})[ -]?(\d{4})(?![\w-]| \d)")
_NOT_RAMQ = ("isbn", "issn")
_ONTARIO = re.compile(r"(?<![\w-])\d{4}[ -]\d{3}[ -]\d{3}[ -]?[a-z]{2}(?![\w-])")
_BRITISH_COLUMBIA = re.compile(r"(?<![\w$€.,+-])9\d{3}[ -]\d{3}[ -]\d{3}(?![\w$€%-])")

_CARD_NAMES = one_of(
    """carte_de_credit carte_de_debit carte_bancaire carte_bleue cb credit_card debit_card bank_card
    visa mastercard master_card amex american_express interac card"""
)
_CARD_ANNOUNCED = re.compile(
    rf"\b{_CARD_NAMES}\b{_TO_NUMBER}(?P<value>\d(?:[ \-.]{{0,2}}\d){{11,18}})(?!\d)"
)
_CARD_SHAPE = re.compile(r"(?<![\w$€.,+-])[2-6](?:[ \-.]?\d){12,18}(?![\w]|[ .-]\d)")

_ID_NAMES = one_of(
    r"""passe?ports? permis(?:_de_conduire|_probatoire|_d'apprenti)? permis_d'etudes?
    permis_de_travail driver'?s?'?(?:_?licen[cs]e|_permit) licen[cs]e
    learner'?s?(?:_permit|_licen[cs]e)
    (?:numero|no|code|carte|matricule)_(?:d'|de_l')?(?:etudiante?|eleve|dossier_etudiant|da|etud)
    code_permanent matricule(?:_etudiant)? numero_de_da da
    student(?:_(?:id|number|no|card|num)|(?=_?#)) school_id ministry_(?:id|number) oen pen
    study_permit work_permit uci iuc pr_card carte_rp carte_de_resident(?:_permanent)?
    permanent_resident_card resident_card carte_de_statut status_card (?:indian_)?status_number
    numero_de_statut numero_de_bande registration_number certificat_de_statut
    citizenship_(?:card|certificate) certificat_de_citoyennete birth_certificate
    certificat_de_naissance plaque(?:_d'immatriculation)? licen[cs]e_plate plate(?:_number)?
    (?:bank_)?account_number numero_de_compte compte_bancaire iban employee_(?:id|number)
    numero_d'employe cni carte_d'identite id_card national_id nin bvn"""
)
_ID_ANNOUNCED = re.compile(rf"\b{_ID_NAMES}\b{_TO_NUMBER}(?<![a-z])(?=[a-z0-9])")
_CODE = re.compile(r"(?:[a-z]{0,4}[ .-]?)?\d[a-z0-9]*(?:[ .-]?[a-z]{0,2}\d[a-z0-9]{0,15}){0,7}")
_FEWEST_ID = 5


def find_identifiers(message: Message, lists: Lists) -> Iterator[Span]:
    """Every such number, those announced first."""
    folded = message.folded
    if message.digits >= _FEWEST_ID:
        yield from _announced(folded)
        yield from _health_cards(message, lists)
        yield from _cards(folded)
        yield from _sins(folded)
    for start, end, digits in spelled_numbers(folded):
        is_sin = _SIN_SPELLED.search(folded[max(0, start - _REACH) : start])
        if is_sin and len(digits) >= _FEWEST_SPELLED:
            yield Span(start, end, SIN)


def _announced(folded: str) -> Iterator[Span]:
    for pattern, kind in (
        (_SIN_ANNOUNCED, SIN),
        (_HEALTH_ANNOUNCED, HEALTH_CARD),
        (_CARD_ANNOUNCED, CARD),
    ):
        for match in pattern.finditer(folded):
            if not _YEARS.fullmatch(match["value"]):
                yield Span(*match.span("value"), kind)
    for match in _ID_ANNOUNCED.finditer(folded):
        code = _CODE.match(folded, match.end())
        if code and _is_id(code.group()) and not _COUNTED.match(folded, code.end()):
            yield Span(*code.span(), ID_NUMBER)


def _health_cards(message: Message, lists: Lists) -> Iterator[Span]:
    folded = message.folded
    for match in _RAMQ.finditer(folded):
        is_shouted = message.text[match.start(1) : match.end(1)].isupper()
        if _is_ramq(match, lists, is_shouted=is_shouted):
            yield Span(*match.span(), HEALTH_CARD)
    for match in _ONTARIO.finditer(folded):
        yield Span(*match.span(), HEALTH_CARD)
    for match in _BRITISH_COLUMBIA.finditer(folded):
        if bc_phn.is_valid(match.group()):
            yield Span(*match.span(), HEALTH_CARD)


def _cards(folded: str) -> Iterator[Span]:
    for match in _CARD_SHAPE.finditer(folded):
        if _passes_luhn(match.group()) and not _YEARS.fullmatch(match.group()):
            yield Span(*match.span(), CARD)


def _sins(folded: str) -> Iterator[Span]:
    for match in _SIN_SHAPE.finditer(folded):
        if _passes_luhn(match.group()) and not _COUNTED.match(folded, match.end()):
            yield Span(*match.span(), SIN)


def _passes_luhn(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    return luhn.is_valid(digits) and len(set(digits)) > 1


def _is_id(code: str) -> bool:
    digits = sum(character.isdigit() for character in code)
    return digits >= _FEWEST_ID and not _YEARS.fullmatch(code)


def _is_ramq(match: re.Match[str], lists: Lists, *, is_shouted: bool) -> bool:
    """Whether it is four letters of a name and a birth date; years after a word are not."""
    name, first, second = match.groups()
    if name in _NOT_RAMQ or _YEARS.fullmatch(first + second):
        return False
    month, day = int(first[2:]), int(second[:2])
    is_dated = (1 <= month <= 12 or 51 <= month <= 62) and 1 <= day <= 31
    if name in lists.ordinary_words:
        return is_dated and is_shouted
    return is_dated or is_shouted
