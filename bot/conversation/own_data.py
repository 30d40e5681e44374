"""What is held about a person, in chat, and how they take it back."""

from __future__ import annotations

import re
from datetime import datetime, timezone

from bot.conversation.messages import Button
from bot.conversation.ports import AnswerCall
from bot.conversation.visit import Visit, as_receipt, code_of

WITHDRAW = "w:"
"""Button that takes back one view: `w:<view>`."""
FILE = "parlouvert.json"
MOST_SHOWN = 8
SHORT = 120
_RECEIPT = re.compile(r"\b([0-9A-HJKMNP-TV-Z]{4})[- ]?([0-9A-HJKMNP-TV-Z]{4})\b", re.IGNORECASE)


def show(visit: Visit) -> list[AnswerCall]:
    """A readable list, and a file with everything."""
    visit.note(
        "asked_for_data",
        platform=visit.message.platform,
        language=visit.language,
        given=visit.given.to_json(),
        state=dict(visit.state),
    )
    if visit.given.is_empty:
        return [AnswerCall("my_data", file=FILE)]
    return [
        AnswerCall("my_data"),
        AnswerCall("view_mine", values={"list": _list(visit)}, file=FILE),
    ]


def _list(visit: Visit) -> str:
    given = visit.given
    agreed = [at for what, at in given.consents.items() if what in ("view", "vote")]
    lines = [visit.word("view.mine_consent", date=_date(min(agreed)))] if agreed else []
    if "hear" in given.consents:
        lines.append(visit.word("view.mine_hear"))
    views = list(given.views.items())
    lines += [_line(visit, id) for id, _ in views[-MOST_SHOWN:]]
    if len(views) > MOST_SHOWN:
        lines.append(visit.word("view.and_more"))
    if given.votes:
        lines.append(visit.word("view.mine_votes", count=len(given.votes)))
    return "\n".join(lines)


def _line(visit: Visit, id: str) -> str:
    view = visit.given.views[id]
    text = view.text if len(view.text) <= SHORT else view.text[: SHORT - 1].rstrip() + "…"
    return visit.word(
        "view.mine_view",
        receipt=view.receipt,
        theme=visit.word(f"view.theme_{view.theme}"),
        status=visit.word(f"view.status_{view.status}"),
        text=text,
    )


def offer_withdrawal(visit: Visit, text: str) -> list[AnswerCall]:
    """Take back the view whose receipt the message names, or ask which one."""
    found = _RECEIPT.search(text)
    if found:
        receipt = as_receipt("".join(found.groups()))
        mine = [id for id, view in visit.given.views.items() if view.receipt == receipt]
        if mine:
            return withdraw(visit, mine[0])
        if any(character.isdigit() for character in receipt):  # no two words of four letters
            return [AnswerCall("view_withdraw_unknown")]
    views = visit.given.views
    if not views:
        return [AnswerCall("view_withdraw_none")]
    shown = list(views)[-MOST_SHOWN:]
    return [
        AnswerCall(
            "view_withdraw_which",
            values={"list": "\n".join(_line(visit, id) for id in shown)},
            choices=tuple(Button(views[id].receipt, WITHDRAW + id) for id in shown),
        )
    ]


def withdraw(visit: Visit, id: str) -> list[AnswerCall]:
    """Take back one view of the person's own; nobody else's."""
    view = visit.given.views.get(id)
    if view is None:
        return [AnswerCall("view_withdraw_unknown")]
    del visit.given.views[id]
    visit.note("withdrawn", view=id)
    return [AnswerCall("view_withdrawn", values={"receipt": view.receipt})]


def names_receipt(visit: Visit, text: str) -> bool:
    """Whether a message is a receipt of the person's own, typed alone or nearly so."""
    found = _RECEIPT.search(text)
    if not found or len(text.split()) > 4:
        return False
    receipt = as_receipt("".join(found.groups()))
    return any(view.receipt == receipt for view in visit.given.views.values())


def erased(visit: Visit) -> list[AnswerCall]:
    """Say that all is erased, with a proof that staff can check against the list of erasures."""
    at = visit.message.at
    values = {"proof": proof_of_erasure(visit.message.conversation, at), "date": _date(at)}
    return [AnswerCall("delete_done", values=values)]


def proof_of_erasure(conversation: str, at: float) -> str:
    """A code that only whoever keeps the list of erasures can make again, from its row."""
    return as_receipt(code_of(f"erased\n{conversation}\n{at:.3f}"))


def _date(at: float) -> str:
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%d")
