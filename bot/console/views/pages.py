"""The pages of this room."""

from __future__ import annotations

from bot.console.access import Permission
from bot.console.pages import Page
from bot.console.views.bulk import decide_many
from bot.console.views.deciding import approve, reject, save_translation, withdraw
from bot.console.views.listing import views
from bot.console.views.outcomes import add_outcome, outcomes
from bot.console.views.page import reveal, view

PAGES: tuple[Page, ...] = (
    Page("/views", views, Permission.VIEWS),
    Page("/views/bulk", decide_many, Permission.VIEWS, "POST"),
    Page("/views/outcomes", outcomes, Permission.VIEWS),
    Page("/views/outcomes", add_outcome, Permission.VIEWS, "POST"),
    Page("/views/{id}", view, Permission.VIEWS),
    Page("/views/{id}/reveal", reveal, Permission.VIEWS, "POST"),
    Page("/views/{id}/translation", save_translation, Permission.VIEWS, "POST"),
    Page("/views/{id}/approve", approve, Permission.VIEWS, "POST"),
    Page("/views/{id}/reject", reject, Permission.VIEWS, "POST"),
    Page("/views/{id}/withdraw", withdraw, Permission.VIEWS, "POST"),
    Page("/views/{id}/outcome", add_outcome, Permission.VIEWS, "POST"),
)
