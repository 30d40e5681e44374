"""Who of staff saw, decided, changed or exported what: the page, the check, the files."""

from __future__ import annotations

from dataclasses import asdict
from urllib.parse import urlencode

from starlette.responses import Response, StreamingResponse

from bot.console.access import Permission
from bot.console.asked import Asked
from bot.console.audit.files import as_csv, as_json_lines
from bot.console.audit.sentences import Sentences
from bot.console.pages import Page
from bot.store.sql.audit import Noted

ADDRESS = "/console/audit"
A_PAGE = 100
FILTERS = ("by", "action", "subject", "conversation")
CHECKED = "audit_checked"


def show_audit(asked: Asked) -> Response:
    """What was noted, the newest first."""
    audit = asked.parts.audit
    wanted = {name: asked.query(name).strip() for name in FILTERS}
    before = asked.query("before")
    about = audit.about(wanted["conversation"]) if wanted["conversation"] else ""
    is_both = bool(about and wanted["subject"] and wanted["subject"] != about)
    rows = audit.read(
        by=wanted["by"],
        action=wanted["action"],
        subject=about or wanted["subject"],
        before=int(before) if before.isdecimal() and len(before) < 10 else None,
        most=A_PAGE + 1,
    )
    rows = [] if is_both else rows
    sentences = Sentences(asked.parts.words, asked.language)
    chosen = {name: value for name, value in wanted.items() if value}
    older = {**chosen, "before": str(rows[A_PAGE - 1].number)} if len(rows) > A_PAGE else None
    last = audit.read(most=1)
    return asked.page(
        "audit/audit.html",
        rows=[sentences.row(noted) for noted in rows[:A_PAGE]],
        wanted=wanted,
        about=about,
        actions=sentences.actions(),
        newest=f"{ADDRESS}?{urlencode(chosen)}" if before else None,
        older=f"{ADDRESS}?{urlencode(older)}" if older else None,
        seal=last[0] if last else None,
        checked=_last_check(audit.read(action=CHECKED, most=1)),
    )


def check_audit(asked: Asked) -> Response:
    """Read the whole chain, and note what was found."""
    asked.note(CHECKED, **asdict(asked.parts.audit.verify()))
    return asked.go_to(ADDRESS)


def export_csv(asked: Asked) -> Response:
    """Everything, for a spreadsheet."""
    return _file(asked, "csv", "text/csv")


def export_json_lines(asked: Asked) -> Response:
    """Everything, for a program."""
    return _file(asked, "jsonl", "application/x-ndjson")


def _file(asked: Asked, kind: str, media_type: str) -> Response:
    """A file with every row, that of this export too; the last line is the seal."""
    asked.note("exported", "audit", format=kind)
    chain = asked.parts.audit.chain()
    lines = as_csv(chain) if kind == "csv" else as_json_lines(chain)
    disposition = f'attachment; filename="audit.{kind}"'
    return StreamingResponse(
        lines, media_type=media_type, headers={"Content-Disposition": disposition}
    )


def _last_check(found: list[Noted]) -> dict[str, object] | None:
    """When and by whom the chain was last checked, and what came of it."""
    if not found:
        return None
    details = found[0].details
    return {
        "at": found[0].at,
        "by": found[0].by,
        "rows": details.get("rows", 0),
        "hash": details.get("hash", ""),
        "broken_at": details.get("broken_at"),
    }


PAGES: tuple[Page, ...] = (
    Page("/audit", show_audit, Permission.AUDIT),
    Page("/audit/check", check_audit, Permission.AUDIT, "POST"),
    Page("/audit/audit.csv", export_csv, Permission.AUDIT),
    Page("/audit/audit.jsonl", export_json_lines, Permission.AUDIT),
)
