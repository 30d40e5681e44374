"""What people send on Discord becomes messages of ours: once, in order, and only what is for us."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from bot.adapters.discord import receiving
from bot.conversation.messages import Button, IncomingMessage, Reply
from tests.contract.discord_bot import (
    MemoryStore,
    adapter_for,
    discord_bot,
    echo,
    library,
    running,
    silent,
)
from tests.platforms.discord_server import COMPONENT, MODAL_SUBMIT, DiscordServer
from tests.platforms.discord_state import JOIN_MESSAGE

DEFERRED = 5
MODAL = 9
FORM = "t:view_text"
VIEW_FIELD = {"type": 18, "component": {"type": 4, "custom_id": "view", "value": "a"}}
OTHER_FIELD = {"type": 18, "component": {"type": 4, "custom_id": "other", "value": "a"}}
SELECT_MENU = 3


async def _finish(discord: DiscordServer, store: MemoryStore) -> None:
    """Wait until all that was sent before has been looked at."""
    count = len(store.messages)
    discord.send_dm(discord.create_user("the last one"), "end")
    await discord.wait_until(lambda: len(store.messages) > count)
    await discord.wait_until(lambda: store.messages[-1].text == "end")
    store.messages.pop()


async def test_direct_message_is_stored_and_answered_as_a_reply() -> None:
    async with discord_bot() as (discord, store):
        user = discord.create_user()
        id = discord.send_dm(user, "C'est quoi, le gouvernement ouvert?")
        [reply] = await discord.wait_for_messages(1, user=user)
        [message] = store.messages
    assert message.text == "C'est quoi, le gouvernement ouvert?"
    assert (message.platform, message.id, message.button) == ("discord", f"m{id}", None)
    assert message.language_hint is None
    assert reply.content == "C'est quoi, le gouvernement ouvert?"
    assert reply.reply_to == id


async def test_conversation_is_one_person_in_one_channel_and_shows_neither() -> None:
    async with discord_bot() as (discord, store):
        ado, bea = discord.create_user("Ado"), discord.create_user("Béa")
        room = discord.create_channel(discord.create_guild())
        discord.send_dm(ado, "1")
        discord.send_dm(bea, "2")
        discord.send_in_guild(ado, room, "3", mentions_bot=True)
        discord.slash(ado, "ask", {"question": "4"})
        discord.slash(ado, "ask", {"question": "5"}, channel=room)
        await discord.wait_until(lambda: len(store.messages) == 5)
        of = {message.text: message.conversation for message in store.messages}
    assert of["1"] == of["4"]
    assert of["3"] == of["5"]
    assert len({of["1"], of["2"], of["3"]}) == 3
    assert all(ado not in conversation and len(conversation) == 32 for conversation in of.values())


async def test_guild_message_is_heard_when_it_mentions_the_bot() -> None:
    async with discord_bot() as (discord, store):
        user, room = discord.create_user(), discord.create_channel(discord.create_guild())
        discord.send_in_guild(user, room, "not for the bot")
        asked = discord.send_in_guild(user, room, "who are you?", mentions_bot=True)
        [reply] = await discord.wait_for_messages(1, channel=room)
        await _finish(discord, store)
    assert [message.text for message in store.messages] == ["who are you?"]
    assert reply.reply_to == asked
    assert reply.body["allowed_mentions"] == {"parse": [], "replied_user": False}
    assert room not in discord.state.typing


async def test_guild_reply_is_heard_unless_its_ping_is_off() -> None:
    async with discord_bot() as (discord, store):
        user, room = discord.create_user(), discord.create_channel(discord.create_guild())
        discord.send_in_guild(user, room, "first", mentions_bot=True)
        [reply] = await discord.wait_for_messages(1, channel=room)
        discord.send_in_guild(user, room, "unheard", reply_to=reply.id, has_ping=False)
        discord.send_in_guild(user, room, "second", reply_to=reply.id)
        await discord.wait_for_messages(2, channel=room)
        await _finish(discord, store)
    assert [message.text for message in store.messages] == ["first", "second"]


async def test_message_of_a_guild_not_loaded_yet_is_not_taken_for_a_direct_one() -> None:
    async with discord_bot() as (discord, store):
        user = discord.create_user()
        discord.send_dm(user, "psst", guild_id="123456789012345678", member={"roles": []})
        await _finish(discord, store)
    assert store.messages == []


async def test_what_nobody_wrote_to_the_bot_is_ignored() -> None:
    async with discord_bot() as (discord, store):
        user, other_bot = discord.create_user(), discord.create_user(is_bot=True)
        discord.send_dm(other_bot, "beep")
        discord.send_dm(user, "from a webhook", webhook_id="42")
        discord.send_dm(user, "", type=JOIN_MESSAGE)
        kept = discord.send_dm(user, "kept")
        await discord.wait_for_messages(1, user=user)
        discord.edit_message(kept, "changed")
        discord.delete_message(kept)
        await _finish(discord, store)
    assert [message.text for message in store.messages] == ["kept"]


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"sticker_items": [{"id": "7", "name": "x", "format_type": 1}]}, id="sticker"),
        pytest.param(
            {"attachments": [{"id": "7", "filename": "a", "size": 1, "url": "", "proxy_url": ""}]},
            id="picture",
        ),
        pytest.param({}, id="nothing"),
    ],
)  # fmt: skip
async def test_message_without_words_is_passed_on_as_empty_text(fields: dict[str, Any]) -> None:
    async with discord_bot() as (discord, store):
        user = discord.create_user()
        discord.send_dm(user, "", **fields)
        await discord.wait_for_messages(1, user=user)
    assert [message.text for message in store.messages] == [""]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("<@{bot}> aide-moi", "aide-moi"),
        ("<@!{bot}>", ""),
        ("demande à <@987654321098765432>, <@&11> et <#22>", "demande à ,  et"),
        ("bravo <:coeur:123456789> <a:danse:987>", "bravo"),
        ("/delete", "/delete"),
        ("2 < 3 et <b>", "2 < 3 et <b>"),
    ],
)
async def test_ids_are_taken_out_of_the_text(written: str, text: str) -> None:
    async with discord_bot() as (discord, store):
        user = discord.create_user()
        discord.send_dm(user, written.replace("{bot}", discord.state.bot.id))
        await discord.wait_until(lambda: len(store.messages) == 1)
    assert store.messages[0].text == text


@pytest.mark.parametrize(
    ("locale", "guild_locale", "hint"),
    [
        ("fr", "en-US", "fr"),
        ("en-GB", "fr", "en"),
        ("es-ES", "fr", "fr"),
        ("de", "es-ES", None),
    ],
)
async def test_language_hint_is_the_persons_or_else_the_guilds(
    locale: str, guild_locale: str, hint: str | None
) -> None:
    async with discord_bot() as (discord, store):
        user = discord.create_user(locale=locale)
        room = discord.create_channel(discord.create_guild(locale=guild_locale))
        discord.slash(user, "ask", {"question": "?"}, channel=room)
        await discord.wait_until(lambda: len(store.messages) == 1)
    assert store.messages[0].language_hint == hint


async def test_slash_ask_in_french_is_deferred_then_answered_in_its_place() -> None:
    async with discord_bot() as (discord, store):
        user = discord.create_user(locale="fr")
        asked = discord.slash(user, "demander", {"question": "C'est quoi le PGO?"})
        [reply] = await discord.wait_for_messages(1, interaction=asked)
        [message] = store.messages
    assert (message.id, message.text) == (f"i{asked}", "C'est quoi le PGO?")
    assert discord.interaction(asked)["callback_type"] == DEFERRED
    assert [content for _, content in reply.edits] == ["C'est quoi le PGO?"]
    assert not reply.is_ephemeral


@pytest.mark.parametrize("place", ["guild", "guild where only the person has it", "private"])
async def test_answer_is_for_the_person_alone_where_others_are(place: str) -> None:
    async with discord_bot() as (discord, store):
        user = discord.create_user()
        if place == "private":
            room = discord.create_private_channel()
        else:
            room = discord.create_channel(discord.create_guild(has_bot=place == "guild"))
        asked = discord.slash(user, "ask", {"question": "psst"}, channel=room)
        [reply] = await discord.wait_for_messages(1, interaction=asked)
    assert reply.is_ephemeral
    assert store.messages[0].return_address["channel"] is None


@pytest.mark.parametrize("name", ["help", "language", "privacy", "delete", "human", "report"])
async def test_other_commands_are_passed_on_as_text(name: str) -> None:
    async with discord_bot() as (discord, store):
        asked = discord.slash(discord.create_user(), name)
        await discord.wait_for_messages(1, interaction=asked)
    assert [message.text for message in store.messages] == [f"/{name}"]


async def test_button_works_after_a_restart_with_a_new_answer_below() -> None:
    store = MemoryStore(echo)
    async with DiscordServer() as discord:
        async with running(adapter_for(discord, store)):
            await discord.wait_until_connected()
            user = discord.create_user(locale="en-US")
            discord.send_dm(user, "hello")
            [old] = await discord.wait_for_messages(1, user=user)
        old.body["components"] = [
            {"type": 1, "components": [{"type": 2, "label": "More", "custom_id": "m:trust"}]}
        ]
        async with running(adapter_for(discord, store)):
            await discord.wait_until_connected()
            pressed = discord.click(user, old.id, "More")
            [reply] = await discord.wait_for_messages(1, interaction=pressed)
        assert discord.unknown() == []
    assert (store.messages[-1].id, store.messages[-1].button) == (f"i{pressed}", "m:trust")
    assert store.messages[-1].text is None
    assert discord.interaction(pressed)["callback_type"] == DEFERRED
    assert reply.content == "m:trust"
    assert old.content == "hello"


async def test_second_delivery_of_an_interaction_is_answered_once() -> None:
    async with discord_bot() as (discord, store):
        asked = discord.slash(discord.create_user(), "help")
        discord.repeat(asked)
        await discord.wait_for_messages(1, interaction=asked)
        await discord.wait_until(lambda: store.tries["accept"] == 2)
        await _finish(discord, store)
        shown = discord.messages(interaction=asked)
    assert len(shown) == 1
    assert len(store.messages) == 1


@pytest.mark.parametrize(
    ("type", "data"),
    [
        (COMPONENT, {"component_type": SELECT_MENU, "custom_id": "menu", "values": ["a"]}),
        (MODAL_SUBMIT, {"custom_id": "form", "components": [VIEW_FIELD]}),
        (MODAL_SUBMIT, {"custom_id": "t:view_text", "components": []}),
        (MODAL_SUBMIT, {"custom_id": "t:view_text", "components": [OTHER_FIELD]}),
        (2, {"id": "1", "type": 1, "name": "gone", "options": []}),
        (2, {"id": "1", "type": 1, "name": "ask", "options": []}),
        (2, {"id": "1", "type": 3, "name": "gone", "target_id": "5", "resolved": {}}),
    ],
    ids=[
        "menu",
        "form",
        "empty form",
        "old form",
        "old command",
        "old form of a command",
        "context menu",
    ],
)
async def test_what_is_not_ours_any_more_is_declined(type: int, data: dict[str, Any]) -> None:
    async with discord_bot() as (discord, store):
        used = discord.interact(discord.create_user(locale="fr"), type, data)
        [reply] = await discord.wait_for_messages(1, interaction=used)
        await _finish(discord, store)
    assert store.messages == []
    assert reply.content == library().word("discord.no_longer_works", "fr")
    assert reply.is_ephemeral


def ask_for_view(message: IncomingMessage) -> Sequence[Reply]:
    """Ask for a view, and say back what comes."""
    if message.text == "share":
        return [Reply("view_text", "fr", "Écris ton opinion.", (Button("Non", "a:cancel"),))]
    return echo(message)


async def _opened(discord: DiscordServer, user: str, room: str | None = None) -> str:
    """Ask to share a view and press the button that opens the form; gives the press."""
    asked = discord.slash(user, "ask", {"question": "share"}, channel=room)
    [step] = await discord.wait_for_messages(1, interaction=asked)
    assert step.buttons == [("Écrire mon opinion", FORM), ("Non", "a:cancel")]
    pressed = discord.click(user, step.id, FORM)
    await discord.wait_until(lambda: discord.interaction(pressed)["acknowledged_at"] is not None)
    return pressed


@pytest.mark.parametrize("place", ["direct", "guild"])
async def test_view_is_written_in_a_form_and_stored_like_a_text(place: str) -> None:
    async with discord_bot(ask_for_view) as (discord, store):
        user = discord.create_user(locale="fr")
        room = discord.create_channel(discord.create_guild()) if place == "guild" else None
        pressed = await _opened(discord, user, room)
        form = discord.interaction(pressed)
        sent = discord.fill_in(user, pressed, "Plus d'autobus le soir, <@123456>!")
        [reply] = await discord.wait_for_messages(1, interaction=sent)
        share, view = store.messages
    assert form["callback_type"] == MODAL
    assert form["callback_data"] == {
        "custom_id": "t:view_text",
        "title": "Écrire mon opinion",
        "components": [
            {
                "type": 18,
                "label": "Mon opinion",
                "component": {
                    "type": 4,
                    "style": 2,
                    "label": None,
                    "custom_id": "view",
                    "required": True,
                    "placeholder": "Dans mes mots, sans nom ni coordonnées",
                    "max_length": 280,
                },
            }
        ],
    }
    assert (view.id, view.text, view.button) == (f"i{sent}", "Plus d'autobus le soir, !", None)
    assert view.conversation == share.conversation
    assert view.language_hint == "fr"
    assert discord.interaction(sent)["callback_type"] == DEFERRED
    assert reply.content == "Plus d'autobus le soir, !"
    assert reply.is_ephemeral == (place == "guild")


@pytest.mark.parametrize(
    ("locale", "title"),
    [
        ("en-GB", "Write my view"),
        ("fr", "Écrire mon opinion"),
        ("de", "Écrire mon opinion / Write my view"),
    ],
)
async def test_form_is_in_the_persons_language_or_in_both(locale: str, title: str) -> None:
    async with discord_bot(ask_for_view) as (discord, _):
        user = discord.create_user(locale=locale)
        pressed = await _opened(discord, user)
        assert discord.interaction(pressed)["callback_data"]["title"] == title


async def test_form_opens_at_once_though_the_store_is_gone() -> None:
    async with discord_bot(ask_for_view) as (discord, store):
        user = discord.create_user(locale="fr")
        asked = discord.slash(user, "ask", {"question": "share"})
        [step] = await discord.wait_for_messages(1, interaction=asked)
        await discord.wait_until(lambda: store.waiting == {})
        store.is_gone = True
        pressed = discord.click(user, step.id, FORM)
        await discord.wait_until(lambda: discord.interaction(pressed)["callback_type"] == MODAL)
        store.is_gone = False
    assert [message.text for message in store.messages] == ["share"]


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
async def test_form_is_opened_though_the_line_was_cut(is_after: bool) -> None:
    async with discord_bot(ask_for_view) as (discord, store):
        user = discord.create_user(locale="fr")
        asked = discord.slash(user, "ask", {"question": "share"})
        [step] = await discord.wait_for_messages(1, interaction=asked)
        discord.fail("POST", "/callback", is_drop=True, is_after=is_after)
        pressed = discord.click(user, step.id, FORM)
        await discord.wait_until(lambda: discord.interaction(pressed)["callback_type"] == MODAL)
        sent = discord.fill_in(user, pressed, "Plus d'autobus")
        await discord.wait_for_messages(1, interaction=sent)
    assert [message.text for message in store.messages] == ["share", "Plus d'autobus"]


async def test_form_opened_before_a_restart_is_taken_after_it() -> None:
    store = MemoryStore(ask_for_view)
    async with DiscordServer() as discord:
        async with running(adapter_for(discord, store)):
            await discord.wait_until_connected()
            await discord.wait_until_registered()
            user = discord.create_user(locale="fr")
            pressed = await _opened(discord, user)
        async with running(adapter_for(discord, store)):
            await discord.wait_until_connected()
            sent = discord.fill_in(user, pressed, "Plus d'autobus")
            await discord.wait_for_messages(1, interaction=sent)
    assert store.messages[-1].text == "Plus d'autobus"


async def test_form_with_its_field_in_a_row_is_taken_too() -> None:
    field = {"type": 4, "custom_id": "view", "value": "Plus d'autobus"}
    row = {"type": 1, "components": [field]}
    async with discord_bot() as (discord, store):
        data = {"custom_id": FORM, "components": [row]}
        sent = discord.interact(discord.create_user(), MODAL_SUBMIT, data)
        await discord.wait_for_messages(1, interaction=sent)
    assert [message.text for message in store.messages] == ["Plus d'autobus"]


async def test_library_keeps_no_form_in_memory() -> None:
    store = MemoryStore(ask_for_view)
    async with DiscordServer() as discord, running(adapter_for(discord, store)) as adapter:
        await discord.wait_until_connected()
        await discord.wait_until_registered()
        await _opened(discord, discord.create_user(locale="fr"))
        assert adapter._client._connection._view_store._modals == {}


async def test_messages_of_a_conversation_are_stored_in_order_when_the_first_is_slow() -> None:
    class SlowStore(MemoryStore):
        async def accept(self, message: Any) -> Any:
            await asyncio.sleep(0.2 if message.text == "0" else 0)
            return await super().accept(message)

    store = SlowStore(silent)
    async with discord_bot(store=store) as (discord, _):
        user = discord.create_user()
        discord.slash(user, "ask", {"question": "0"})
        for number in range(1, 5):
            discord.send_dm(user, str(number))
        await discord.wait_until(lambda: len(store.messages) == 5)
    assert [message.text for message in store.messages] == ["0", "1", "2", "3", "4"]


async def test_interaction_is_acknowledged_while_the_store_is_gone_and_stored_after() -> None:
    async with discord_bot() as (discord, store):
        store.is_gone = True
        user = discord.create_user()
        asked = [discord.slash(user, "help"), discord.slash(user, "privacy")]
        await discord.wait_until(
            lambda: all(discord.interaction(one)["acknowledged_at"] for one in asked)
        )
        assert store.messages == []
        store.is_gone = False
        for one, text in zip(asked, ["/help", "/privacy"], strict=True):
            [reply] = await discord.wait_for_messages(1, interaction=one)
            assert reply.content == text
    assert [message.text for message in store.messages] == ["/help", "/privacy"]


async def test_person_is_told_when_the_store_stays_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "PATIENCE", 0.2)
    monkeypatch.setattr(receiving, "STORE_PAUSE", 0.05)
    async with discord_bot() as (discord, store):
        store.is_gone = True
        user = discord.create_user(locale="fr")
        room = discord.create_channel(discord.create_guild())
        asked = discord.slash(user, "aide", channel=room)
        [told] = await discord.wait_for_messages(1, interaction=asked)
        discord.send_dm(user, "help")
        [told_twice] = await discord.wait_for_messages(1, user=user)
        store.is_gone = False
        await _finish(discord, store)
    assert told.content == "Ça ne va pas."
    assert told.is_ephemeral
    assert told_twice.content == "Ça ne va pas.\n\nIt does not work."
    assert store.messages == []


async def test_person_is_told_once_a_minute_to_slow_down() -> None:
    async with discord_bot() as (discord, store):
        store.is_full = True
        user = discord.create_user(locale="en-US")
        first, second = discord.slash(user, "help"), discord.slash(user, "help")
        [told] = await discord.wait_for_messages(1, interaction=first)
        await discord.wait_until(
            lambda: (
                [one.is_deleted for one in discord.state.sent if one.interaction == second]
                == [True]
            )
        )
        discord.send_dm(user, "hello?")
        await discord.wait_until(lambda: store.tries["accept"] == 3)
        store.is_full = False
        await _finish(discord, store)
        shown = discord.messages(user=user)
    assert told.content == "Not so fast."
    assert shown == [told]


async def test_typing_is_shown_in_a_direct_channel() -> None:
    async with discord_bot(silent) as (discord, _):
        user = discord.create_user()
        discord.send_dm(user, "hello")
        await discord.wait_until(lambda: discord.direct_channel(user) in discord.state.typing)


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
async def test_interaction_is_answered_though_its_acknowledgement_was_cut_off(
    is_after: bool,
) -> None:
    async with discord_bot() as (discord, store):
        discord.fail("POST", "/callback", is_drop=True, is_after=is_after)
        room = discord.create_channel(discord.create_guild())
        asked = discord.slash(discord.create_user(), "help", channel=room)
        [reply] = await discord.wait_for_messages(1, interaction=asked)
    assert reply.content == "/help"
    assert len(store.messages) == 1


async def test_late_interaction_in_a_direct_channel_is_answered_by_a_message() -> None:
    async with discord_bot() as (discord, store):
        discord.fail("POST", "/callback", status=404, code=10062)
        user = discord.create_user()
        discord.slash(user, "help")
        [reply] = await discord.wait_for_messages(1, user=user)
    assert (reply.interaction, reply.content) == (None, "/help")
    assert len(store.messages) == 1


async def test_late_interaction_in_a_guild_is_left_because_it_shows_as_failed() -> None:
    async with discord_bot() as (discord, store):
        discord.fail("POST", "/callback", status=404, code=10062)
        room = discord.create_channel(discord.create_guild())
        discord.slash(discord.create_user(), "help", channel=room)
        await discord.wait_until(
            lambda: any("/callback" in one[1] for one in discord.state.requests)
        )
        await _finish(discord, store)
    assert store.messages == []
    assert discord.messages(channel=room) == []


async def test_log_shows_no_ids_tokens_or_texts(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with discord_bot() as (discord, _):
        user, room = discord.create_user("Zoé"), discord.create_channel(discord.create_guild())
        discord.fail("PATCH", "/webhooks", status=503)
        discord.fail("POST", "/typing", status=500)
        asked = discord.slash(user, "ask", {"question": "secretissime"}, channel=room)
        discord.interact(user, COMPONENT, {"component_type": 9, "custom_id": "odd"})
        await discord.wait_for_messages(1, interaction=asked)
        new_kind = discord.create_private_channel()
        discord.state.channels[new_kind].kind = 99  # the library prints its id on the root logger
        await discord.wait_for_messages(
            1, interaction=discord.slash(user, "help", channel=new_kind)
        )
        await discord.disconnect("close")
        await discord.wait_until(lambda: discord.gateway.resumes == 1)
        secrets = [user, room, new_kind, asked, "Zoé", "secretissime", discord.token, "token-"]
    ours = [
        record.getMessage()
        for record in caplog.records
        if not record.name.startswith(("asyncio", "aiohttp"))
    ]
    assert any("connection" in line for line in ours)
    assert not [line for line in ours for secret in secrets if secret in line]
