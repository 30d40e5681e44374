"""The files of a new topic, for staff to fill in; what they leave out `make check` lists."""

from __future__ import annotations

from pathlib import Path

from bot.content.checks.answers import LONGEST_ID, is_id
from bot.content.library import LANGUAGES, RESERVED_BUTTONS
from bot.content.plain_words import plain_words
from bot.safety.crisis import PREFIX as CRISIS

OWN = frozenset([*RESERVED_BUTTONS, "nlu_fallback"])
"""Names that mean something to the bot or to Rasa."""

ANSWER = """\
# reviewed : qui a relu les deux langues, et quel jour : {{by: parlouvert, on: 2026-01-31}}.
# reviewed: who read both languages, and the day: {{by: parlouvert, on: 2026-01-31}}.
reviewed: {{by: , on: }}
# sources : des noms qui sont dans stories/sources.yml, [nom, ...]; [] si la réponse n'affirme rien.
# sources: ids from stories/sources.yml, [id, ...]; [] if the answer states no fact.
sources:
# title : ce que dit un bouton, 40 caractères au plus. text : la réponse, 600 au plus, sous |- avec
# quatre espaces devant. buttons : d'autres réponses, [nom, ...]. Facultatif, comme text : more.
# title: what a button says, 40 characters at most. text: the answer, 600 at most, under |- with
# four blanks before it. buttons: other answers, [id, ...]. Optional, written like text: more.
fr:
  title:
  text: |-
  buttons: []
en:
  title:
  text: |-
  buttons: []
"""

EXAMPLES = """\
# Sous examples, au moins 12 façons de le dire en {fr}, mieux 25, une par ligne : quatre espaces, un
# tiret, une espace, la phrase. Invente-les : ne colle jamais ce qu'une personne a écrit au robot.
# Under examples, at least 12 ways to say it in {en}, better 25, one a line: four blanks, a dash, a
# blank, the sentence. Invent them: never paste what a person wrote to the bot.
version: "3.1"
nlu:
- intent: {id}
  examples: |
"""

HELD_OUT = """\
# Sous messages, au moins 3 questions en {fr} que le robot n'apprend jamais, une par ligne : deux
# espaces, un tiret, une espace, la question entre guillemets droits.
# Under messages, at least 3 questions in {en} that the bot never learns, one a line: two blanks, a
# dash, a blank, the question in straight quotes.
intent: {id}
messages:
"""

SPOKEN = {"fr": {"fr": "français", "en": "French"}, "en": {"fr": "anglais", "en": "English"}}
"""What each language is called in either."""


def starter_files(id: str) -> dict[str, str]:
    """The path and the text of each file of a topic."""
    files = {f"stories/answers/{id}.yml": ANSWER.format()}
    for folder, text in (("nlu", EXAMPLES), ("tests/nlu", HELD_OUT)):
        for language in LANGUAGES:
            files[f"{folder}/{language}/{id}.yml"] = text.format(id=id, **SPOKEN[language])
    return files


def refuse(root: Path, id: str, paths: list[str]) -> str | None:
    """Why there can be no new topic of this id, or None."""
    if not is_id(id):
        better = plain_words(id).replace(" ", "_")
        hint = f", for example `{better}`" if is_id(better) else ""
        return (
            f"`{id}` cannot be an id: take small letters without accents, digits and `_`, a letter "
            f"first, at most {LONGEST_ID}{hint}."
        )
    if id in OWN or id.startswith(CRISIS):
        return f"`{id}` is kept for the bot itself: choose another id."
    there = next((path for path in paths if (root / path).exists()), None)
    if there:
        return f"`{id}` is there already ({there}): change that file, or choose another id."
    return None
