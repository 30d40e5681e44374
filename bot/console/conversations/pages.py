"""The pages of this room."""

from __future__ import annotations

from bot.console.access import Permission
from bot.console.conversations import handing_over, labelling, making_tests, reading
from bot.console.conversations.answers import show_answer
from bot.console.conversations.listing import show_list
from bot.console.pages import Page

READ = Permission.CONVERSATIONS
ONE = "/conversations/{id}"
PAGES: tuple[Page, ...] = (
    Page("/conversations", show_list, READ),
    Page("/conversations/answers/{id}", show_answer, READ),
    Page(ONE, reading.show_conversation, READ),
    Page(f"{ONE}/live", reading.show_news, READ),
    Page(f"{ONE}/reveal", reading.reveal, READ, "POST"),
    Page(f"{ONE}/labels", labelling.add_label, READ, "POST"),
    Page(f"{ONE}/labels/remove", labelling.remove_label, READ, "POST"),
    Page(f"{ONE}/notes", labelling.add_note, READ, "POST"),
    Page(f"{ONE}/notes/remove", labelling.remove_note, READ, "POST"),
    Page(f"{ONE}/test", making_tests.show_form, READ),
    Page(f"{ONE}/test", making_tests.make_test, READ, "POST"),
    Page(f"{ONE}/take", handing_over.take, Permission.HAND_OVER, "POST"),
    Page(f"{ONE}/write", handing_over.write, Permission.HAND_OVER, "POST"),
    Page(f"{ONE}/stay", handing_over.stay, Permission.HAND_OVER, "POST"),
    Page(f"{ONE}/give-back", handing_over.give_back, Permission.HAND_OVER, "POST"),
)
