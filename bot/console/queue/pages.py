"""The pages of this room."""

from __future__ import annotations

from bot.console.access import Permission
from bot.console.pages import Page
from bot.console.queue.events import events
from bot.console.queue.page import queue
from bot.console.queue.settling import (
    leave_votes_held,
    release_votes,
    settle_alert,
    settle_questions,
    undo_alert,
)

PAGES: tuple[Page, ...] = (
    Page("/queue", queue, Permission.QUESTIONS),
    Page("/queue/alerts/settle", settle_alert, Permission.QUEUE, "POST"),
    Page("/queue/alerts/undo", undo_alert, Permission.QUEUE, "POST"),
    Page("/queue/votes/release", release_votes, Permission.QUEUE, "POST"),
    Page("/queue/votes/leave", leave_votes_held, Permission.QUEUE, "POST"),
    Page("/queue/questions/settle", settle_questions, Permission.QUESTIONS, "POST"),
    Page("/events", events, Permission.SIGNED_IN),
)
