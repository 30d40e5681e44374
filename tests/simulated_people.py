"""Made-up young people who vote on twenty made-up views of open government, always the same.

For tests and for the picture in the README. Nobody said any of this. People belong to two or three
camps; some views divide the camps, some bring them together, and everybody has a mind of their own.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from bot.opinions.guard import CastVote
from bot.recorder.board import Published

PEOPLE = 300
START = 1_790_000_000.0
HOUR = 3600.0
DAYS = 7
LEAST_READING = 1.5
"""Seconds from one vote to the next."""
FEWEST_VOTES = 3
UNSURE = 0.3
"""People pass on what they feel less about."""
OWN_MIND = 0.45
"""How far somebody strays from their camp."""
PLATFORMS = ("discord", "telegram", "web")

ONLINE, TOGETHER, CAREFUL = 0, 1, 2
"""The camps: who wants it all online, who wants to meet, who wants privacy first."""


@dataclass(frozen=True)
class SimulatedView:
    """A view in both languages, and how far each camp agrees, from -1 to 1."""

    theme: str
    fr: str
    en: str
    camps: tuple[float, float, float]


VIEWS = (
    SimulatedView(
        "participation",
        "On devrait pouvoir participer aux consultations sur notre téléphone, sans se déplacer.",
        "We should be able to take part in consultations on our phones, without going anywhere.",
        (1.0, -0.7, 0.2),
    ),
    SimulatedView(
        "participation",
        "Une rencontre en personne vaut mieux que cent sondages en ligne.",
        "One meeting in person is worth more than a hundred online polls.",
        (-0.9, 1.0, 0.3),
    ),
    SimulatedView(
        "impact",
        "Après chaque consultation, le gouvernement devrait dire ce qu'il a changé et pourquoi.",
        "After every consultation, the government should say what it changed and why.",
        (1.0, 1.0, 1.0),
    ),
    SimulatedView(
        "participation",
        "On devrait pouvoir voter en ligne aux élections fédérales.",
        "We should be able to vote online in federal elections.",
        (0.9, -0.4, -1.0),
    ),
    SimulatedView(
        "inclusion",
        "Les jeunes des régions devraient recevoir de l'aide pour se rendre aux rencontres.",
        "Young people from small towns should get help with the cost of travelling to meetings.",
        (0.1, 1.0, -0.2),
    ),
    SimulatedView(
        "other",
        "Un ministère ne devrait jamais partager mes données avec un autre sans me le demander.",
        "A department should never share my data with another one without asking me first.",
        (-0.5, 0.1, 1.0),
    ),
    SimulatedView(
        "impact",
        "Toutes les données payées par nos taxes devraient être publiques par défaut.",
        "All data paid for by our taxes should be public by default.",
        (1.0, 0.3, -0.8),
    ),
    SimulatedView(
        "inclusion",
        "Les pages du gouvernement devraient être écrites avec des mots que tous comprennent.",
        "Government pages should be written in words that everybody understands.",
        (0.9, 1.0, 0.9),
    ),
    SimulatedView(
        "participation",
        "Chaque école devrait avoir une journée par année avec des élus, et on pose les questions.",
        "Every school should have one day a year with elected people, and we ask the questions.",
        (-0.3, 1.0, -0.1),
    ),
    SimulatedView(
        "other",
        "Les robots conversationnels n'ont pas leur place dans les services publics.",
        "Chatbots have no place in public services.",
        (-1.0, 0.4, 0.7),
    ),
    SimulatedView(
        "impact",
        "Je veux pouvoir suivre une demande au gouvernement en ligne, comme on suit un colis.",
        "I want to track a request to the government online, the way we track a parcel.",
        (1.0, 0.0, 0.1),
    ),
    SimulatedView(
        "inclusion",
        "Un service en ligne doit toujours garder un comptoir et un numéro de téléphone.",
        "A service that goes online must always keep a counter and a phone number.",
        (-0.6, 0.9, 0.8),
    ),
    SimulatedView(
        "participation",
        "Une partie du budget de ma ville devrait être décidée par les jeunes.",
        "Young people should decide on a part of my city's budget.",
        (0.5, 0.9, -0.6),
    ),
    SimulatedView(
        "other",
        "Si on donne son opinion en ligne, on devrait pouvoir rester anonyme.",
        "When we give our opinion online, we should be able to stay anonymous.",
        (0.2, -0.8, 1.0),
    ),
    SimulatedView(
        "impact",
        "Les décisions prises par un algorithme devraient être expliquées à la personne touchée.",
        "Decisions made by an algorithm should be explained to the person they affect.",
        (0.8, 0.8, 1.0),
    ),
    SimulatedView(
        "inclusion",
        "Les consultations devraient aussi se faire dans les langues autochtones.",
        "Consultations should be held in Indigenous languages too.",
        (0.6, 1.0, 0.2),
    ),
    SimulatedView(
        "participation",
        "On nous consulte beaucoup trop souvent.",
        "We are consulted far too often.",
        (-0.9, -0.9, -0.4),
    ),
    SimulatedView(
        "impact",
        "Le gouvernement devrait publier chaque réunion avec un lobby, le jour même.",
        "The government should publish every meeting with a lobbyist on the same day.",
        (0.9, 0.2, 0.6),
    ),
    SimulatedView(
        "other",
        "Moins l'État garde d'information sur moi, mieux c'est, même si le service est plus lent.",
        "The less the state keeps about me the better, even if the service gets slower.",
        (-1.0, -0.2, 1.0),
    ),
    SimulatedView(
        "inclusion",
        "Les réunions publiques devraient se tenir le soir, avec une garderie sur place.",
        "Public meetings should be held in the evening, with child care on site.",
        (-0.1, 1.0, 0.1),
    ),
)


def published_views() -> list[Published]:
    """The views as moderators approved them; nobody of the crowd wrote one."""
    return [
        Published(f"view{number:04d}", view.theme, {"fr": view.fr, "en": view.en}, f"{number:032x}")
        for number, view in enumerate(VIEWS)
    ]


@dataclass
class Crowd:
    """Who came, and how they voted."""

    votes: list[CastVote] = field(default_factory=list)
    first_seen: dict[str, float] = field(default_factory=dict)
    camps: dict[str, int] = field(default_factory=dict)


def crowd(
    *,
    people: int = PEOPLE,
    camps: int = 3,
    seed: int = 0,
    views: int = len(VIEWS),
    start: float = START,
    hours: float = DAYS * 24.0,
) -> Crowd:
    """Let people of so many camps come over some hours and vote on some of the first views.

    Most vote on half of them or more; all take time to read, and each meets them in another order.
    """
    chance = random.Random(seed)
    found = Crowd()
    for number in range(people):
        conversation = f"{chance.getrandbits(128):032x}"
        found.camps[conversation] = number % camps
        came = start + chance.uniform(0, hours * HOUR)
        found.first_seen[conversation] = came
        found.votes += _visit(chance, conversation, number % camps, came, views)
    return found


def _visit(
    chance: random.Random, conversation: str, camp: int, came: float, views: int
) -> list[CastVote]:
    platform = chance.choice(PLATFORMS)
    most = round(views * chance.triangular(0.2, 1.0, 0.8))
    at = came + chance.uniform(20, 120)
    votes = []
    for number in chance.sample(range(views), max(min(FEWEST_VOTES, views), most)):
        at += LEAST_READING + chance.lognormvariate(1.6, 0.6)
        value = _answer(chance, VIEWS[number].camps[camp])
        votes.append(CastVote(conversation, f"view{number:04d}", value, at, platform))
    return votes


def _answer(chance: random.Random, leaning: float) -> int:
    feeling = leaning + chance.gauss(0, OWN_MIND)
    if abs(feeling) < UNSURE:
        return 0
    return 1 if feeling > 0 else -1
