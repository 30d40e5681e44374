"""Take the pictures of the console in docs/how_to/pictures: made-up people, both languages.

    .venv/services/bin/python -m scripts.picture_console [name ...]

Run it when a page has changed its face, and look at each picture before it goes in.
"""

import shutil
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image

from bot.console.gate import COOKIE
from bot.console.rooms import open_console
from bot.content.library import load_library
from bot.editing.records import SideChange
from bot.safety.abuse import load_abuse_scores
from bot.safety.personal_data import load_personal_data
from bot.store.sql.database import open_database
from bot.store.vault import open_vault
from tests.contract.browser import chromium
from tests.contract.editing.folders import commit_all, git
from tests.contract.web_server import served
from tests.filled_console import ADMIN, fill_console

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs/how_to/pictures"
SIZE = {"width": 1160, "height": 1300}
PHONE = {"width": 390, "height": 844}
COLOURS = 128
LANGUAGES = ("fr", "en")
WORD = {"fr": "transparence", "en": "transparency"}
SOUGHT = {"fr": "données", "en": "data"}
PAGES = {
    "sign-in": "/console/sign-in",
    "queue": "/console/queue",
    "conversations": "/console/conversations?q={sought}",
    "transcript": "/console/conversations/{conversation}",
    "hand-over": "/console/conversations/{handed}",
    "views": "/console/views",
    "view": "/console/views/{pending}",
    "view-published": "/console/views/{approved}",
    "outcomes": "/console/views/outcomes",
    "content": "/console/content?q={word}",
    "topic": "/console/content/topics/transparency",
    "publish": "/console/content/publish",
    "history": "/console/content/history",
    "insight": "/console/insight",
    "audit": "/console/audit",
    "accounts": "/console/accounts",
    "me": "/console/me",
}
ON_A_PHONE = ("queue", "transcript")
PUBLISHED = SideChange(title="La transparence, c'est quoi?")
DRAFTED = SideChange(
    title="La transparence",
    text="La transparence, pour un gouvernement, c'est dire au public ce qu'il fait : ses "
    "politiques, ses programmes, ses décisions. L'information doit être juste, complète, utile et "
    "arriver au bon moment. Mais tout n'est pas public. La vie privée des gens, la sécurité et les "
    "dossiers confidentiels restent protégés.",
)


def main(wanted):
    """Take all pictures, or those whose names are given."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        filled = make(Path(folder))
        account = filled.parts.accounts.find(ADMIN)
        token = filled.parts.sessions.open(account.id)
        values = {
            name: getattr(filled, name)
            for name in ("conversation", "handed", "pending", "approved")
        }
        with served(open_console(filled.parts)) as address:
            for language in LANGUAGES:
                words = values | {"word": WORD[language], "sought": SOUGHT[language]}
                for name, path in PAGES.items():
                    who = "" if name == "sign-in" else token
                    if not wanted or name in wanted:
                        take(
                            browser,
                            address,
                            path.format(**words),
                            language,
                            who,
                            f"{name}-{language}",
                            SIZE,
                        )
                for name in ON_A_PHONE:
                    if not wanted or f"{name}-phone" in wanted:
                        take(browser, address, PAGES[name].format(**words), language, token,
                             f"{name}-phone-{language}", PHONE)  # fmt: skip
    return 0


def make(folder):
    """A record of a month, and a copy of the content."""
    home = folder / "home"
    for name in ("nlu", "stories", "tests/nlu", "tests/conversations"):
        shutil.copytree(ROOT / name, home / name)
    shutil.copy(ROOT / "config.yml", home)
    git(home, "init", "--quiet", "--initial-branch=main")
    commit_all(home, "Begin")
    return fill_console(
        open_database("", folder),
        open_vault(folder / "key.json", create=True),
        load_library(home),
        load_personal_data(home),
        scorer=load_abuse_scores(home).score,
        home=home,
        data_dir=folder,
        topic="transparency",
        sides=(PUBLISHED, DRAFTED),
        turns=3_000,
    )


def take(browser, address, path, language, token, name, size):
    """One page, as high as it is, up to one screen."""
    context = browser.new_context(
        base_url=address, viewport=size, color_scheme="light", locale=f"{language}-CA"
    )
    cookies = [{"name": "console_language", "value": language, "url": address}]
    if token:
        cookies.append({"name": COOKIE, "value": token, "url": address})
    context.add_cookies(cookies)
    page = context.new_page()
    answer = page.goto(path)
    print(answer.status, name)
    if token:
        page.wait_for_selector(".top nav .count")  # what waits is counted
    page.wait_for_timeout(300)
    height = min(page.evaluate("document.body.getBoundingClientRect().height"), size["height"])
    page.evaluate("window.scrollTo(0, 0)")
    shot = page.screenshot(clip={"x": 0, "y": 0, "width": size["width"], "height": height})
    picture = Image.open(BytesIO(shot)).convert("RGB").quantize(COLOURS)
    picture.save(FOLDER / f"{name}.png", optimize=True)
    context.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
