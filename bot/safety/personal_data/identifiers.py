"""Numbers that an office or a bank gave to one person: SIN, health card, payment card, passport..."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import luhn
from stdnum.ca import bc_phn

from bot.safety.personal_data.lists import Lists
from bot.safety.personal_data.message import Message
from bot.safety.personal_data.spans import Span
from bot.safety.personal_data.spelled_digits import spelled_numbers

_SIN, _HEALTH, _CARD, _ID = "sin", "health_card", "card", "id_number"

_NUMBER_WORD = (
    r"(?: ?(?:(?:est|is|was|are|c'est|cest|c|no|num|numero|numeros|number|nbr|nb|de|du|mon|my|le|la|the|card"
    r"|carte|id|code|it's|its|voici|here|here's|and|et|ending in)\b\.?|'s\b|[:=#,(-]|->|n°|nº)){0,7} ?"
)
"""What may stand between what is announced and its number."""
_NINE = re.compile(r"(?<![\w$€.,+-])\d{3}([ .\-/]?)\d{3}\1\d{3}(?![\w$€%]|[.,-]\d)")
_COUNTED = re.compile(
    r" ?(?:[$€%]|dollars?|euros?|people|personnes?|habitants?|inhabitants|citizens?|citoyens?|users?|views?"
    r"|vues?|votes?|voters?|followers|abonnes|likes|km|canadi|americ|million|enfants|children|fois|times|jeunes|youth|young|students|eleves|pages|copies|de )"
)
_SIN_ANNOUNCED = re.compile(
    r"\b(?:n\.?a\.?s|s\.?i\.?n|(?:numero d')?assurance sociale|social insurance(?: number)?|social security"
    rf"(?: number)?|ssn)\b\.?{_NUMBER_WORD}(\d(?:[ .\-]{{0,2}}\d){{6,9}})(?!\d)"
)
_RAMQ = re.compile(r"(?<![\w-])([a-z]{4})[ -]?(\d{4})[ -]?(\d{4})(?![\w-])")
_NOT_RAMQ = frozenset("isbn issn visa code loi lois mars juin aout from plan year plus avec page form".split())
_ONTARIO = re.compile(r"(?<![\w-])\d{4}[ -]\d{3}[ -]\d{3}[ -]?[a-z]{2}(?![\w-])")
_TEN = re.compile(r"(?<![\w$€.,+-])9\d{3}[ -]\d{3}[ -]\d{3}(?![\w$€%-])")
_HEALTH_ANNOUNCED = re.compile(
    r"\b(?:carte (?:d')?assurance[ -]?maladie|(?:numero d')?assurance[ -]maladie|carte[ -]soleil|carte sante"
    r"|numero de sante|carte ramq|ramq|n\.?a\.?m|health ?card|health (?:insurance )?(?:number|no)"
    r"|health (?:insurance|care) card|healthcare (?:card|number)|care ?card|ohip|phn|personal health number"
    rf"|ahcip|msp|mcp|medicare|hcn|mhsc|assurance maladie)\b\.?{_NUMBER_WORD}"
    r"([a-z]{0,4}[ -]?\d(?:[ \-]{0,2}\d){5,14}(?:[ -]?[a-z]{2}(?!\w))?)(?!\d)"
)
_CARD_SHAPE = re.compile(r"(?<![\w$€.,+-])\d(?:[ \-.]?\d){12,18}(?![\w]|[ .-]\d)")
_CARD_ANNOUNCED = re.compile(
    r"\b(?:carte de credit|carte de debit|carte bancaire|carte bleue|cb|credit card|debit card|bank card"
    rf"|visa|mastercard|master card|amex|american express|interac|card)\b{_NUMBER_WORD}"
    r"(\d(?:[ \-.]{0,2}\d){11,18})(?!\d)"
)
_YEARS = re.compile(r"(?:(?:19|20)\d\d[ .\-/]?)+")
_ID_ANNOUNCED = re.compile(
    r"\b(?:passe?ports?|permis(?: de conduire| probatoire| d'apprenti)?|driver'?s?'?(?: ?licen[cs]e| permit)"
    r"|licen[cs]e|learner'?s?(?: permit| licen[cs]e)"
    r"|(?:numero|no|code|carte|matricule) (?:d'|de l')?(?:etudiante?|eleve|dossier etudiant|da|etud)|code permanent"
    r"|matricule(?: etudiant)?|numero de da|da|student (?:id|number|no|card|num)|ministry (?:id|number)|oen|pen"
    r"|school id|study permit|permis d'etudes?|work permit|permis de travail|uci|iuc|pr card|carte rp"
    r"|carte de resident(?: permanent)?|permanent resident card|resident card|carte de statut|status card"
    r"|(?:indian )?status number|numero de statut|numero de bande|registration number|certificat de statut"
    r"|citizenship (?:card|certificate)|certificat de citoyennete|birth certificate|certificat de naissance"
    r"|plaque(?: d'immatriculation)?|licen[cs]e plate|plate(?: number)?|(?:bank )?account number"
    r"|numero de compte|compte bancaire|iban|employee (?:id|number)|numero d'employe|cni|carte d'identite"
    rf"|id card|national id|nin|bvn)\b{_NUMBER_WORD}(?<![a-z])(?=[a-z0-9])"
)
_CODE = re.compile(r"(?:[a-z]{0,4}[ .-]?)?\d[a-z0-9]*(?:[ .-]?[a-z]{0,2}\d[a-z0-9]{0,15}){0,7}")
_FEWEST_ID = 5
_SPELLED_SIN = re.compile(r"\b(?:nas|sin|assurance sociale|social insurance(?: number)?)\b[^\d\n]{0,15}\Z")


def find_identifiers(message: Message, lists: Lists) -> Iterator[Span]:
    """Every such number, those announced first."""
    folded = message.folded
    if message.digits >= 5:
        yield from _announced(folded)
    if message.digits >= 8:
        yield from _by_shape(message)
    for start, end, digits in spelled_numbers(folded):
        if len(digits) >= 8 and _SPELLED_SIN.search(folded[max(0, start - 45) : start]):
            yield Span(start, end, _SIN)


def _announced(folded: str) -> Iterator[Span]:
    for pattern, kind in (
        (_SIN_ANNOUNCED, _SIN),
        (_HEALTH_ANNOUNCED, _HEALTH),
        (_CARD_ANNOUNCED, _CARD),
    ):
        for match in pattern.finditer(folded):
            if not _YEARS.fullmatch(match[1]):
                yield Span(match.start(1), match.end(1), kind)
    for match in _ID_ANNOUNCED.finditer(folded):
        code = _CODE.match(folded, match.end())
        if code and _is_id(code.group()) and not _COUNTED.match(folded, code.end()):
            yield Span(code.start(), code.end(), _ID)


def _by_shape(message: Message) -> Iterator[Span]:
    folded = message.folded
    for match in _RAMQ.finditer(folded):
        if _is_ramq(message.text[match.start() : match.start() + 4], match):
            yield Span(match.start(), match.end(), _HEALTH)
    for match in _ONTARIO.finditer(folded):
        yield Span(match.start(), match.end(), _HEALTH)
    for match in _TEN.finditer(folded):
        if bc_phn.is_valid(match.group()):
            yield Span(match.start(), match.end(), _HEALTH)
    for match in _CARD_SHAPE.finditer(folded):
        digits = re.sub(r"\D", "", match.group())
        if luhn.is_valid(digits) and not _YEARS.fullmatch(match.group()):
            yield Span(match.start(), match.end(), _CARD)
    for match in _NINE.finditer(folded):
        is_number = luhn.is_valid(re.sub(r"\D", "", match.group()))
        if is_number and not _COUNTED.match(folded, match.end()):
            yield Span(match.start(), match.end(), _SIN)


def _is_id(code: str) -> bool:
    digits = sum(character.isdigit() for character in code)
    return digits >= _FEWEST_ID and not _YEARS.fullmatch(code)


def _is_ramq(letters: str, match: re.Match[str]) -> bool:
    """Whether it is four letters of a name and a birth date; years after a word are not."""
    _, first, second = match.groups()
    if match[1] in _NOT_RAMQ or _YEARS.fullmatch(first + second):
        return False
    month, day = int(first[2:]), int(second[:2])
    is_dated = (1 <= month <= 12 or 51 <= month <= 62) and 1 <= day <= 31
    return is_dated or letters.isupper()
