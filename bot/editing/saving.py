"""Saves what somebody typed, unless somebody else saved the same file meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import yaml
from yaml.events import AliasEvent

from bot.content.yaml_files import StaffLoader
from bot.editing import yaml_text
from bot.editing.draft import Draft
from bot.editing.joining import version
from bot.editing.paths import topic_paths
from bot.editing.records import Author, FieldConflict, Saved, TopicChange, Versions
from bot.editing.refusals import Conflict, NotYaml
from bot.editing.topic_files import change_file, fields_of

Edit = Callable[[bytes | None], bytes | None]
"""Makes of a file's content what it shall be."""


def save_topic(draft: Draft, id: str, change: TopicChange, versions: Versions, by: Author) -> Saved:
    """Change the files of a topic that the change concerns; inside `writing`.

    Raises:
        Conflict: somebody saved one of these since; nothing is changed then.
        NotByFields: one is not written so that fields can be changed.
    """
    paths = topic_paths(id)
    files: dict[str, bytes | None] = {}
    for path in paths:
        edit = partial(change_file, path, change=change)
        data = _edited(draft, path, versions.get(path), edit)
        if data != draft.text(path):
            files[path] = data
    return _commit(draft, files, paths, _subject(id, files), by)


def save_file(draft: Draft, path: str, text: str, seen: str, by: Author) -> Saved:
    """Change a whole file; inside `writing`. Raises Conflict."""
    data = _edited(draft, path, seen, lambda _: text.encode())
    old = draft.text(path)
    files = {} if data == old else {path: data}
    verb = "Add" if old is None else "Change"
    return _commit(draft, files, (path,), f"{verb} {path}", by)


def check_yaml(path: str, text: str) -> None:
    """Refuse what the bot could not read. Raises NotYaml."""
    try:
        if any(isinstance(event, AliasEvent) for event in yaml.parse(text, Loader=StaffLoader)):
            raise NotYaml(path, 1, "it refers to itself or to another place", text)
        data = yaml_text.load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it holds control characters"
        if "'\\t'" in problem:
            problem = "a tab stands here; use blanks"
        raise NotYaml(path, mark.line + 1 if mark else 1, problem, text) from error
    except RecursionError as error:
        raise NotYaml(path, 1, "it holds lists in lists, far too deep", text) from error
    if not isinstance(data, dict):
        raise NotYaml(path, 1, "it must hold `key: value` lines", text)


def _edited(draft: Draft, path: str, seen: str | None, edit: Edit) -> bytes | None:
    """The file as edited by somebody who saw another version of it, if the two agree.

    Only what the edit changes of what was seen counts: a form gives back every field.
    """
    now = draft.text(path)
    if seen is None or seen == version(now):
        return edit(now)
    base = draft.git.blob(seen)
    if seen and base is None:
        yours = edit(now)
    else:
        yours = edit(base)
        if yours == base:
            return now
    if yours == now:
        return now
    known = fields_of(path, base) if base is not None else {}
    theirs, mine = fields_of(path, now), fields_of(path, yours)
    if theirs.keys() != mine.keys():
        known = {"": base.decode("utf-8", "replace")} if base is not None else {}
        theirs, mine = ({"": (data or b"").decode("utf-8", "replace")} for data in (now, yours))
    conflicts = [
        FieldConflict(name, known.get(name), theirs[name], text)
        for name, text in mine.items()
        if text != theirs[name]
    ]
    if not conflicts:
        return now
    raise Conflict(path, conflicts, {path: version(now)})


def _commit(
    draft: Draft, files: dict[str, bytes | None], paths: tuple[str, ...], subject: str, by: Author
) -> Saved:
    commit = draft.commit(files, subject, by) if files else None
    return Saved(commit, {path: version(draft.text(path)) for path in paths})


def _subject(id: str, files: dict[str, bytes | None]) -> str:
    kinds = {
        "stories": "answer",
        "nlu": "examples",
        "tests": "held-out messages",
    }
    changed = dict.fromkeys(kinds[path.split("/")[0]] for path in files)
    if len(changed) == 1 and "answer" in changed:
        return f"Change the answer {id}"
    return f"Change the {' and '.join(changed)} of {id}"
