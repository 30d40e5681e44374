"""The choices of the list's filters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.console.asked import Asked
from bot.console.conversations.filters import SHARES, Wanted
from bot.console.conversations.naming import Names
from bot.conversation.messages import LANGUAGES, PLATFORMS
from bot.store.sql.conversation_queries import PLAIN_FLAGS
from bot.store.sql.conversation_rows import Choices


@dataclass(frozen=True)
class Select:
    """A field whose value is chosen from a list."""

    name: str
    options: tuple[tuple[str, str], ...]
    """Value and text."""


def selects(asked: Asked, wanted: Wanted, names: Names, choices: Choices) -> list[Select]:
    """Every such field; what was asked for stands among its options even if it never occurred."""

    def select(name: str, options: Iterable[tuple[str, str]]) -> Select:
        known = list(options)
        value = wanted.values.get(name, "")
        if value and value not in dict(known):
            known.append((value, value))
        return Select(name, tuple(known))

    def words(prefix: str, values: Iterable[str]) -> list[tuple[str, str]]:
        return [(value, asked.word(f"conversations.{prefix}_{value}")) for value in values]

    kinds = [(kind, names.answer(kind)) for kind in choices.alerts]
    topics = [(intent, names.answer(intent)) for intent in choices.intents]
    labels = [(label, names.label(label)) for label in choices.labels]
    shares = [
        (str(share), asked.word("conversations.below_share", share=share)) for share in SHARES
    ]
    return [
        select("platform", words("platform", PLATFORMS)),
        select("language", words("language", LANGUAGES)),
        select("campaign", ((campaign, campaign) for campaign in choices.campaigns)),
        select("intent", sorted(topics, key=lambda option: option[1].casefold())),
        select("below", shares),
        select("flag", [*words("flag", PLAIN_FLAGS), *kinds]),
        select("label", sorted(labels, key=lambda option: option[1].casefold())),
    ]
