"""The five files of a topic, read side by side and changed together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath

import yaml

from bot.editing import answer_file, message_files
from bot.editing.joining import version
from bot.editing.paths import (
    LANGUAGES,
    answer_path,
    examples_path,
    held_out_path,
    topic_of,
    topic_paths,
)
from bot.editing.records import Rule, Side, Topic, TopicChange
from bot.editing.refusals import NotByFields
from bot.editing.yaml_surgery import compose

Texts = Mapping[str, bytes | None]
"""What the files of a topic hold, None where there is no file."""
Reader = Callable[[str, str], tuple[str, ...]]


def read_topic(id: str, texts: Texts, rules: Sequence[Rule]) -> Topic:
    """The topic as its files have it; a file that cannot be read by fields gives none."""
    unreadable = []
    for path, data in texts.items():
        if data is not None and not is_by_fields(path, data):
            unreadable.append(path)
    usable = {path: None if path in unreadable else data for path, data in texts.items()}
    answer = usable[answer_path(id)]
    fields = answer_file.read_answer(answer_path(id), answer.decode()) if answer else {}
    return Topic(
        id,
        has_answer=texts[answer_path(id)] is not None,
        sides={language: answer_file.side_of(fields, language) for language in LANGUAGES},
        sources=answer_file.sources_of(fields),
        choices=answer_file.choices_of(fields),
        reviewed=answer_file.reviewed_of(fields),
        examples=_lists(id, usable, examples_path, message_files.read_examples),
        held_out=_lists(id, usable, held_out_path, message_files.read_held_out),
        rules=tuple(rules),
        versions={path: version(data) for path, data in texts.items()},
        unreadable=tuple(unreadable),
    )


def change_file(path: str, data: bytes | None, change: TopicChange) -> bytes | None:
    """A file of a topic with its part of the change. Raises NotByFields."""
    id = PurePosixPath(path).stem
    if path == answer_path(id):
        if not change.sides and change.sources is None and change.reviewed is None:
            return data
        if data is None:
            if any(side != Side() for side in _asked(change)):
                raise NotByFields(path)
            return None
        return answer_file.change_answer(path, _text(path, data), change).encode()
    folder, language, _ = path.rsplit("/", 2)
    is_held_out = folder == "tests/nlu"
    wanted = (change.held_out if is_held_out else change.examples).get(language)
    if wanted is None or (data is None and not wanted):
        return data
    start = message_files.NEW_HELD_OUT if is_held_out else message_files.NEW_EXAMPLES
    text = start.format(id=id) if data is None else _text(path, data)
    edit = message_files.change_held_out if is_held_out else message_files.change_examples
    return edit(path, text, wanted).encode()


def fields_of(path: str, data: bytes | None) -> dict[str, str]:
    """Every field of a file as one text, by name; "" names the whole of what has no fields."""
    id = topic_of(path)
    if id is None or data is None or not is_by_fields(path, data):
        return {"": "" if data is None else data.decode("utf-8", "replace")}
    topic = read_topic(id, {each: data if each == path else None for each in topic_paths(id)}, ())
    fields: dict[str, str] = {}
    if path == answer_path(id):
        for language, side in topic.sides.items():
            fields |= {
                f"{language}.title": side.title,
                f"{language}.text": side.text,
                f"{language}.more": side.more,
                f"{language}.buttons": "\n".join(side.buttons),
            }
        fields["sources"] = "\n".join(topic.sources)
        reviewed = topic.reviewed
        fields["reviewed"] = f"{reviewed.by}, {reviewed.on or ''}" if reviewed else ""
        return fields
    language = path.split("/")[-2]
    is_held_out = path.startswith("tests/")
    name = "held_out" if is_held_out else "examples"
    listed = topic.held_out if is_held_out else topic.examples
    return {f"{name}.{language}": "\n".join(listed[language])}


def is_by_fields(path: str, data: bytes) -> bool:
    """Whether the file can be read field by field."""
    try:
        text = _text(path, data)
        if path.startswith("stories/"):
            answer_file.read_answer(path, text)
        elif path.startswith("nlu/"):
            message_files.read_examples(path, text)
        else:
            message_files.read_held_out(path, text)
    except NotByFields:
        return False
    return True


def rules_of(id: str, files: Mapping[str, bytes]) -> list[Rule]:
    """The rules and stories that name a topic; none of a file that is not YAML."""
    found = []
    for path, data in files.items():
        text = data.decode("utf-8", "replace")
        try:
            root = compose(text)
        except (yaml.YAMLError, RecursionError):
            continue
        for node in _blocks(root):
            if id in set(_words(node)):
                start = text.rfind("\n", 0, node.start_mark.index) + 1
                block = text[start : node.end_mark.index].rstrip()
                found.append(Rule(path, node.start_mark.line + 1, block))
    return found


def _blocks(root: yaml.Node | None) -> list[yaml.Node]:
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    lists = [value for key, value in pairs if key.value in ("rules", "stories")]
    return [node for each in lists if isinstance(each, yaml.SequenceNode) for node in each.value]


def _words(node: yaml.Node) -> list[str]:
    if isinstance(node, yaml.ScalarNode):
        return [node.value]
    children = node.value if isinstance(node, yaml.CollectionNode) else []
    flat = [
        part for child in children for part in (child if isinstance(child, tuple) else (child,))
    ]
    return [word for part in flat for word in _words(part)]


def _lists(
    id: str, texts: Texts, path_of: Callable[[str, str], str], read: Reader
) -> dict[str, tuple[str, ...]]:
    found = {}
    for language in LANGUAGES:
        path = path_of(language, id)
        data = texts[path]
        found[language] = read(path, data.decode()) if data else ()
    return found


def _asked(change: TopicChange) -> list[Side]:
    """What a change says of an answer, as sides; empty ones where it says nothing."""
    sides = [
        Side(side.title or "", side.text or "", side.more or "", side.buttons or ())
        for side in change.sides.values()
    ]
    return [*sides, Side(buttons=change.sources or ())]


def _text(path: str, data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotByFields(path) from error
