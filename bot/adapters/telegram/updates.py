"""What an update of Telegram says to us: an `IncomingMessage`, or nothing.

An edited message is left alone on purpose: its first version has been answered, and a second answer
would come out of order, or change what was said at an earlier step. A new message does it better.
So are joins, blocks, channel posts and everything that no person said.
"""

from __future__ import annotations

import re

from telegram import CallbackQuery, Chat, Message, MessageEntity, Update, User

from bot.adapters.telegram.address import Address
from bot.conversation.identity import conversation_id
from bot.conversation.messages import IncomingMessage, as_language

LONGEST_TEXT = 4_096
"""Telegram's own limit; the core answers what is over ours."""

COMMAND = re.compile(
    r"/(?P<name>[A-Za-z0-9_]{1,32})(?:@(?P<bot>[A-Za-z0-9_]+))?(?:\s+(?P<rest>.*))?", re.DOTALL
)
QUESTION = "ask"
"""The command that lets people in groups put a question: `/ask what is open data`."""


def read_update(
    update: Update, me: User, *, identity_key: bytes, at: float
) -> IncomingMessage | None:
    """What a person said to the bot `me`, or None when the update holds no such thing."""
    if update.callback_query:
        return _read_press(update, update.callback_query, identity_key, at)
    if update.message:
        return _read_message(update, update.message, me, identity_key, at)
    return None


def _read_press(
    update: Update, press: CallbackQuery, identity_key: bytes, at: float
) -> IncomingMessage | None:
    if press.data is None or press.message is None:
        return None
    thread = _thread(press.message) if isinstance(press.message, Message) else None
    person, chat = press.from_user, press.message.chat
    return IncomingMessage(
        conversation=_conversation(identity_key, person, chat),
        platform="telegram",
        id=_delivery(update),
        at=at,
        button=press.data,
        language_hint=as_language(person.language_code),
        return_address=Address(chat.id, thread).to_json(),
    )


def _read_message(
    update: Update, message: Message, me: User, identity_key: bytes, at: float
) -> IncomingMessage | None:
    person = message.from_user
    if person is None or person.is_bot or message.sender_chat:
        return None
    text = _text_for(me, message)
    if text is None:
        return None
    chat = message.chat
    asked_in = None if chat.type == Chat.PRIVATE else message.message_id
    return IncomingMessage(
        conversation=_conversation(identity_key, person, chat),
        platform="telegram",
        id=_delivery(update) if text else _wordless_delivery(update, message),
        at=at,
        text=_whole_characters(text[:LONGEST_TEXT]),
        language_hint=as_language(person.language_code),
        return_address=Address(chat.id, _thread(message), asked_in).to_json(),
    )


def _delivery(update: Update) -> str:
    return f"u{update.update_id}"


def _wordless_delivery(update: Update, message: Message) -> str:
    """An album comes as one update for each picture; all without words are answered once."""
    album = message.media_group_id
    return f"g{album}" if album else _delivery(update)


def _conversation(identity_key: bytes, person: User, chat: Chat) -> str:
    return conversation_id(identity_key, "telegram", str(person.id), str(chat.id))


def _whole_characters(text: str) -> str:
    """The text without halves of emoji, which JSON can hold and nothing can store."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _thread(message: Message) -> int | None:
    return message.message_thread_id if message.is_topic_message else None


def _text_for(me: User, message: Message) -> str | None:
    """The words; empty for a sticker, a voice or the like; None when nobody spoke to us."""
    text = message.text if message.text is not None else message.caption
    if text is None and message.effective_attachment is None:
        return None
    text = text or ""
    if message.chat.type != Chat.PRIVATE:
        addressed = _addressed_to(me, message, text)
        if addressed is None:
            return None
        text = addressed
    return _plain_command(text)


def _addressed_to(me: User, message: Message, text: str) -> str | None:
    """In a group: the text without our name when it is for us, else None."""
    command = COMMAND.fullmatch(text)
    if command and command["bot"]:
        return text if _is_name_of(me, command["bot"]) else None
    mentions = [mention for mention in _mentions(message) if _is_mention_of(me, *mention)]
    for _, name in mentions:
        text = text.replace(name, "", 1).strip(" \n,:;")
    return text if mentions or _is_reply_to(me, message) else None


def _mentions(message: Message) -> list[tuple[MessageEntity, str]]:
    kinds: list[str | None] = [MessageEntity.MENTION, MessageEntity.TEXT_MENTION]
    if message.text is not None:
        return list(message.parse_entities(kinds).items())
    if message.caption is not None:
        return list(message.parse_caption_entities(kinds).items())
    return []


def _is_mention_of(me: User, entity: MessageEntity, name: str) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == me.id
    return _is_name_of(me, name.removeprefix("@"))


def _is_name_of(me: User, name: str) -> bool:
    return name.lower() == (me.username or "").lower()


def _is_reply_to(me: User, message: Message) -> bool:
    original = message.reply_to_message
    # In a topic, every message that replies to nothing "replies" to the topic's first notice.
    return bool(
        original
        and original.from_user
        and original.from_user.id == me.id
        and not original.forum_topic_created
    )


def _plain_command(text: str) -> str:
    """`/help@our_bot please` -> `/help please`; `/ask question` -> `question`."""
    command = COMMAND.fullmatch(text.strip())
    if not command:
        return text
    rest = command["rest"] or ""
    return rest if command["name"] == QUESTION else f"/{command['name']} {rest}".strip()
