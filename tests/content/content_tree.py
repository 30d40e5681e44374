"""A small made-up content tree without a mistake, for tests that put one into it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.content.abuse_file import ABUSE

TODAY = date(2026, 6, 1)

ANSWER = """\
reviewed: {{by: a reader, on: 2026-01-31}}
sources: [{source}]
fr:
  title: {title_fr}
  text: |-
    Une réponse.
  more: |-
    La suite.
  buttons: [{button}]
en:
  title: {title_en}
  text: |-
    An answer.
  more: |-
    What follows.
  buttons: [{button}]
"""
"""`parks` and `buses` look like this; the lines of mistakes are counted in it."""

SOURCES = """\
city_fr:
  title: La Ville
  url: https://example.org/fr
  language: fr
  counterpart: city_en
city_en:
  title: The City
  url: https://example.org/en
  language: en
  counterpart: city_fr
"""

WORDS = """\
more:
  fr: En savoir plus
  en: Tell me more
limit:
  fr: "{most} au plus"
  en: "{most} at most"
"""

PLACES = """\
before: {fr: [en, au], en: [in]}
always: {fr: [hors canada], en: [abroad]}
elsewhere:
  fr: [france, cote d ivoire]
  en: [france, new york]
canada: {fr: [quebec], en: [quebec]}
"""

CRISIS = """\
safe_words:
  fr: [citron bleu]
  en: [blue lemon]
lists:
  fr: {family: [pere, mere]}
  en: {family: [dad, mom]}
spelling:
  fr: {je veux: [jveux]}
  en: {want to: [wanna]}
harmless:
  fr: [mourir de rire]
  en: [die laughing]
kinds:
  - answer: crisis_worst
    always:
      fr:
        - je veux mourir
      en:
        - i want to die
    fr:
      - envie de mourir
    en:
      - want to die
  - answer: crisis_bad
    fr:
      - <family> me frappe
    en:
      - <family> hits me
"""

CRISIS_EXAMPLES = """\
alarms:
  crisis_worst:
    fr: [jveux mourir]
    en: [i wanna die]
  crisis_bad:
    fr: [ma mère me frappe]
    en: [my dad hits me]
calm:
  fr: [mourir de rire]
  en: [my dad hits the gym]
calm_for_the_classifier:
  fr: ["ça donne envie de mourir"]
  en: [makes me want to die]
"""

SMOKE = """\
messages:
  - {language: fr, presses: "a:buses", answer: buses}
  - {language: en, says: a bus, answer: buses}
"""

LISTS = {
    "stories/safety/known_names.yml": "first_names: {all: Léa Sam}\nlast_names: Roy Tremblay\n",
    "stories/safety/ordinary_words.yml": "words: the is on le est sur\n",
    "stories/safety/public_names.yml": (
        "all: [Justin Trudeau]\nknown_by_one_name: [Trudeau]\nhandles: [canada]\naddresses: []\n"
    ),
    "stories/safety/public_numbers.yml": (
        'phones: ["1-800-668-6868"]\npostal_codes: [K1A 0A6]\nip_addresses: [8.8.8.8]\n'
    ),
    "stories/words/personal_data.yml": "".join(
        f'{kind}: {{fr: "[{kind}]", en: "[a {kind}]"}}\n'
        for kind in (
            *("address", "birth_date", "card", "email", "handle", "health_card", "id_number"),
            *("ip", "link_token", "name", "phone", "postal_code", "sin"),
        )
    ),
}
"""What the personal-data screen reads."""

WORDS_OF = {
    "parks": {
        "fr": "parc jardin banc arbre fleur pelouse sentier lac pont balançoire kiosque moineau",
        "en": "park garden bench tree flower lawn path lake bridge swing kiosk pigeon",
    },
    "buses": {
        "fr": "autobus arrêt horaire ligne billet trajet chauffeur voie retard abri siège sonnette",
        "en": "bus stop timetable route ticket trip driver lane delay shelter seat bell",
    },
}
HELD_OUT_OF = {
    "parks": {"fr": ["un chêne", "une mare", "un écureuil"], "en": ["oak", "pond", "squirrel"]},
    "buses": {"fr": ["un tramway", "un métro", "un quai"], "en": ["tram", "metro", "platform"]},
}


def write(root: Path, path: str, text: str) -> None:
    """Write one file and the folders it needs."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def make_tree(root: Path) -> Path:
    """Two topics in both languages, with sources, words, examples and held-out messages."""
    write(root, "stories/answers/parks.yml", parks())
    write(root, "stories/answers/buses.yml", buses())
    write(root, "stories/sources.yml", SOURCES)
    write(root, "stories/words/buttons.yml", WORDS)
    write(root, "stories/safety/places.yml", PLACES)
    write(root, "stories/safety/crisis.yml", CRISIS)
    write(root, "stories/safety/crisis_examples.yml", CRISIS_EXAMPLES)
    write(root, "stories/safety/abuse.yml", ABUSE)
    write(root, "stories/smoke.yml", SMOKE)
    for path, text in LISTS.items():
        write(root, path, text)
    write(
        root,
        "stories/answers/crisis_worst.yml",
        crisis("Le pire", "The worst", leads_to="crisis_bad"),
    )
    write(root, "stories/answers/crisis_bad.yml", crisis("Mauvais", "Bad", leads_to="crisis_worst"))
    for intent, languages in WORDS_OF.items():
        for language, words in languages.items():
            write(root, f"nlu/{language}/{intent}.yml", examples(intent, words.split()))
            held_out = HELD_OUT_OF[intent][language]
            write(root, f"tests/nlu/{language}/{intent}.yml", messages(intent, held_out))
    return root


def parks() -> str:
    """The answer file of `parks`."""
    return ANSWER.format(source="city_fr", title_fr="Parcs", title_en="Parks", button="buses")


def buses() -> str:
    """The answer file of `buses`."""
    return ANSWER.format(source="city_en", title_fr="Autobus", title_en="Buses", button="parks")


def crisis(title_fr: str, title_en: str, *, leads_to: str) -> str:
    """The answer file of a kind of distress, which needs none of the other files."""
    return ANSWER.format(source="", title_fr=title_fr, title_en=title_en, button=leads_to)


def examples(intent: str, words: list[str]) -> str:
    """A training file; its first example stands in line 5."""
    lines = "".join(f"    - {word}\n" for word in words)
    return f'version: "3.1"\nnlu:\n- intent: {intent}\n  examples: |\n{lines}'


def messages(intent: str, texts: list[str]) -> str:
    """A held-out file; its first message stands in line 3."""
    return f"intent: {intent}\nmessages:\n" + "".join(f'  - "{text}"\n' for text in texts)
