"""The list of conversations, and the search."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.conversations.fields import selects
from bot.console.conversations.filters import Wanted, name_of, read_filters
from bot.console.conversations.masking import Piece
from bot.console.conversations.naming import Names
from bot.console.conversations.search_words import read_query
from bot.store.sql.conversation_rows import Listed, Place

A_PAGE = 50
MOST_FOUND = 500
"""Conversations that a search may find; the latest."""
BEFORE_WORDS, AFTER_WORDS = 60, 160
"""Characters shown around what was searched for."""


@dataclass(frozen=True)
class Row:
    """A conversation in the list."""

    listed: Listed
    flags: tuple[str, ...]
    """Each kind once."""
    holder: str
    """Name of who has it now; empty where nobody has."""
    is_mine: bool
    excerpt: tuple[Piece, ...]
    """Around what was searched for."""


def show_list(asked: Asked) -> Response:
    """`GET /conversations`."""
    room, wanted, names = asked.parts.conversations, read_filters(asked), Names(asked)
    query = read_query(wanted.words)
    hits = {hit.conversation: hit.position for hit in room.index.find(query, most=MOST_FOUND)}
    filters = wanted.filters
    if wanted.words:
        filters = replace(filters, among=tuple(hits))
    is_searching = bool(wanted.words)
    found = (
        []
        if is_searching and not hits
        else room.conversations.page(filters, before=wanted.before, most=A_PAGE + 1)
    )
    shown = found[:A_PAGE]
    rows = [_row(asked, names, listed) for listed in shown]
    if is_searching:
        rows = _with_excerpts(asked, rows, hits)
        if wanted.before is None:
            asked.note("searched_conversations", found=len(hits))
    next_page = name_of(Place(shown[-1].at, shown[-1].conversation)) if shown else ""
    return asked.page(
        "conversations/list.html",
        rows=rows,
        wanted=wanted,
        names=names,
        selects=selects(asked, wanted, names, room.choices()),
        next_page=wanted.address(before=next_page) if len(found) > A_PAGE else "",
        is_narrowed=bool(wanted.values),
        has_filters=bool(wanted.values.keys() - {"q", "handed", "mine"}),
        is_searching=is_searching,
        has_words=query.expression is not None,
        is_cut=len(hits) >= MOST_FOUND,
        share_read=None if room.index.is_filled else int(room.index.share_read * 100),
        tabs=_tabs(wanted),
    )


def _row(asked: Asked, names: Names, listed: Listed) -> Row:
    holder = names.staff(listed.taken_by) if listed.taken_by else ""
    is_mine = listed.taken_by == asked.account.email
    return Row(listed, tuple(dict.fromkeys(listed.alerts)), holder, is_mine, ())


def _with_excerpts(asked: Asked, rows: list[Row], hits: dict[str, str]) -> list[Row]:
    """The rows with some of their words; what was erased since the index looked falls out."""
    room = asked.parts.conversations
    positions = [hits[row.listed.conversation] for row in rows]
    texts = {text.conversation: text.text for text in room.transcripts.read(positions)}
    beginnings = read_query(asked.query("q")).beginnings
    kept = []
    for row in rows:
        text = texts.get(row.listed.conversation)
        if text:
            pieces = room.masking.pieces(text, found=beginnings)
            kept.append(replace(row, excerpt=tuple(excerpt(pieces))))
    return kept


def excerpt(pieces: list[Piece]) -> list[Piece]:
    """What stands around the first word that was found."""
    place = next((n for n, piece in enumerate(pieces) if piece.kind == "found"), 0)
    before, after = pieces[:place], pieces[place:]
    return [
        *reversed(_cut(before[::-1], BEFORE_WORDS, from_end=True)),
        *_cut(after, AFTER_WORDS, from_end=False),
    ]


def _cut(pieces: list[Piece], most: int, *, from_end: bool) -> list[Piece]:
    kept: list[Piece] = []
    for piece in pieces:
        if len(piece.text) > most and piece.kind == "plain":
            text = f"…{piece.text[-most:]}" if from_end else f"{piece.text[:most]}…"
            return [*kept, Piece("plain", text)]
        kept.append(piece)
        most -= len(piece.text)
        if most <= 0:
            return [*kept, Piece("plain", "…")] if piece is not pieces[-1] else kept
    return kept


def _tabs(wanted: Wanted) -> list[tuple[str, str, bool]]:
    """Which conversations: all, those that somebody has, one's own; with address and whether."""
    values = wanted.values
    here = "mine" if "mine" in values else "handed" if "handed" in values else "all"
    addresses = {
        "all": wanted.address(handed="", mine=""),
        "handed": wanted.address(handed="1", mine=""),
        "mine": wanted.address(handed="", mine="1"),
    }
    return [(name, address, name == here) for name, address in addresses.items()]
