"""The pages of this room."""

from __future__ import annotations

from bot.console.access import Permission
from bot.console.pages import Handler, Page
from bot.console.sign_in import all_accounts, entering, invitation, openid_pages, own_account
from bot.console.sign_in.entering import ask_to_sign_in

P = Permission
MOST_BYTES = 4_000_000
"""Of a form that carries another one, which was sent after its session was over."""


def _before_the_door(path: str, handler: Handler) -> Page:
    """A form of somebody without a session; its handler checks its token itself."""
    return Page(
        path,
        handler,
        P.PUBLIC,
        "POST",
        checks_form=False,
        most_bytes=MOST_BYTES,
    )


PAGES: tuple[Page, ...] = (
    Page("/sign-in", entering.show_sign_in, P.PUBLIC),
    _before_the_door("/sign-in", entering.check_password),
    Page("/sign-in/code", entering.show_code, P.PUBLIC),
    _before_the_door("/sign-in/code", entering.check_code),
    Page("/sign-out", entering.sign_out, P.SIGNED_IN, "POST"),
    Page("/invitation/{token}", invitation.show_invitation, P.PUBLIC),
    _before_the_door("/invitation/{token}", invitation.take_invitation),
    _before_the_door("/openid", openid_pages.leave),
    Page("/openid/back", openid_pages.come_back, P.PUBLIC),
    Page("/me", own_account.show_me, P.SIGNED_IN),
    Page("/me/about", own_account.change_about, P.SIGNED_IN, "POST"),
    Page("/me/password", own_account.change_password, P.SIGNED_IN, "POST"),
    Page("/me/second-factor", own_account.begin_second_factor, P.SIGNED_IN, "POST"),
    Page("/me/second-factor/on", own_account.turn_second_factor_on, P.SIGNED_IN, "POST"),
    Page("/me/second-factor/off", own_account.turn_second_factor_off, P.SIGNED_IN, "POST"),
    Page("/me/sign-out-everywhere", own_account.sign_out_everywhere, P.SIGNED_IN, "POST"),
    Page("/accounts", all_accounts.show_accounts, P.ACCOUNTS),
    Page("/accounts/invite", all_accounts.invite, P.ACCOUNTS, "POST"),
    Page("/accounts/{id}", all_accounts.show_account, P.ACCOUNTS),
    Page("/accounts/{id}/invite", all_accounts.invite_again, P.ACCOUNTS, "POST"),
    Page("/accounts/{id}/role", all_accounts.give_role, P.ACCOUNTS, "POST"),
    Page("/accounts/{id}/close", all_accounts.close, P.ACCOUNTS, "POST"),
    Page("/accounts/{id}/open", all_accounts.open_again, P.ACCOUNTS, "POST"),
    Page("/accounts/{id}/second-factor", all_accounts.reset_second_factor, P.ACCOUNTS, "POST"),
    Page("/accounts/{id}/unlock", all_accounts.unlock, P.ACCOUNTS, "POST"),
)

__all__ = ["PAGES", "ask_to_sign_in"]
