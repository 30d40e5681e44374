"""Several editors and processes at once, some of them killed: every save is whole, and kept."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.editing.records import Author, SideChange, TopicChange
from bot.editing.refusals import Conflict
from bot.editing.workshop import Workshop
from tests.contract.editing.folders import PARKS, git

SAVES = 8
SAVING = """
import sys
from pathlib import Path
from bot.editing.records import Author, SideChange, TopicChange
from bot.editing.workshop import Workshop
workshop = Workshop(Path(sys.argv[1]), Path(sys.argv[2]))
print("ready", flush=True)
for n in range(int(sys.argv[4])):
    side = SideChange(title=f"{sys.argv[3]} {n}")
    saved = workshop.save(sys.argv[3], TopicChange(sides={"fr": side}), {}, Author("P", "p@x.org"))
    print(saved.commit, flush=True)
"""


def start(workshop: Workshop, home: Path, topic: str, count: int) -> subprocess.Popen[str]:
    """Another process that saves the title of a topic again and again."""
    arguments = [str(home), str(workshop.root), topic, str(count)]
    process = subprocess.Popen(
        [sys.executable, "-c", SAVING, *arguments],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_processes_that_save_at_once_lose_nothing(workshop: Workshop, home: Path) -> None:
    first = git(workshop.root, "rev-parse", "HEAD")
    processes = [start(workshop, home, topic, SAVES) for topic in ("parks", "buses")]
    written = [line for each in processes for line in each.communicate(timeout=60)[0].split()]
    assert [process.returncode for process in processes] == [0, 0]
    commits = git(workshop.root, "rev-list", f"{first}..HEAD").split()
    assert sorted(commits) == sorted(written)
    assert len(commits) == 2 * SAVES
    assert workshop.topic("parks").sides["fr"].title == f"parks {SAVES - 1}"
    assert workshop.topic("buses").sides["fr"].title == f"buses {SAVES - 1}"


def test_process_that_is_killed_leaves_whole_saves_only(workshop: Workshop, home: Path) -> None:
    saved = 0
    for pause in (0.05, 0.11, 0.17, 0.23, 0.31):
        process = start(workshop, home, "parks", 1_000)
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        written = set(process.communicate()[0].split("\n")[:-1]) - {"None"}
        again = Workshop(home, workshop.root)
        again.open()
        assert git(workshop.root, "status", "--porcelain") == ""
        git(workshop.root, "fsck", "--strict")
        assert written <= set(git(workshop.root, "rev-list", "HEAD").split())
        saved += len(written)
        title = again.topic("parks").sides["fr"].title
        assert f"  title: {title}\n" in (workshop.root / PARKS).read_text("utf-8")
    assert saved > 0


def test_of_editors_who_began_alike_one_saves_and_the_others_are_told(
    workshop: Workshop, home: Path
) -> None:
    versions = workshop.topic("parks").versions

    def save(n: int) -> str:
        other = Workshop(home, workshop.root)
        change = TopicChange(sides={"fr": SideChange(text=f"De {n}.")})
        try:
            other.save("parks", change, versions, Author(f"E{n}", f"e{n}@example.org"))
        except Conflict as conflict:
            (field,) = conflict.fields
            assert field.yours == f"De {n}."
            return field.theirs
        return ""

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(save, range(6)))
    assert outcomes.count("") == 1
    winner = workshop.topic("parks").sides["fr"].text
    assert {outcome for outcome in outcomes if outcome} == {winner}


def test_reading_while_others_save_sees_whole_files(workshop: Workshop, home: Path) -> None:
    process = start(workshop, home, "parks", SAVES)
    while process.poll() is None:
        topic = workshop.topic("parks")
        assert topic.unreadable == ()
        assert topic.sides["en"].text == "An answer."
        assert len(workshop.topics()) == 4
    process.communicate()
    assert process.returncode == 0
