"""The stand-in's gateway: sessions that a websocket may leave and resume, with nothing missed."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from tests.platforms.discord_state import Json, State, snowflake

GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 0, 1 << 9, 1 << 12
MESSAGE_CONTENT = 1 << 15
PRIVILEGED = 1 << 1 | 1 << 8 | MESSAGE_CONTENT
DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
BAD_TOKEN, PRIVILEGED_REFUSED = 4004, 4014


@dataclass
class Session:
    """All events for one IDENTIFY; the n-th has sequence number n, from 1 on."""

    intents: int
    id: str = field(default_factory=snowflake)
    events: list[Json] = field(default_factory=list)
    socket: web.WebSocketResponse | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, name: str, data: Json) -> None:
        """Queue an event; it is kept while nobody is connected."""
        number = len(self.events) + 1
        self.events.append({"op": DISPATCH, "t": name, "s": number, "d": data})
        self.news.set()


class Gateway:
    """Answers at `/gateway`."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.url = ""
        self.session: Session | None = None
        self.is_down = False
        """Whether new connections are refused."""
        self.identifies = 0
        self.resumes = 0

    @property
    def is_connected(self) -> bool:
        """Whether a bot listens."""
        return self.session is not None and self.session.socket is not None

    def dispatch(self, name: str, data: Json, intent: int = 0) -> None:
        """Send an event to the bot, if it asked for its kind."""
        if self.session is None:
            raise RuntimeError("no bot has connected yet")
        if not intent or self.session.intents & intent:
            self.session.add(name, data)

    async def disconnect(self, how: str) -> None:
        """Lose the bot: `close`, `reconnect` (asked to) or `invalidate` (nothing to resume)."""
        if self.session is None or self.session.socket is None:
            raise RuntimeError("no bot is connected")
        socket, self.session.socket = self.session.socket, None
        if how == "close":
            await socket.close(code=4000)
        elif how == "reconnect":
            await socket.send_json({"op": RECONNECT, "d": None})
        elif how == "invalidate":
            self.session = None
            await socket.send_json({"op": INVALID, "d": False})
        else:
            raise ValueError(how)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One websocket, from HELLO to its end."""
        if self.is_down:
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": HELLO, "d": {"heartbeat_interval": 41_250}})
        writer: asyncio.Task[None] | None = None
        session: Session | None = None
        try:
            async for frame in socket:
                if frame.type is not WSMsgType.TEXT:
                    continue
                packet = json.loads(frame.data)
                if packet["op"] == HEARTBEAT:
                    await socket.send_json({"op": ACK})
                elif packet["op"] in (IDENTIFY, RESUME):
                    session, position = await self._begin(socket, packet)
                    if session is not None:
                        writer = asyncio.create_task(_write(session, socket, position))
        finally:
            if writer is not None:
                writer.cancel()
            if session is not None and session.socket is socket:
                session.socket = None
        return socket

    async def _begin(
        self, socket: web.WebSocketResponse, packet: Json
    ) -> tuple[Session | None, int]:
        data = packet["d"]
        if data["token"] != self._state.token:
            await socket.close(code=BAD_TOKEN)
            return None, 0
        if packet["op"] == RESUME:
            return await self._resume(socket, data)
        if data["intents"] & PRIVILEGED:
            await socket.close(code=PRIVILEGED_REFUSED)
            return None, 0
        self.identifies += 1
        self.session = session = Session(data["intents"], socket=socket)
        session.add("READY", self._ready(session))
        for guild in self._state.guilds.values():
            if guild.has_bot:
                session.add("GUILD_CREATE", self._state.guild_json(guild))
        return session, 0

    async def _resume(
        self, socket: web.WebSocketResponse, data: Json
    ) -> tuple[Session | None, int]:
        session = self.session
        if session is None or session.id != data["session_id"]:
            await socket.send_json({"op": INVALID, "d": False})
            return None, 0
        self.resumes += 1
        session.socket = socket
        session.add("RESUMED", {})
        return session, int(data["seq"])

    def _ready(self, session: Session) -> Json:
        guilds = [
            {"id": guild.id, "unavailable": True}
            for guild in self._state.guilds.values()
            if guild.has_bot
        ]
        return {
            "v": 10,
            "user": self._state.bot.to_json(),
            "guilds": guilds,
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "application": {"id": self._state.bot.id, "flags": 0},
        }


async def _write(session: Session, socket: web.WebSocketResponse, position: int) -> None:
    """Send what comes after the position, and all that follows."""
    while not socket.closed:
        while position < len(session.events):
            await socket.send_json(session.events[position])
            position += 1
        session.news.clear()
        await session.news.wait()
