"""The moderator's how-to, followed step by step in a real browser, in both languages.

Everything that a step names in bold has to be on a page while that step is done.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import BrowserContext, Error, Locator, Page, expect

from bot.console.parts import Parts
from bot.console.sign_in.codes import STEP
from bot.store.sql.handovers import HandOvers
from bot.store.sql.record import Record
from tests.contract.console.conftest import ROOT, OpenBrowser
from tests.contract.console.content_home import make_home, over
from tests.contract.console.door import GOOD, add_account
from tests.contract.console.queue_data import fill, views
from tests.contract.editing.folders import commit_all
from tests.contract.record.entries import turn, view
from tests.contract.stores import conversation
from tests.how_tos import WHAT_IS_SEEN, how_to, steps_of

SAM = "sam@example.org"
ASKS = conversation(31)
"""Who asks for a person; see `queue_data`."""
TALKS = conversation(90)
ANSWER = "voting"
"""In the bot's content, and in the draft."""
LOST = "lost0001"
ANSWERED = "view0002"


@pytest.fixture
def parts(parts: Parts, tmp_path: Path) -> Parts:
    """A morning's work, over content of the test's own."""
    home = make_home(tmp_path / "home")
    shutil.copy(ROOT / f"stories/answers/{ANSWER}.yml", home / "stories/answers")
    commit_all(home, "Answer questions about voting")
    parts = over(parts, home)
    add_account(parts, SAM)
    fill(parts)
    now = parts.now()
    record = Record(parts.engine, parts.vault)
    record.write(
        [
            turn("t1", now - 700, of=ASKS, platform="telegram", text="je veux parler à quelqu'un"),
            turn("t2", now - 200, of=TALKS, text="mon ami Félix peut voter?", answers=[ANSWER]),
            *views(4, at=now - 4900, start=10),
            view(LOST, now - 9000, of=conversation(80), receipt="7KQ2-M9XD"),
        ]
    )
    parts.views.approve(ANSWERED, "Plus de bus, ligne 2.", "Ana")
    return parts


class Moderator:
    """Does what each step says, with the words of the page in one language."""

    def __init__(self, parts: Parts, context: BrowserContext, language: str) -> None:
        self.parts = parts
        self.language = language
        self.page: Page = context.new_page()
        self.handovers = HandOvers(parts.engine, parts.vault)
        self.steps: list[Callable[[], None]] = [
            getattr(self, name) for name in sorted(dir(self)) if name.startswith("step_")
        ]
        self._seen: list[str] = []

    # --- What one does on a page ------------------------------------------------------------------

    def t(self, key: str, **values: object) -> str:
        return self.parts.words.get(key, self.language, **values)

    def look(self) -> None:
        """Take in what is on the page."""
        while True:
            with suppress(Error):  # the page was left meanwhile
                self._seen.append(self.page.evaluate(WHAT_IS_SEEN))
                return
            self.page.wait_for_load_state()

    def seen(self) -> str:
        """Everything since the last step."""
        self.look()
        text, self._seen = "\n".join(self._seen), []
        return text

    def press(self, key: str, within: Locator | None = None, role: str = "button") -> None:
        """Press what bears these words; more may follow, such as its key or a number."""
        name = re.compile(rf"^\s*{re.escape(self.t(key))}")
        found = (within or self.page).get_by_role(role, name=name)  # type: ignore[arg-type]
        expect(found.first).to_be_visible()
        self.look()
        found.first.click()
        self.page.wait_for_load_state()

    def open(self, key: str) -> None:
        """Unfold what hides under a line."""
        self.page.locator("summary", has_text=self.t(key)).first.click()
        self.look()

    def fill(self, key: str, text: str) -> None:
        self.page.get_by_label(self.t(key), exact=True).fill(text)

    def go_to_room(self, name: str) -> None:
        self.press(f"menu.{name}", self.page.locator(".top nav"), "link")

    def expect_said(self, key: str) -> None:
        expect(self.page.locator(".said").first).to_have_text(self.t(key))

    def item(self, part: str) -> Locator:
        """The first that waits in a part of the queue."""
        return self.page.locator(f"[data-list={part}] .item").first

    def settle(self, part: str, outcome: str) -> None:
        """Settle the first of a part, and see it go."""
        item = self.item(part)
        id = item.get_attribute("data-item")
        self.press(outcome, item)
        expect(self.page.locator(f"[data-list={part}] [data-item='{id}']")).to_have_count(0)

    def tab(self, part: str) -> None:
        self.press(f"queue.{part}", self.page.locator("#live nav"), "link")

    # --- The steps --------------------------------------------------------------------------------

    def step_01(self) -> None:
        self.page.goto("/console/")
        self.fill("sign_in.email", SAM)
        self.fill("sign_in.password", GOOD)
        self.press("sign_in.enter")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.t("queue.title"))

    def step_02(self) -> None:
        self.page.get_by_role("link", name="Sam Roy").click()
        self.press("accounts.factor_begin")
        secret = re.sub(r"\s", "", self.page.locator("code.key").inner_text())
        self.fill("sign_in.code", pyotp.TOTP(secret).at(int(self.parts.now())))
        self.press("accounts.factor_confirm")
        self.expect_said("said.second_factor_on")
        self.press("menu.sign_out")
        self.fill("sign_in.email", SAM)
        self.fill("sign_in.password", GOOD)
        self.press("sign_in.enter")
        next_code = pyotp.TOTP(secret).at(int(self.parts.now()) + STEP)
        self.fill("sign_in.code", next_code)  # the first one was taken already
        self.press("sign_in.enter")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.t("queue.title"))

    def step_03(self) -> None:
        self.go_to_room("queue")
        self.page.keyboard.press("?")
        expect(self.page.get_by_role("dialog")).to_be_visible()
        self.look()
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("j")
        expect(self.item("crisis")).to_be_focused()

    def step_04(self) -> None:
        self.press("queue.open", self.item("crisis"), "link")
        expect(self.page.locator(".sign.alarm").first).to_be_visible()
        self.page.go_back()
        self.settle("crisis", "queue.outcome_looked_at")
        self.press("queue.undo", self.page.locator("#toast"))
        expect(self.item("crisis")).to_be_visible()
        self.settle("crisis", "queue.outcome_helped")

    def step_05(self) -> None:
        self.press("queue.take", self.item("people"))
        self.expect_said("said.conversation_taken")
        held = self.handovers.current(ASKS)
        assert held is not None
        assert held.taken_by == SAM

    def step_06(self) -> None:
        ready = self.parts.library.word("canned.hello", "fr")
        self.press("canned.hello")
        expect(self.page.get_by_label(self.t("conversations.your_message"))).to_have_value(ready)
        self.open("conversations.what_they_see")
        expect(self.page.locator("#shown")).to_have_text(ready)
        self.open("conversations.ready_en")
        self.press("conversations.send")
        self.expect_said("said.message_left")
        (message,) = self.handovers.messages(ASKS)
        assert message.text == ready

    def step_07(self) -> None:
        Record(self.parts.engine, self.parts.vault).write(
            [
                turn(
                    "t9",
                    self.parts.now() + 5,
                    of=ASKS,
                    platform="telegram",
                    text="merci!",
                    answers=[],
                )
            ]
        )
        expect(self.page.locator("#timeline .person").last).to_contain_text("merci!")
        self.press("conversations.still_here")
        self.press("conversations.give_back")
        self.expect_said("said.conversation_given_back")
        assert self.handovers.current(ASKS) is None
        self.go_to_room("queue")
        self.settle("people", "queue.outcome_helped")

    def step_08(self) -> None:
        self.tab("views")
        expect(self.item("views")).to_contain_text("Le maire est un idiot.")

    def step_09(self) -> None:
        keys = self.page.keyboard
        keys.press("j")
        keys.press("j")
        chosen = self.page.locator(".item.chosen")
        id = chosen.get_attribute("data-item")
        assert id
        keys.press("a")
        keys.insert_text("A text that says the same.")
        self.press("views.save", chosen)
        expect(self.page.locator("#toast-text")).to_have_text(self.t("said.translation_saved"))
        keys.press("b")
        keys.press("a")
        expect(self.page.locator(f"[data-item={id}]")).to_have_count(0)
        decided = self.parts.views.get(id)
        assert decided.status == "approved"
        keys.press("a")
        keys.insert_text("Another text.")
        keys.press("Tab")
        keys.press("Space")
        next_one = str(chosen.get_attribute("data-item"))
        keys.press("Control+Enter")
        expect(self.page.locator(f"[data-item={next_one}]")).to_have_count(0)
        assert self.parts.views.get(next_one).status == "approved"

    def step_10(self) -> None:
        self.page.keyboard.press("r")
        expect(self.page.get_by_role("dialog")).to_be_visible()
        self.look()
        id = self.page.locator("#reasons").get_attribute("data-about")
        assert id
        self.page.keyboard.press("1")
        expect(self.page.locator(f"[data-item={id}]")).to_have_count(0)
        assert self.parts.views.get(id).status == "rejected"

    def step_11(self) -> None:
        items = self.page.locator("[data-list=views] .item")
        ids = [str(items.nth(place).get_attribute("data-item")) for place in range(2)]
        for id in ids:
            self.page.locator(f"[data-item={id}]").focus()
            self.page.keyboard.press("x")
        expect(self.page.locator("#ticked")).to_have_text("2")
        self.page.locator("#bulk-reason").select_option("unclear")
        self.press("views.bulk_reject")
        expect(self.page.get_by_role("status")).to_contain_text(
            self.t("views.bulk_some", done=2, count=2)
        )
        assert [self.parts.views.get(id).status for id in ids] == ["rejected", "rejected"]

    def step_12(self) -> None:
        self.go_to_room("queue")
        self.look()
        self.settle("votes", "queue.release")
        assert self.parts.views.holds() == []

    def step_13(self) -> None:
        self.settle("questions", "queue.handled")
        self.settle("questions", "queue.dismiss")

    def step_14(self) -> None:
        self.go_to_room("conversations")
        self.open("conversations.filters")
        self.page.get_by_role("searchbox").fill("ami vot")
        self.press("conversations.find")
        while self.page.locator(f"a.code[href$='{TALKS}']").count() == 0:
            self.page.reload()  # the search has not read everything yet
        self.page.locator("a.code").first.click()
        expect(self.page.locator("#timeline mark.hidden")).to_be_visible()

    def step_15(self) -> None:
        self.page.locator("#timeline summary").first.click()
        self.open("conversations.show_hidden")
        self.fill("conversations.reason", "savoir de qui il s'agit")
        self.press("conversations.show_this_page")
        expect(self.page.locator("#timeline")).to_contain_text("Félix")
        (noted,) = self.parts.audit.read(action="revealed")
        assert noted.by == SAM

    def step_16(self) -> None:
        self.fill("conversations.add_label", self.t("conversations.label_wrong-answer"))
        self.press("conversations.add")
        expect(self.page.locator(".badge.label")).to_have_text(
            self.t("conversations.label_wrong-answer")
        )
        self.fill("conversations.add_note", "Il manque un sujet.")
        self.press("conversations.keep_note")
        expect(self.page.locator(".note .text")).to_have_text("Il manque un sujet.")

    def step_17(self) -> None:
        self.press("conversations.make_test", role="link")
        self.fill("conversations.test_name", "friend_asks_about_voting")
        self.fill("conversations.test_says", "can somebody I know vote too")
        self.fill("conversations.test_answers", ANSWER)
        self.press("conversations.keep_test")
        self.expect_said("said.conversation_test_made")

    def step_18(self) -> None:
        self.go_to_room("views")
        self.page.get_by_label(self.t("views.status"), exact=True).select_option("approved")
        self.press("views.search")
        self.page.get_by_role("link", name=ANSWERED).click()
        expect(self.page.get_by_text(self.t("views.reactions_few"))).to_be_visible()
        self.fill("views.outcome_fr", "Deux bus de plus le soir.")
        self.fill("views.outcome_en", "Two more buses in the evening.")
        self.press("views.outcome_preview")
        self.press("views.outcome_send")
        self.expect_said("said.outcome_added")
        self.press("views.back_to_list", role="link")
        self.press("views.outcomes", role="link")
        expect(self.page.get_by_label(self.t("views.theme"), exact=True)).to_be_visible()

    def step_19(self) -> None:
        self.page.goto(f"/console/views/{LOST}")
        self.fill("views.withdraw_confirm", "7kq2-m9xd")
        self.press("views.withdraw")
        self.expect_said("said.view_withdrawn")
        assert self.parts.views.get(LOST).status == "withdrawn"

    def step_20(self) -> None:
        self.go_to_room("queue")
        for part in ("crisis", "people"):
            expect(self.page.locator(f"[data-list={part}] .item")).to_have_count(0)
        self.page.locator("#settled summary").click()
        expect(self.page.locator("#settled tbody tr")).to_have_count(4)  # two alerts, two clusters
        self.go_to_room("conversations")
        self.press("conversations.tab_mine", role="link")
        expect(self.page.get_by_text(self.t("conversations.none_found"))).to_be_visible()
        self.press("menu.sign_out")
        self.expect_said("said.signed_out")


@pytest.mark.timeout(400)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_moderator_s_morning(browse: OpenBrowser, parts: Parts, language: str) -> None:
    context = browse(None, language=language)
    context.set_default_timeout(20_000)
    moderator = Moderator(parts, context, language)
    steps = steps_of(how_to("moderators_morning", language))
    assert len(moderator.steps) == len(steps)
    for step, do in zip(steps, moderator.steps, strict=True):
        moderator.look()
        try:
            do()
        except (AssertionError, Exception) as error:
            raise AssertionError(f"step {step.number}: {step.text}") from error
        assert step.missing(moderator.seen()) == [], f"step {step.number}: {step.text}"
