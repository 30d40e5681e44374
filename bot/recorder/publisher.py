"""What the recorder does beside recording: tells what was decided, publishes what people think.

Decisions and outcomes are told through the intake, under an id of their own, so that each is told
once and in order within its conversation, whatever process dies.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, replace
from typing import Any, Protocol

from bot.conversation.board import Board, Results
from bot.conversation.identity import file_token
from bot.conversation.messages import IncomingMessage
from bot.conversation.ports import Files, Intake, JournalEntry
from bot.opinions.guard import CastVote, Pair, find_suspicions, held_back
from bot.recorder.board import MadeBoard, MapWords, Published, make_board
from bot.recorder.handing_over import HandingOver
from bot.store.sql.opinions import BURST
from bot.store.sql.views import Views

BOARD_EVERY = 3.0
"""Seconds between boards: what was approved, or taken back, is seen so soon."""
RESULTS_EVERY = 600.0
"""Seconds between results: two that are one vote apart would tell of that vote."""
FIRST_RESULTS_EVERY = 30.0
"""The same while there are none."""
FILE_SECONDS = 600
PICTURE_SECONDS = 30 * 24 * 3600
MOST_TOLD = 200
"""Outcomes told in one go, so that thousands do not hold up everything else."""


FORGET_EVERY = 60.0
"""Seconds between two times that the store's own log is written anew after erasures."""


async def _nothing() -> None:
    """A store without a log of its own."""


class BoardPublisher(Protocol):
    """Where the engine finds the board."""

    async def publish(self, board: Board) -> None:
        """Replace what is published."""
        ...


class Publisher:
    """Looks at the record once in a while and carries out what follows from it."""

    def __init__(
        self,
        views: Views,
        *,
        intake: Intake,
        files: Files,
        boards: BoardPublisher,
        words: MapWords,
        identity_key: bytes,
        handing_over: HandingOver | None = None,
        forget: Callable[[], Awaitable[None]] = _nothing,
        now: Callable[[], float] = time.time,
        results_every: float = RESULTS_EVERY,
    ) -> None:
        self._views = views
        self._intake = intake
        self._files = files
        self._boards = boards
        self._words = words
        self._identity_key = identity_key
        self._handing_over = handing_over
        self._forget = forget
        self._must_forget, self._forgot_at = True, float("-inf")  # maybe we died before it
        self._now = now
        self._results_every = results_every
        self._shown, self._counted = "", ""
        self._board_at = float("-inf")
        self._results_at = float("-inf")
        self._results: Results | None = None
        self._must_count_again = False
        self._in_bursts: set[Pair] = set()
        self._people: set[str] = set()
        """Whose votes or views are in what was published: when they go, all is counted again."""

    async def after(self, entries: Sequence[JournalEntry]) -> None:
        """Do what recorded entries ask for beside being recorded."""
        for entry in entries:
            kind, conversation = entry.event["kind"], entry.event.get("conversation", "")
            if kind == "asked_for_data":
                at_hand = {name: entry.event.get(name) for name in ("given", "state")}
                await self._write_file(conversation, at_hand)
            elif kind == "erased":
                await self._files.drop(file_token(self._identity_key, conversation))
            if kind == "withdrawn" or conversation in self._people:
                self._must_count_again |= kind in ("erased", "withdrawn")
            self._must_forget |= kind in ("erased", "withdrawn")

    async def _write_file(self, conversation: str, at_hand: Any) -> None:
        held = await asyncio.to_thread(self._views.person, conversation)
        content = json.dumps(held | {"at_hand": at_hand}, ensure_ascii=False, indent=1).encode()
        name = file_token(self._identity_key, conversation)
        await self._files.put(name, content, seconds=FILE_SECONDS)

    async def look(self) -> None:
        """Tell what is untold; publish the board where something changed."""
        if self._handing_over is not None:  # first: somebody waits for an answer
            await self._handing_over.look()
        await self._tell_decisions()
        await self._tell_outcomes()
        await self._publish()
        if self._must_forget and self._now() - self._forgot_at >= FORGET_EVERY:
            self._must_forget, self._forgot_at = False, self._now()
            await self._forget()

    async def _tell_decisions(self) -> None:
        for decision in await asyncio.to_thread(self._views.untold_decisions):
            notice = {
                "kind": "decision",
                "view": decision.view,
                "status": decision.status,
                "reason": decision.reason,
                "texts": decision.texts,
            }
            if await self._tell(decision, f"decision:{decision.number}", notice):
                await asyncio.to_thread(self._views.mark_told, decision.number)

    async def _tell_outcomes(self) -> None:
        left = MOST_TOLD
        for outcome, listeners in await asyncio.to_thread(self._views.untold_outcomes):
            notice = {
                "kind": "outcome",
                "outcome": outcome.number,
                "theme": outcome.theme,
                "view": outcome.view,
                "texts": outcome.texts,
                "url": outcome.url,
            }
            for listener in listeners[:left]:
                if await self._tell(listener, f"outcome:{outcome.number}", notice):
                    await asyncio.to_thread(
                        self._views.mark_noticed, outcome.number, listener.conversation
                    )
            left -= min(left, len(listeners))

    async def _tell(self, whom: Any, id: str, notice: dict[str, Any]) -> bool:
        """Leave a notice in somebody's inbox; False where it is full, to be tried again."""
        message = IncomingMessage(
            conversation=whom.conversation,
            platform=whom.platform,
            id=id,
            at=self._now(),
            return_address=dict(whom.return_address),
            notice=notice,
        )
        return await self._intake.accept(message) != "full"

    async def _publish(self) -> None:
        now = self._now()
        if now - self._board_at < BOARD_EVERY:
            return
        fingerprint = await asyncio.to_thread(self._views.fingerprint)
        is_due = fingerprint != self._counted and self._may_count(now)
        if fingerprint == self._shown and not is_due:
            return
        made = await asyncio.to_thread(self._make, is_due, now)
        for name, picture in made.pictures.items():
            await self._files.put(name, picture, seconds=PICTURE_SECONDS)
        await self._boards.publish(made.board)
        self._board_at, self._shown = now, fingerprint
        if is_due:
            self._counted = fingerprint
            self._results_at, self._results = now, made.board.results
            self._must_count_again = False

    def _may_count(self, now: float) -> bool:
        every = self._results_every
        if self._results is None:
            every = min(every, FIRST_RESULTS_EVERY)
        return self._must_count_again or now - self._results_at >= every

    def _make(self, with_results: bool, now: float) -> MadeBoard:
        published = [
            Published(each.id, each.theme, each.texts, each.author)
            for each in self._views.published()
        ]
        if with_results:
            self._hold_back()
        votes = self._votes()
        self._people = {vote.conversation for vote in votes} | {each.author for each in published}
        made = make_board(published, votes, words=self._words, now=now, with_results=with_results)
        if not with_results:
            return MadeBoard(replace(made.board, results=self._results), {})
        results = made.board.results
        if results is not None:
            self._views.save_result(
                input_hash=results.input_hash,
                seed=results.seed,
                people=results.people,
                body=asdict(results),
            )
        return made

    def _votes(self) -> list[CastVote]:
        votes = (CastVote(*vote) for vote in self._views.votes())
        return [vote for vote in votes if (vote.conversation, vote.view) not in self._in_bursts]

    def _hold_back(self) -> None:
        """Leave suspicious votes out until a moderator has looked."""
        votes = [CastVote(*vote) for vote in self._views.votes()]
        first_seen = self._views.first_seen({vote.conversation for vote in votes})
        suspicions = find_suspicions(votes, first_seen)
        for suspicion in suspicions:
            for conversation in {whose for whose, _ in suspicion.held}:
                self._views.hold(conversation, suspicion.reason)
        still_held = {hold.conversation for hold in self._views.holds()}
        bursts = held_back(each for each in suspicions if each.reason == BURST)
        self._in_bursts = {pair for pair in bursts if pair[0] in still_held}
