"""The content that is really there: no errors, and everything that can be reached is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
import yaml

from bot.content.check import find_problems
from bot.content.library import LANGUAGES, RESERVED_BUTTONS, Library, load_library
from bot.content.yaml_files import read_yaml
from bot.conversation.commands import COMMANDS
from bot.conversation.messages import as_language
from bot.conversation.ports import AnswerCall
from bot.conversation.rendering import render
from bot.safety.crisis import load_crisis_check
from bot.safety.personal_data.content_check import check_personal_data

ROOT = Path(__file__).parents[2]
SAID_BY_CODE = re.compile(
    r"""(?:_say\(|AnswerCall\(|say\(dispatcher,\ |Heard\([^)]*answer=|library\.text\()
        \s*"([a-z_]+)\"""",
    re.VERBOSE,
)
MOST_BYTES = 64
DISCORD_TAKES = 2_000
RULED = {"tell_more": "action_tell_more", "nlu_fallback": "action_offer_topics"}
"""Intents that only rules answer."""


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(ROOT)


def said_by_code() -> set[str]:
    """Answers that are named in code."""
    folders = ("actions", "adapters", "conversation", "engine", "safety")
    paths = [path for folder in folders for path in (ROOT / "bot" / folder).rglob("*.py")]
    return {id for path in paths for id in SAID_BY_CODE.findall(path.read_text("utf-8"))}


def reachable(library: Library) -> Iterator[tuple[str, str]]:
    """Every answer that something leads to, and what leads there."""
    for id, answer in library.answers.items():
        for text in answer.languages.values():
            for button in text.buttons:
                if button not in RESERVED_BUTTONS:
                    yield button, f"button of {id}"
    for intent in COMMANDS.values():
        yield intent, "slash command"
    for kind in read_yaml(ROOT / "stories/safety/crisis.yml")["kinds"]:
        yield kind["answer"], "stories/safety/crisis.yml"
    for path in (ROOT / "nlu").glob("*/*.yml"):
        if path.stem not in RULED:
            yield path.stem, "nlu"
    for id in said_by_code():
        yield id, "code"
    for name in ("change_language", "delete_done", "tell_more_nothing", "button_gone", "too_long"):
        yield name, "the core"


def test_real_content_has_no_errors() -> None:
    problems = find_problems(ROOT, datetime.now(timezone.utc).date(), check_personal_data)
    assert [str(problem) for problem in problems if problem.level == "ERROR"] == []


def test_search_finds_what_code_says() -> None:
    """Guards the next test: the pattern sees answers named in code."""
    assert {"unavailable", "fallback_empty", "fallback_nearest", "slow_down"} <= said_by_code()


def test_every_answer_that_can_be_reached_exists_in_both_languages(library: Library) -> None:
    missing = {
        (id, by, language)
        for id, by in reachable(library)
        for language in LANGUAGES
        if id not in library.answers or not library.text(id, language).text
    }
    assert missing == set()


def test_rules_say_only_what_there_is() -> None:
    """A rule's intent is trained, and its action is known to the domain."""
    domain = read_yaml(ROOT / "stories/domain/domain.yml")
    rules = read_yaml(ROOT / "stories/rules/conversation.yml")["rules"]
    steps = [step for rule in rules for step in rule["steps"]]
    actions = {step["action"] for step in steps if "action" in step}
    assert actions <= {*domain["actions"], *domain["forms"]}
    intents = {step["intent"] for step in steps if "intent" in step} - {"nlu_fallback"}
    for language in LANGUAGES:
        said = {path.stem for path in (ROOT / "nlu" / language).glob("*.yml")}
        assert intents <= said | {"crisis_not_meant", "view_step"}  # by button, or by a no


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_renders_with_short_buttons_and_fits_discord(
    library: Library, language: str
) -> None:
    spoken = as_language(language)
    assert spoken is not None
    for id, answer in library.answers.items():
        for call in [AnswerCall(id)] + [AnswerCall(id, part="more")] * bool(
            answer.languages[language].more
        ):
            reply = render(library, call, spoken)
            assert (reply.answer, reply.language) == (id, language)
            assert reply.text.strip()
            values = [button.value for button in reply.buttons]
            assert len(values) == len(set(values)), id
            labels = [button.label for button in reply.buttons]
            assert len(labels) == len(set(labels)), id
            assert all(len(value.encode("utf-8")) <= MOST_BYTES for value in values)
            cited = sum(len(source.title) + len(source.url) for source in reply.sources)
            assert len(reply.text) + cited <= DISCORD_TAKES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_of_every_answer_leads_to_an_answer(library: Library, language: str) -> None:
    spoken = as_language(language)
    assert spoken is not None
    for id in library.answers:
        for button in render(library, AnswerCall(id), spoken).buttons:
            assert button.answer in library.answers, f"{id}: {button.value}"


def test_every_crisis_answer_lets_the_person_correct_the_guess(library: Library) -> None:
    crises = [id for id in library.answers if id.startswith("crisis_") and id != "crisis_not_meant"]
    assert len(crises) >= 6
    for id in crises:
        for language in LANGUAGES:
            assert "crisis_not_meant" in library.text(id, language).buttons


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_crisis_answer_names_a_number_to_call(library: Library, language: str) -> None:
    for id in library.answers:
        if id.startswith("crisis_") and id != "crisis_not_meant":
            assert re.search(r"9-(8-8|1-1)", library.text(id, language).text), id


def test_every_answer_differs_between_the_languages(library: Library) -> None:
    same = [
        id
        for id, answer in library.answers.items()
        if answer.languages["fr"].text == answer.languages["en"].text
    ]
    assert same == []


def test_crisis_phrases_can_be_read() -> None:
    assert load_crisis_check(ROOT).by_phrase("je veux mourir") == "crisis_suicide"


def test_every_file_of_staff_is_utf8_yaml_with_unix_lines() -> None:
    for folder in ("nlu", "stories", "tests/nlu"):
        for path in (ROOT / folder).rglob("*.yml"):
            raw = path.read_bytes()
            assert b"\r" not in raw, path
            assert raw.endswith(b"\n"), path
            try:
                read_yaml(path)
            except yaml.YAMLError as error:
                pytest.fail(f"{path}: {error}")


def test_certain_words_alarm_in_the_real_file() -> None:
    """Each stands for a phrase that once matched nothing, because of how it was written."""
    check = load_crisis_check(ROOT)
    for text in (
        "j'ai envie de mourir",
        "j'ai envie de me tuer",
        "je veux mettre fin à ma vie",
        "I don't want to live",
        "i dont want to live anymore",
        "I don't want to be alive",
    ):
        assert check.certain(text) == "crisis_suicide", text
