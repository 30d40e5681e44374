"""Every key of ours in Redis, spelled once.

All keys of a conversation carry the hash tag of its partition, `{00}` to `{15}`, so that one script
may touch them all on one Redis and on a Redis Cluster alike.

    plv:{07}:schedule           sorted set   conversation -> when a worker may take it, in ms
    plv:{07}:leases             hash         conversation -> token of the worker that holds it
    plv:{07}:attempts           hash         conversation -> how often its head message was taken
    plv:{07}:bell               list         one item rings one waiting worker
    plv:{07}:journal            stream       what happened, for the recorder
    plv:{07}:outbox:telegram    stream       deliveries to one platform
    plv:{07}:sent:telegram      hash         position -> replies of it known to be out
    plv:{07}:counts             hash         platform|language|answer -> turns
    plv:{07}:seen               sorted set   marks of messages taken in -> when, in ms
    plv:{07}:inbox:<id>         list         messages that wait, oldest first
    plv:{07}:state:<id>         string       what is kept between turns
    plv:{07}:events:<id>        list         dialogue events, one item a turn
    plv:{07}:given:<id>         string       consent, views and votes of a person
    plv:{07}:last:<id>          string       the latest delivery, web only
    plv:file:<name>             string       a picture, or what is held about somebody, for minutes
    plv:board                   string       what is published: views and what people think
    plv:engines                 sorted set   engine worker -> when it last showed life, in ms
    plv:releases                hash         release and engine -> how the one came to the other
    plv:discord:commands        string       hash of the commands last registered

A conversation that was erased leaves no more than the turn's own delivery and journal entry, until
they are taken off, and in `seen` marks that nobody can tell from others: without those, a message
that the platform delivers again would bring the conversation back.
"""

from __future__ import annotations

from dataclasses import dataclass

PREFIX = "plv"
PREVIEW = "plv-preview"
"""The prefix of conversations on a draft; nobody records them."""
PARTITIONS = 16


def partition_of(conversation: str) -> int:
    """The partition of a conversation id (hexadecimal); it never changes."""
    return int(conversation[:8], 16) % PARTITIONS


@dataclass(frozen=True)
class Keys:
    """Spells keys; tests give a prefix of their own."""

    prefix: str = PREFIX

    def _in(self, partition: int, name: str) -> str:
        return f"{self.prefix}:{{{partition:02}}}:{name}"

    def schedule(self, partition: int) -> str:
        return self._in(partition, "schedule")

    def leases(self, partition: int) -> str:
        return self._in(partition, "leases")

    def attempts(self, partition: int) -> str:
        return self._in(partition, "attempts")

    def bell(self, partition: int) -> str:
        return self._in(partition, "bell")

    def journal(self, partition: int) -> str:
        return self._in(partition, "journal")

    def outbox(self, partition: int, platform: str) -> str:
        return self._in(partition, f"outbox:{platform}")

    def sent(self, partition: int, platform: str) -> str:
        return self._in(partition, f"sent:{platform}")

    def counts(self, partition: int) -> str:
        return self._in(partition, "counts")

    def seen(self, partition: int) -> str:
        return self._in(partition, "seen")

    def inbox(self, conversation: str) -> str:
        return self._in(partition_of(conversation), f"inbox:{conversation}")

    def state(self, conversation: str) -> str:
        return self._in(partition_of(conversation), f"state:{conversation}")

    def events(self, conversation: str) -> str:
        return self._in(partition_of(conversation), f"events:{conversation}")

    def given(self, conversation: str) -> str:
        return self._in(partition_of(conversation), f"given:{conversation}")

    def file(self, name: str) -> str:
        return f"{self.prefix}:file:{name}"

    def board(self) -> str:
        return f"{self.prefix}:board"

    def last(self, conversation: str) -> str:
        return self._in(partition_of(conversation), f"last:{conversation}")

    def engines(self) -> str:
        return f"{self.prefix}:engines"

    def releases(self) -> str:
        return f"{self.prefix}:releases"

    def discord_commands(self) -> str:
        return f"{self.prefix}:discord:commands"


def given_pattern(keys: Keys) -> str:
    """What finds every key of `given`, and no other."""
    return f"{keys.prefix}:{{*}}:given:*"
