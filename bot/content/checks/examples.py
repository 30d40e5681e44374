"""Checks of training examples and held-out messages."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from bot.content.checks.files import HELD_OUT, LANGUAGES, TRAINED, Content, Example
from bot.content.checks.problem import Problem

FEWEST_EXAMPLES = 12
FEWEST_HELD_OUT = 3
_MARKUP = re.compile(r"[\[\](){}]|^/")
_NOT_WORD = re.compile(r"[^\w]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufe0f\ufeff]")


def check_headings(content: Content) -> Iterator[Problem]:
    """Each training and held-out file holds the intent that it is named after."""
    for heading in content.headings:
        topic = heading.topic
        if not heading.intent:
            yield Problem(heading.path, heading.line, f"write `intent: {topic}`.")
        elif heading.intent != topic:
            sentence = f"`intent: {heading.intent}` in a file named {topic}.yml: mend one of them."
            yield Problem(heading.path, heading.line, sentence)


def check_examples(content: Content) -> Iterator[Problem]:
    """Training files: enough, apart, clean, in both languages."""
    yield from _check_enough(content, content.examples, TRAINED, FEWEST_EXAMPLES, "examples")
    yield from _check_apart(content.examples)
    for example in content.examples:
        yield from _check_markup(example)


def check_held_out(content: Content) -> Iterator[Problem]:
    """Held-out files: enough, of intents that there are, clean, and never trained on."""
    yield from _check_enough(
        content, content.held_out, HELD_OUT, FEWEST_HELD_OUT, "held-out messages"
    )
    yield from _check_trained(content)
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
    for path, topic in sorted({(example.path, example.topic) for example in content.examples}):
        if topic not in content.answers and topic not in ruled:
            sentence = f"nothing answers `{topic}`: write stories/answers/{topic}.yml or a rule."
            yield Problem(path, 1, sentence)


def _intents_with_rules(content: Content) -> set[str]:
    found: set[str] = set()
    for folder in ("rules", "flows"):
        for path in (content.root / "stories" / folder).glob("*.yml"):
            found.update(
                re.findall(r"^\s*- intent:\s*(\w+)", path.read_text("utf-8"), re.MULTILINE)
            )
    return found


def _check_enough(
    content: Content, examples: Sequence[Example], folder: Path, fewest: int, what: str
) -> Iterator[Problem]:
    read = Counter(example.path for example in examples)
    refused = Counter(problem.path for problem in content.unreadable)
    for topic in sorted(content.topics(TRAINED)):
        for language in LANGUAGES:
            path = f"{folder.as_posix()}/{language}/{topic}.yml"
            count = read[path] + refused[path]
            if not (content.root / path).exists():
                sentence = f"this file is missing: write at least {fewest} {what} here, too."
                yield Problem(path, 1, sentence)
            elif count < fewest and (read[path] or not refused[path]):
                yield Problem(path, 1, f"{count} {what}; at least {fewest} are needed.")


def _check_trained(content: Content) -> Iterator[Problem]:
    trained = content.topics(TRAINED)
    for heading in content.headings:
        if heading.topic not in trained:
            sentence = f"no file in nlu/ is named {heading.topic}.yml: nothing learns this intent."
            yield Problem(heading.path, 1, sentence)


def _check_apart(examples: Sequence[Example]) -> Iterator[Problem]:
    """No example twice in a file, nor in two intents; both languages may share one."""
    seen: dict[str, Example] = {}
    seen_here: dict[tuple[str, str], Example] = {}
    for example in examples:
        bare = _bare(example.text)
        first = seen.setdefault(bare, example)
        first_here = seen_here.setdefault((example.path, bare), example)
        if first_here is not example:
            sentence = f"this example stands here twice (also in line {first_here.line})."
            yield Problem(example.path, example.line, sentence)
        elif first.topic != example.topic:
            sentence = f"the same example stands under `{first.topic}` ({first.path}:{first.line})."
            yield Problem(example.path, example.line, sentence)


def _check_markup(example: Example) -> Iterator[Problem]:
    if _MARKUP.search(example.text):
        sentence = "leave out brackets, braces and a leading slash: Rasa reads them as commands."
        yield Problem(example.path, example.line, sentence)


@lru_cache(maxsize=100_000)
def _bare(text: str) -> str:
    """What is left when blanks, signs and capitals make no difference; of signs alone, they."""
    whole = _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).casefold()
    return _NOT_WORD.sub(" ", whole).strip() or "".join(whole.split())
