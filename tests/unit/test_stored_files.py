"""Files that go with replies: which are ours, waited for how long, and dropped when."""

from __future__ import annotations

import pytest

from bot.adapters.stored_files import PICTURE_NAME, drop_file, picture_name, wait_for_file
from bot.conversation.messages import Image
from bot.store.memory import MemoryFiles


@pytest.mark.parametrize(
    ("image", "name"),
    [
        (None, None),
        (Image("/pictures/views-fr.png", ""), "views-fr.png"),
        (Image("https://example.org/pictures/a.png", ""), None),
        (Image("/page/favicon.svg", ""), None),
    ],
    ids=["none", "ours", "elsewhere", "of the page"],
)
def test_picture_of_ours_is_told_by_its_address(image: Image | None, name: str | None) -> None:
    assert picture_name(image) == name


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("views.png", True),
        ("views-fr_2.png", True),
        ("a" * 80 + ".png", True),
        ("a" * 81 + ".png", False),
        (".png", False),
        ("views.svg", False),
        ("views.png.png", False),
        ("../views.png", False),
        ("-views.png", False),
        ("é.png", False),
        ("views.png\n", False),
    ],
)
def test_names_of_pictures_are_plain(name: str, fits: bool) -> None:
    assert bool(PICTURE_NAME.fullmatch(name)) == fits


class Sleeper:
    """Lets a file appear when it has slept so many seconds."""

    def __init__(self, files: MemoryFiles, appears_at: float) -> None:
        self.slept = 0.0
        self._files = files
        self._appears_at = appears_at

    async def __call__(self, seconds: float) -> None:
        self.slept += seconds
        if self.slept >= self._appears_at:
            await self._files.put("token", b"{}", seconds=60)


@pytest.mark.parametrize(
    ("seconds", "appears_at", "content", "slept"),
    [
        (10, 0.25, b"{}", 0.25),
        (10, 9.9, b"{}", 10),
        (10, 10.25, None, 10),
        (0, 0.25, None, 0),
    ],
    ids=["soon", "at the last look", "too late", "not waited for"],
)
async def test_file_is_waited_for_so_long(
    seconds: float, appears_at: float, content: bytes | None, slept: float
) -> None:
    files = MemoryFiles()
    sleeper = Sleeper(files, appears_at)
    assert await wait_for_file(files, "token", seconds=seconds, sleep=sleeper) == content
    assert sleeper.slept == slept


async def test_delivered_file_is_dropped_unless_a_newer_one_has_come() -> None:
    files = MemoryFiles()
    await files.put("token", b"new", seconds=60)
    await drop_file(files, "token", b"old")
    assert await files.read("token") == b"new"
    await drop_file(files, "token", b"new")
    assert await files.read("token") is None
