"""Publishing and going back, three times each, while 20 messages a second come in.

`.venv/services/bin/python tests/bench/publishing.py` prints one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.content.manifests import Manifest
from tests.bench.service import Figures
from tests.end_to_end.publishing import Load, Publisher, wait_for_release
from tests.end_to_end.stack import ROOT, Stack

PER_SECOND, TIMES, CALM = 20, 3, 2.0


async def measure() -> Figures:
    """Switch between two wordings under load, then hold the record against what was asked."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        publisher = Publisher(folder, ROOT / "var" / "models")
        settings = {"BOT_CONTENT_DIR": str(publisher.home)}
        async with Stack(folder, publisher.models, **settings) as stack:
            for verb in ("engine", "web", "recorder"):
                await stack.start(verb)
            await stack.wait_until_healthy()
            switches: list[float] = []
            began = time.monotonic()
            async with Load(stack, PER_SECOND) as load:
                for number in range(TIMES):
                    await asyncio.sleep(CALM)
                    published = publisher.publish(f"Autrement dit, {number},")
                    switches.append(await _switch(stack, published))
                    await asyncio.sleep(CALM)
                    switches.append(await _switch(stack, publisher.roll_back()))
            seconds = time.monotonic() - began
            wrong = await _wrong(load)
    return {
        "messages": load.count,
        "a_second": round(load.count / seconds, 1),
        "failed": len(load.failed),
        "lost_doubled_or_out_of_order": wrong,
        "published_and_rolled_back": TIMES,
        "median_seconds_of_a_switch": round(median(switches), 1),
        "median_milliseconds": round(1000 * median(load.seconds)),
        "slowest_milliseconds": round(1000 * max(load.seconds)),
    }


async def _switch(stack: Stack, release: Manifest) -> float:
    """Seconds until only this release speaks."""
    began = time.monotonic()
    await wait_for_release(stack, release, "live", engines=1)
    return time.monotonic() - began


async def _wrong(load: Load) -> int:
    """How many people's record is not what they asked, once each and in their order."""
    found = list(map(tuple, (await load.recorded()).values()))
    wrong = 0
    for questions in map(tuple, load.asked.values()):
        if questions in found:
            found.remove(questions)
        else:
            wrong += 1
    return wrong


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure())))
