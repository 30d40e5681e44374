"""`python -m bot views`: what moderators do about views, on the command line."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from sqlalchemy.exc import OperationalError

from bot.content.reasons import read_reasons
from bot.conversation.text import clean
from bot.safety.personal_data import load_personal_data
from bot.settings import read_settings
from bot.store.sql.database import open_database
from bot.store.sql.moderation import THEMES
from bot.store.sql.refusals import Refused, readable_time
from bot.store.sql.rows import SharedView
from bot.store.sql.views import Views
from bot.store.vault import open_vault

ABOUT = """\
Views are published only after somebody has read them here. Approving one needs its text in the
other language, without personal data. The author is told of each decision, once.
"""


def main(arguments: list[str]) -> int:
    """Do one thing; say what was done, or why not."""
    parser = _parser()
    if not arguments:
        parser.print_help(sys.stderr)
        return 2
    wanted = parser.parse_args(arguments)
    settings = read_settings(os.environ)
    vault = open_vault(settings.key_file)
    screen = load_personal_data(Path.cwd()) if wanted.action is _approve else None
    reasons = read_reasons(Path.cwd()) if wanted.action is _reject else ()
    engine = open_database(settings.database_url, settings.data_dir)
    try:
        wanted.action(Views(engine, vault, personal_data=screen, reasons=reasons), wanted)
    except OperationalError as error:
        raise Refused("The record is busy, or gone; nothing was changed. Try again.") from error
    finally:
        engine.dispose()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot views", description=ABOUT)
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)

    verb = verbs.add_parser("list", help="the views that wait for a decision, worst first")
    verb.set_defaults(action=_list)

    verb = verbs.add_parser("show", help="all about one view")
    verb.add_argument("id", metavar="ID")
    verb.set_defaults(action=_show)

    verb = verbs.add_parser("approve", help="publish a view")
    verb.add_argument("id", metavar="ID")
    verb.add_argument(
        "--other", metavar="TEXT", required=True, help="what it says, in the other language"
    )
    verb.set_defaults(action=_approve)
    _add_name(verb)

    verb = verbs.add_parser("reject", help="keep a view from being published")
    verb.add_argument("id", metavar="ID")
    verb.add_argument(
        "--reason", required=True, type=_reason, help="a `reason_...` of stories/words/view.yml"
    )
    verb.set_defaults(action=_reject)
    _add_name(verb)

    verb = verbs.add_parser("withdraw", help="take a view down, by its id or its receipt")
    verb.add_argument("id", metavar="ID|RECEIPT")
    verb.set_defaults(action=_withdraw)
    _add_name(verb)

    verb = verbs.add_parser("published", help="the views that everybody may react to")
    verb.set_defaults(action=_published)

    verb = verbs.add_parser("holds", help="whose votes are held back, and why")
    verb.set_defaults(action=_holds)

    verb = verbs.add_parser("release", help="let somebody's votes count")
    verb.add_argument("id", metavar="ID", help="as `holds` shows it")
    verb.set_defaults(action=_release)
    _add_name(verb)

    verb = verbs.add_parser("outcome", help="say what came of a theme's views, or of one view")
    subject = verb.add_mutually_exclusive_group(required=True)
    subject.add_argument("--theme", choices=THEMES)
    subject.add_argument("--view", metavar="ID")
    verb.add_argument("--fr", metavar="TEXT", required=True)
    verb.add_argument("--en", metavar="TEXT", required=True)
    verb.add_argument("--url", metavar="ADDRESS", help="where one can read more")
    verb.set_defaults(action=_add_outcome)
    _add_name(verb)
    return parser


def _reason(text: str) -> str:
    reasons = read_reasons(Path.cwd())
    if text not in reasons:
        raise argparse.ArgumentTypeError(f"`{text}` is none; take one of: {', '.join(reasons)}")
    return text


def _add_name(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--by", metavar="NAME", required=True, help="who decides; kept")


def _list(views: Views, _: argparse.Namespace) -> None:
    pending = views.queue()
    _say(f"{len(pending)} waiting." if pending else "No view waits.")
    for view in pending:
        _say("")
        when = readable_time(view.at)
        _say(f"{view.id}  {when}  {view.language}  {view.theme}  {_scores(view)}".rstrip())
        _say_indented(view.texts.get(view.language, ""))


def _show(views: Views, wanted: argparse.Namespace) -> None:
    view = views.get(wanted.id)
    about = ", ".join(filter(None, (view.band, view.region)))
    for label, value in (
        ("view", view.id),
        ("receipt", view.receipt),
        ("status", view.status),
        ("shared", f"{readable_time(view.at)}, {view.platform}"),
        ("theme", view.theme),
        ("scores", _scores(view)),
        ("author", about),
        ("campaign", view.campaign),
    ):
        if value:
            _say(f"{label:<9} {clean(value)}")
    for language, text in view.texts.items():
        _say(f"{language} ({'author' if language == view.language else 'staff'})")
        _say_indented(text)
    for decision in views.decisions_about(view.id):
        reason = f" ({decision.reason})" if decision.reason else ""
        told = "the author was told" if decision.told else "the author has not been told yet"
        when = readable_time(decision.at)
        _say(f"{decision.status}{reason} by {decision.decided_by} on {when}; {told}")


def _approve(views: Views, wanted: argparse.Namespace) -> None:
    views.approve(wanted.id, wanted.other, wanted.by)
    _say(f"View {wanted.id} is approved.")


def _reject(views: Views, wanted: argparse.Namespace) -> None:
    views.reject(wanted.id, wanted.reason, wanted.by)
    _say(f"View {wanted.id} is rejected.")


def _withdraw(views: Views, wanted: argparse.Namespace) -> None:
    _say(
        f"View {views.withdraw(wanted.id, wanted.by)} is taken down, and the votes on it are gone."
    )


def _published(views: Views, _: argparse.Namespace) -> None:
    published = views.published()
    _say(f"{len(published)} published." if published else "No view is published.")
    for view in published:
        _say("")
        _say(f"{view.id}  {view.theme}")
        for text in view.texts.values():
            _say_indented(text)


def _holds(views: Views, _: argparse.Namespace) -> None:
    held = views.holds()
    _say(f"{len(held)} held back." if held else "No votes are held back.")
    for hold in held:
        _say(f"{hold.conversation}  {readable_time(hold.at)}  votes: {hold.votes}  {hold.reason}")


def _release(views: Views, wanted: argparse.Namespace) -> None:
    views.release(wanted.id, wanted.by)
    _say("These votes count from now on.")


def _add_outcome(views: Views, wanted: argparse.Namespace) -> None:
    number = views.add_outcome(
        theme=wanted.theme,
        view=wanted.view,
        fr=wanted.fr,
        en=wanted.en,
        url=wanted.url,
        by=wanted.by,
    )
    _say(f"Outcome {number} is kept; whoever wants to hear of it is told.")


def _scores(view: SharedView) -> str:
    highest = sorted(view.scores.items(), key=lambda score: -score[1])
    return ", ".join(f"{kind} {high:.2f}" for kind, high in highest)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _say_indented(text: str) -> None:
    """People's words, without anything that a terminal would obey."""
    for line in clean(text).split("\n"):
        _say(f"    {line}")
