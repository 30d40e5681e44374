"""Checks of training examples and held-out messages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from bot.content.checks.files import LANGUAGES, Content, Example
from bot.content.checks.problem import Problem

FEWEST_EXAMPLES = 12
FEWEST_HELD_OUT = 3
_MARKUP = re.compile(r"[\[\](){}]")
_PERSONAL = (
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"), "an e-mail address"),
    (
        re.compile(r"(?<!\d)(?:\+?1[ .-]?)?\(?[2-9]\d{2}\)?[ .-]?\d{3}[ .-]?\d{4}(?!\d)"),
        "a phone number",
    ),
    (re.compile(r"\b[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d\b", re.IGNORECASE), "a postal code"),
)
_PUBLIC_NUMBERS = ("1-800-668-6868", "1-855-242-3310", "1-866-658-9022", "1-800-463-6868")
_NOT_WORD = re.compile(r"[^\w]+")


def check_examples(content: Content) -> Iterator[Problem]:
    """Training files: enough, apart, clean, in both languages."""
    yield from _check_names(content.examples)
    yield from _check_enough(content, content.examples, "nlu", FEWEST_EXAMPLES, "examples")
    yield from _check_apart(content.examples)
    for example in content.examples:
        yield from _check_clean(example)


def check_held_out(content: Content) -> Iterator[Problem]:
    """Held-out files: enough, and never trained on."""
    yield from _check_names(content.held_out)
    yield from _check_enough(
        content, content.held_out, "tests/nlu", FEWEST_HELD_OUT, "held-out messages"
    )
    trained = {_bare(example.text): example for example in content.examples}
    for message in content.held_out:
        same = trained.get(_bare(message.text))
        if same is not None:
            sentence = (
                f"this held-out message is also a training example ({same.path}:{same.line})."
            )
            yield Problem(message.path, message.line, sentence)


def check_answerable(content: Content) -> Iterator[Problem]:
    """Each intent that people are understood to have leads somewhere."""
    ruled = _intents_with_rules(content)
    for path, intent in sorted({(example.path, example.intent) for example in content.examples}):
        if intent not in content.answers and intent not in ruled:
            sentence = f"nothing answers `{intent}`: write stories/answers/{intent}.yml or a rule."
            yield Problem(path, 1, sentence)


def _intents_with_rules(content: Content) -> set[str]:
    found: set[str] = set()
    for folder in ("rules", "flows"):
        for path in (content.root / "stories" / folder).glob("*.yml"):
            found.update(
                re.findall(r"^\s*- intent:\s*(\w+)", path.read_text("utf-8"), re.MULTILINE)
            )
    return found


def _check_names(examples: list[Example]) -> Iterator[Problem]:
    for path, intent in sorted({(example.path, example.intent) for example in examples}):
        if path.rsplit("/", 1)[-1] != f"{intent}.yml":
            yield Problem(path, 1, f"this file holds `{intent}`; name it {intent}.yml.")


def _check_enough(
    content: Content, examples: list[Example], folder: str, fewest: int, what: str
) -> Iterator[Problem]:
    counts = Counter((example.language, example.intent) for example in examples)
    for intent in sorted({example.intent for example in content.examples}):
        for language in LANGUAGES:
            count = counts[language, intent]
            if count < fewest:
                path = f"{folder}/{language}/{intent}.yml"
                yield Problem(path, 1, f"{count} {what}; at least {fewest} are needed.")


def _check_apart(examples: list[Example]) -> Iterator[Problem]:
    seen: dict[str, Example] = {}
    for example in examples:
        first = seen.setdefault(_bare(example.text), example)
        if first is example:
            continue
        if first.intent != example.intent:
            sentence = (
                f"the same example stands under `{first.intent}` ({first.path}:{first.line})."
            )
            yield Problem(example.path, example.line, sentence)
        elif first.path == example.path:
            sentence = f"this example stands here twice (also in line {first.line})."
            yield Problem(example.path, example.line, sentence)


def _check_clean(example: Example) -> Iterator[Problem]:
    if _MARKUP.search(example.text) or example.text.startswith("/"):
        sentence = "leave out brackets, braces and a leading slash: Rasa reads them as commands."
        yield Problem(example.path, example.line, sentence)
    text = example.text
    for number in _PUBLIC_NUMBERS:
        text = text.replace(number, "")
    for pattern, what in _PERSONAL:
        if pattern.search(text):
            yield Problem(example.path, example.line, f"this example holds {what}: take it out.")


def _bare(text: str) -> str:
    return _NOT_WORD.sub(" ", text.casefold()).strip()
