"""Take the pictures of the console in docs/how_to/pictures: made-up people, both languages.

    .venv/services/bin/python scripts/picture_console.py [name ...]

Run it when a page has changed its face, and look at each picture before it goes in.
"""

import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import select, update

from bot.console.gate import COOKIE
from bot.console.parts import make_parts
from bot.console.rooms import open_console
from bot.content.library import load_library
from bot.safety.abuse import load_abuse_scores
from bot.safety.personal_data import load_personal_data
from bot.store.sql.database import open_database
from bot.store.sql.handovers import HandOvers
from bot.store.sql.record import Record
from bot.store.sql.tables import alerts, turns, views
from bot.store.vault import open_vault
from tests.contract.browser import chromium
from tests.contract.web_server import served
from tests.simulated_record import fill

FOLDER = ROOT / "docs/how_to/pictures"
SIZE = {"width": 1200, "height": 800}
PHONE = {"width": 390, "height": 780}
LANGUAGES = ("fr", "en")
PAGES = {
    "sign-in": "/console/sign-in",
    "queue": "/console/queue",
    "conversations": "/console/conversations?q=gouvernement",
    "transcript": "/console/conversations/{conversation}",
    "hand-over": "/console/conversations/{handed}",
    "views": "/console/views",
    "view": "/console/views/{view}",
    "outcomes": "/console/views/outcomes",
    "content": "/console/content",
    "topic": "/console/content/topics/open_government",
    "publish": "/console/content/publish",
    "history": "/console/content/history",
    "insight": "/console/insight",
    "audit": "/console/audit",
    "accounts": "/console/accounts",
    "me": "/console/me",
}


def main(wanted):
    """Take all pictures, or those whose names are given."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        parts, values = make(Path(folder))
        admin = parts.accounts.find("sam@example.org")
        with served(open_console(parts)) as address:
            for language in LANGUAGES:
                for name, path in PAGES.items():
                    if wanted and name not in wanted:
                        continue
                    token = "" if name == "sign-in" else parts.sessions.open(admin.id)
                    take(browser, address, path.format(**values), name, language, token)
    return 0


def make(folder):
    """A record of a month, with something in every room."""
    vault = open_vault(folder / "key.json", create=True)
    engine = open_database("", folder)
    record = Record(engine, vault, load_abuse_scores(ROOT).score)
    now = time.time()
    fill(record, ROOT, turns=6_000, views=120, until=now - 60, days=28)
    personal_data = load_personal_data(ROOT)
    parts = make_parts(
        engine, vault, load_library(ROOT), personal_data, home=ROOT, data_dir=folder
    )
    parts.accounts.add(email="sam@example.org", role="admin", name="Sam Tremblay")
    parts.accounts.add(email="ines@example.org", role="moderator", name="Inès Diallo")
    parts.accounts.add(email="kai@example.org", role="editor", name="Kai Martin")
    with engine.begin() as connection:
        decided = {"status": "approved", "decided_at": now}
        connection.execute(update(views).where(views.c.id >= f"{40:08x}").values(**decided))
        spoken = select(turns.c.conversation).order_by(turns.c.at.desc())
        conversation = connection.scalar(spoken)
        asked = select(alerts).where(alerts.c.answer == "talk_to_human")
        person = connection.execute(asked.order_by(alerts.c.at.desc())).first()
    hand_overs = HandOvers(engine, vault)
    number = hand_overs.take(person.conversation, person.platform, person.language, "sam@example.org")
    hand_overs.write(
        number, "Bonjour, ici Sam de l'équipe. Qu'est-ce que je peux faire pour toi?", "sam@example.org"
    )
    parts.audit.note(by="ines@example.org", role="moderator", action="sign_in")
    values = {"conversation": conversation, "handed": person.conversation, "view": f"{3:08x}"}
    return parts, values


def take(browser, address, path, name, language, token):
    """One page, as large as it is, up to two screens."""
    context = browser.new_context(base_url=address, viewport=SIZE, color_scheme="light")
    cookies = [{"name": "console_language", "value": language, "url": address}]
    if token:
        cookies.append({"name": COOKIE, "value": token, "url": address})
    context.add_cookies(cookies)
    page = context.new_page()
    answer = page.goto(path)
    print(answer.status, path)
    page.wait_for_timeout(700)  # the search reads, the counts come
    if name == "conversations":
        page.wait_for_selector("#search-filling", state="detached")
        page.reload()
    height = min(page.evaluate("document.documentElement.scrollHeight"), 2 * SIZE["height"])
    page.set_viewport_size({"width": SIZE["width"], "height": max(height, 400)})
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_timeout(200)
    page.screenshot(path=FOLDER / f"{name}-{language}.png")
    context.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
