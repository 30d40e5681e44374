"""Lets staff add a topic with files alone: adds intents and rules that nobody has to write.

Rasa finds this class through `importers` in config.yml, so `rasa train`, `rasa data validate` and
`rasa shell` see the same bot as the engine does.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, List, Mapping

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import cached_method

from bot.content.library import LANGUAGES
from bot.content.yaml_files import read_yaml

ANSWERING = "action_answer"
FEWEST_WORDS = 4
"""Shorter pieces of an answer say too little."""
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+|\n+")


class ContentImporter(RasaFileImporter):
    """Rasa's own file importer, and one rule for each answer that has none."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: List[str] | str | None = None,
    ) -> None:
        super().__init__(config_file, domain_path, training_data_paths)
        root = Path(config_file).parent if config_file else Path()
        self._folder = root / "stories/answers"
        self._answers = sorted(path.stem for path in self._folder.glob("*.yml"))
        self._said = sorted({path.stem for path in (root / "nlu").glob("*/*.yml")})

    @cached_method
    def get_domain(self) -> Domain:
        """The domain of the files, with an intent for all that is said or answered."""
        intents = sorted({*self._said, *self._answers})
        return super().get_domain().merge(Domain.from_dict({"intents": intents}))

    @cached_method
    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The examples of staff, and the sentences of the answers as further ones.

        A question about a side of a topic often has the words of its answer.
        """
        facts = [
            Message.build(sentence, intent=answer)
            for answer in self._answers
            if answer in self._said
            for sentence in sentences(read_yaml(self._folder / f"{answer}.yml"))
        ]
        return super().get_nlu_data(language or "en").merge(TrainingData(facts))

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """The stories of the files, and `intent -> action_answer` where no rule begins with it."""
        written = super().get_stories(exclusion_percentage)
        ruled = {
            event.intent_name
            for step in written.story_steps
            for event in step.events
            if isinstance(event, UserUttered)
        }
        rules = [
            f"- rule: answer {id}\n  steps:\n  - intent: {id}\n  - action: {ANSWERING}\n"
            for id in self._answers
            if id not in ruled
        ]
        reader = YAMLStoryReader()
        steps = reader.read_from_string('version: "3.1"\nrules:\n' + "".join(rules))
        return written.merge(StoryGraph(steps))


def sentences(answer: Mapping[str, Any]) -> List[str]:
    """Titles and sentences of an answer that states facts; none of one that only chats."""
    if not answer["sources"]:
        return []
    sides = [answer[language] for language in LANGUAGES]
    parts = [part for side in sides for part in (side["text"], side.get("more") or "")]
    found = [piece.strip("•– ") for part in parts for piece in _SENTENCE_ENDS.split(part.strip())]
    return [
        *(side["title"] for side in sides),
        *(piece for piece in found if len(piece.split()) >= FEWEST_WORDS),
    ]
