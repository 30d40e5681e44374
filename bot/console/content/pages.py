"""The pages of the room `content`."""

from __future__ import annotations

from bot.console.access import Permission
from bot.console.content import (
    by_hand,
    files,
    history,
    new,
    publishing,
    topic,
    topics,
    trying,
)
from bot.console.pages import Page

CONTENT = Permission.CONTENT
LARGE = topic.MOST_BYTES

PAGES: tuple[Page, ...] = (
    Page("/content", topics.show_topics, CONTENT),
    Page("/content/topics/{id}", topic.show_topic, CONTENT),
    Page("/content/topics/{id}", topic.save_topic, CONTENT, "POST", most_bytes=LARGE),
    Page("/content/new", new.show_new, CONTENT),
    Page("/content/new", new.make_new, CONTENT, "POST"),
    Page("/content/rules", files.show_files, CONTENT),
    Page("/content/rules/{path:path}", files.show_file, CONTENT),
    Page("/content/rules/{path:path}", files.save_file, CONTENT, "POST", most_bytes=LARGE),
    Page("/content/try", trying.show_try, CONTENT),
    Page("/content/try/state", trying.show_state, CONTENT),
    Page("/content/try/start", trying.start, CONTENT, "POST"),
    Page("/content/try/say", trying.say, CONTENT, "POST"),
    Page("/content/publish", publishing.show_publish, CONTENT),
    Page("/content/publish/train", publishing.train, CONTENT, "POST"),
    Page("/content/publish/cancel", publishing.cancel, CONTENT, "POST"),
    Page("/content/publish/go", publishing.go, CONTENT, "POST"),
    Page("/content/publish/back", publishing.back, CONTENT, "POST"),
    Page("/content/history", history.show_history, CONTENT),
    Page("/content/history", history.undo, CONTENT, "POST"),
    Page("/content/by_hand", by_hand.show_by_hand, CONTENT),
    Page("/content/by_hand", by_hand.adopt, CONTENT, "POST", most_bytes=LARGE),
)
