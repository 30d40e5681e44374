"""What people gave is encrypted anew in Redis, wherever it lies, and stays as long as before."""

from __future__ import annotations

from cryptography.fernet import Fernet

from bot.store.redis.rekeying import rekey
from bot.store.vault import Vault
from tests.contract.stores import RedisStore, conversation

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
BEFORE, BOTH, NEWEST = (Vault(b"i" * 32, keys) for keys in ([OLD], [NEW, OLD], [NEW]))
PEOPLE = range(1, 40)


async def test_old_key_may_go_afterwards(redis_store: RedisStore) -> None:
    client, keys = redis_store.connection.client, redis_store.keys
    for of in PEOPLE:
        await client.set(keys.given(conversation(of)), BEFORE.lock({"of": of}), ex=5000)
    await client.set(keys.given(conversation(50)), NEWEST.lock({"of": 50}), ex=5000)
    await client.set(keys.board(), BEFORE.lock({"statements": {}}))

    assert await rekey(redis_store.connection, BOTH, NEWEST, keys) == (41, 40)

    for of in (*PEOPLE, 50):
        assert NEWEST.unlock(await client.get(keys.given(conversation(of)))) == {"of": of}
        assert 4900 < await client.ttl(keys.given(conversation(of))) <= 5000
    assert NEWEST.unlock(await client.get(keys.board())) == {"statements": {}}
    assert await rekey(redis_store.connection, BOTH, NEWEST, keys) == (41, 0)
