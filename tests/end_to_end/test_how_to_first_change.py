"""Staff's first change, followed step by step as its how-to says, with the bot's real processes.

The first walk trains for real, which takes minutes. The second walk's training is played: its job
ends with the figures of the first, and its model is the one that is there.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Error, Locator, Page, async_playwright, expect

from bot.console.sign_in.passwords import Passwords
from bot.console.words import Words, load_words
from bot.content import releases
from bot.content.fingerprints import content_fingerprint
from bot.content.jobs import Job, Jobs
from bot.content.manifests import Manifest
from bot.processes.valkey import free_port
from bot.store.sql.accounts import Accounts
from bot.store.sql.database import open_database
from tests.contract.browser import ARGUMENTS
from tests.contract.editing.folders import commit_all, git, replace
from tests.end_to_end.publishing import ASKED, Publisher
from tests.end_to_end.stack import ROOT, Stack
from tests.how_tos import WHAT_IS_SEEN, how_to, steps_of

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(2400),
]

KAI, PASSWORD = "kai@example.org", "des mots faciles a retenir"
TOPIC = f"/console/content/topics/{ASKED}"
BY_HAND = "stories/answers/trust.yml"
NEW = {"fr": "Tout dire, pour un gouvernement", "en": "A government that says it all"}
EXAMPLES = {
    "fr": ("le monde y peuvent-tu tout voir", "do they show it all to folks"),
    "en": ("qu'est-ce qu'on nous montre au juste", "so like nothing gets hidden from us"),
}
"""New ones, French and English, for the walk in each language."""
PATIENCE, LONG = 120_000, 1_500_000
"""Milliseconds; the console checks all content when it starts, and a training takes minutes."""


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Publisher:
    publisher = Publisher(tmp_path_factory.mktemp("content"), models)
    git(publisher.home, "init", "--quiet", "--initial-branch=main")
    commit_all(publisher.home, "Begin")
    return publisher


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(
    tmp_path_factory: pytest.TempPathFactory, publisher: Publisher
) -> AsyncIterator[Stack]:
    port = free_port()
    settings = {"BOT_CONTENT_DIR": str(publisher.home), "BOT_CONSOLE_PORT": str(port)}
    settings["BOT_CONSOLE_URL"] = f"http://127.0.0.1:{port}"
    folder = tmp_path_factory.mktemp("first_change")
    async with Stack(folder, publisher.models, **settings) as stack:
        if (ROOT / "var/cache").is_dir():  # else every example is encoded anew
            shutil.copytree(ROOT / "var/cache", stack.data_dir / "cache")
        for verb in ("engine", "web", "trainer", "console"):
            await stack.start(verb)
        await stack.wait_until_healthy()
        engine = open_database("", stack.data_dir)
        Accounts(engine, stack.vault).add(
            email=KAI, role="editor", name="Kai", password_hash=Passwords().hash(PASSWORD)
        )
        engine.dispose()
        yield stack


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(bot: Stack) -> AsyncIterator[BrowserContext]:
    """Over the public address, as staff reach the console."""
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        path = shutil.which("chromium") or "/usr/bin/chromium"
        chromium = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        context = await chromium.new_context(base_url=f"http://127.0.0.1:{bot.port}")
        context.set_default_timeout(PATIENCE)
        yield context
        await chromium.close()


class Trainings:
    """The trainer, and after the first real training one that only plays it."""

    def __init__(self, bot: Stack, publisher: Publisher) -> None:
        self._bot = bot
        self._models = publisher.models
        self._draft = bot.data_dir / "draft"
        self._jobs = Jobs(bot.data_dir / "jobs")

    @property
    def measured(self) -> Job | None:
        """The first training that ended well."""
        done = [job for job in self._jobs.all() if job.kind == "train" and job.state == "done"]
        return done[-1] if done else None

    async def prepare(self) -> None:
        """Before a training is asked for: none but the first is to run."""
        if self.measured is not None:
            await self._bot.stop("trainer")

    def begin(self) -> None:
        """Let it look as if the training were under way, unless it is."""
        if self.measured is not None:
            sentence = {"fr": "Entraînement du modèle.", "en": "Training the model."}
            (job,) = self._jobs.waiting()
            self._jobs.note(
                job, state="running", phase="train", done=100, total=300, sentence=sentence
            )

    async def end(self) -> None:
        """End what was begun so, as a training ends that went well."""
        if (measured := self.measured) is None or (job := self._jobs.all()[0]).has_ended:
            return
        model, content = releases.live(self._models), content_fingerprint(self._draft)
        assert model is not None
        name = f"{job.id[:19]}-played.tar.gz"
        (self._models / name).symlink_to((self._models / model.archive).resolve())
        made = Manifest(name, model.archive_sha256, content, model.trained_at, model.seconds)
        releases.save_candidate(self._models, made)
        result = {**measured.result, "content": content, "archive": name}
        self._jobs.note(job, state="done", phase="smoke", sentence=measured.sentence, result=result)
        await self._bot.start("trainer")


class Editor:
    """Does what each step says, with the words of the page in one language."""

    def __init__(self, bot: Stack, publisher: Publisher, page: Page, language: str) -> None:
        self.bot = bot
        self.home = publisher.home
        self.trainings = Trainings(bot, publisher)
        self.page = page
        self.language = language
        self.words: Words = load_words()
        self.old: dict[str, str] = {}
        self.steps: list[Callable[[], Awaitable[None]]] = [
            getattr(self, name) for name in sorted(dir(self)) if name.startswith("step_")
        ]
        self._seen: list[str] = []

    # --- What one does on a page ------------------------------------------------------------------

    def t(self, key: str, **values: object) -> str:
        return self.words.get(key, self.language, **values)

    async def look(self) -> None:
        """Take in what is on the page."""
        while True:
            with suppress(Error):  # the page was left meanwhile
                self._seen.append(await self.page.evaluate(WHAT_IS_SEEN))
                return
            await self.page.wait_for_load_state()

    async def seen(self) -> str:
        """Everything since the last step."""
        await self.look()
        text, self._seen = "\n".join(self._seen), []
        return text

    async def press(self, key: str, within: Locator | None = None, role: str = "button") -> None:
        found = (within or self.page).get_by_role(role, name=self.t(key), exact=True).first  # type: ignore[arg-type]
        await expect(found).to_be_visible()
        await self.look()
        await found.click()
        await self.page.wait_for_load_state()

    async def go_to_place(self, name: str) -> None:
        await self.press(f"content.place_{name}", self.page.locator(".places"), "link")

    async def fill(self, key: str, text: str) -> None:
        await self.page.get_by_label(self.t(key), exact=True).fill(text)

    async def expect_text(self, key: str, patience: int = PATIENCE) -> None:
        found = self.page.get_by_text(self.t(key)).first
        await expect(found).to_be_visible(timeout=patience)
        await self.look()

    async def unfold(self, start: str) -> None:
        await self.page.locator("summary", has_text=start).first.click()

    def field(self, key: str, language: str) -> Locator:
        """A field of one side of a topic."""
        side = self.page.get_by_role("group", name=self.t(f"content.in_{language}"), exact=True)
        return side.get_by_label(self.t(key), exact=True)

    async def says(self, language: str) -> str:
        """What the bot itself answers."""
        answer = await self.bot.ask(f"reads {language}", button=f"a:{ASKED}", language=language)
        return str(answer["replies"][0]["text"])

    async def expect_answer(self, start: str) -> None:
        """The bot itself says so; the engine before may still answer for a moment."""

        async def is_so() -> bool:
            return (await self.says(self.language)).startswith(start)

        await self.bot.wait_for(is_so, f"the bot to say {start}")

    async def wait_until_live(self) -> None:
        """The page says so by itself, once an engine has taken it."""
        spoken = self.page.locator("#moving p", has=self.page.locator(".badge.good"))
        await expect(spoken).to_contain_text(self.t("content.speaks_it"))
        await self.look()

    # --- The steps --------------------------------------------------------------------------------

    async def step_01(self) -> None:
        await self.page.goto(f"/console/?lang={self.language}")
        await self.page.goto(f"/console/sign-in?lang={self.language}")
        await self.fill("sign_in.email", KAI)
        await self.fill("sign_in.password", PASSWORD)
        await self.press("sign_in.enter")
        await self.page.wait_for_url("**/console/queue")

    async def step_02(self) -> None:
        await self.press("menu.content", self.page.locator(".top nav"), "link")
        await self.expect_text("content.all_published")
        await self.fill(
            "content.search", {"fr": "transparence", "en": "transparency"}[self.language]
        )
        await self.press("content.find")
        await self.page.locator(f"th a[href='{TOPIC}']").click()

    async def step_03(self) -> None:
        for language in ("fr", "en"):
            self.old[language] = await self.says(language)
            field = self.field("content.field_text", language)
            text = await field.input_value()
            assert text
            await field.fill(f"{NEW[language]}. {text}")

    async def step_04(self) -> None:
        title = self.field("content.field_title", self.language)
        good = await title.input_value()
        await title.fill("o" * 58)
        await self.press("content.check")
        await self.expect_text("content.to_mend_one")
        await expect(title).to_have_attribute("aria-invalid", "true")
        await title.fill(good)
        await self.press("content.check")
        await self.expect_text("content.nothing_wrong")

    async def step_05(self) -> None:
        await self.page.get_by_label(self.t("content.reviewed_today")).check()
        await self.press("content.save_draft")
        await self.expect_text("said.content_saved")
        added = self.page.locator("ins", has_text=NEW[self.language].split()[0])
        await expect(added.first).to_be_visible()
        assert await self.says(self.language) == self.old[self.language]

    async def step_06(self) -> None:
        console = self.page
        async with console.expect_popup() as opening:
            await self.press("content.try_it", role="link")
        self.page = await opening.value
        await expect(self.page.locator("#try-state")).to_contain_text(self.t("content.ready"))
        await self.fill("content.your_message", example_of(self.home, self.language))
        await self.press("content.say")
        reply = self.page.locator(".reply .quote").first
        await expect(reply).to_contain_text(NEW[self.language])
        await self.look()
        await self.page.close()
        self.page = console

    async def step_07(self) -> None:
        await self.go_to_place("publish")
        await self.expect_text("content.nothing_wrong")
        await self.expect_text("content.model_fits")

    async def step_08(self) -> None:
        await self.press("content.publish_now")
        await self.expect_text("said.content_published")
        await self.wait_until_live()
        await self.expect_answer(NEW[self.language])
        assert git(self.home, "log", "-1", "--format=%an").strip() == "Kai"

    async def step_09(self) -> None:
        await self.look()
        await self.unfold(self.t("content.go_back_to", when="").rstrip("…"))
        await self.press("content.go_back_yes")
        await self.expect_text("said.content_back")
        await self.wait_until_live()
        await self.expect_answer(self.old[self.language])

    async def step_10(self) -> None:
        await self.go_to_place("history")
        await self.look()
        await self.page.get_by_role("link", name=ASKED).first.click()
        await expect(self.page.get_by_role("button", name=self.t("content.undo"))).to_be_visible()

    async def step_11(self) -> None:
        await self.page.goto(TOPIC)
        for language, example in zip(("fr", "en"), EXAMPLES[self.language], strict=True):
            field = self.page.get_by_label(self.t(f"content.examples_in_{language}"), exact=True)
            await field.fill(f"{(await field.input_value()).rstrip()}\n{example}")
        await self.unfold(self.t("content.field_held_out"))
        await self.press("content.save_draft")
        await self.expect_text("said.content_saved")

    async def step_12(self) -> None:
        await self.go_to_place("publish")
        await self.trainings.prepare()
        await self.press("content.train")
        self.trainings.begin()
        await expect(self.page.locator("progress").first).to_be_visible()
        await self.look()

    async def step_13(self) -> None:
        await self.trainings.end()
        figure = self.page.get_by_text(self.t("content.figure_distress_recognised")).first
        await expect(figure).to_be_visible(timeout=LONG)
        await self.press("content.publish_now")
        await self.expect_text("said.content_published")
        await self.wait_until_live()

    async def step_14(self) -> None:
        await self.go_to_place("topics")
        await self.press("content.new_topic", role="link")
        await self.fill("content.id", "school_visit")
        await self.press("content.make_it")
        await self.press("content.check")
        await expect(self.page.locator("#all-says li").first).to_be_visible()
        await self.page.goto("/console/content/topics/school_visit")
        await self.unfold(self.t("content.discard"))
        await self.press("content.discard_yes")
        await self.expect_text("said.content_discarded")

    async def step_15(self) -> None:
        await self.page.goto(TOPIC)
        colleague = await self.page.context.new_page()
        mine, self.page = self.page, colleague
        await self.page.goto(TOPIC)
        theirs = f"{NEW[self.language]}. Toujours. Always."
        await self.field("content.field_text", self.language).fill(theirs)
        await self.press("content.save_draft")
        await self.expect_text("said.content_saved")
        await colleague.close()
        self.page = mine
        await self.field("content.field_text", self.language).fill("Un autre texte. Another text.")
        await self.press("content.save_draft")
        await self.expect_text("content.conflict_title")
        await self.page.get_by_label(self.t("content.take_theirs"), exact=True).check()
        await self.press("content.save_draft")
        await expect(self.field("content.field_text", self.language)).to_have_value(theirs)

    async def step_16(self) -> None:
        title = {"fr": "title: ", "en": "title:  "}[self.language]
        replace(self.home, BY_HAND, title, f"{title} ")
        await self.page.goto("/console/content")
        await self.expect_text("content.edited_by_hand_one")
        await self.press("content.look_by_hand", role="link")
        await self.unfold(self.t("content.show_difference"))
        await self.press("content.adopt")
        await self.page.goto("/console/content/publish")
        await self.press("content.publish_now")
        await self.expect_text("said.content_published")
        await self.wait_until_live()
        await self.expect_answer(NEW[self.language])
        assert git(self.home, "status", "--porcelain") == ""
        await self.press("menu.sign_out")


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_first_change(
    bot: Stack, browser: BrowserContext, publisher: Publisher, language: str
) -> None:
    editor = Editor(bot, publisher, await browser.new_page(), language)
    steps = steps_of(how_to("first_change", language))
    assert len(editor.steps) == len(steps)
    for step, do in zip(steps, editor.steps, strict=True):
        await editor.look()
        try:
            await do()
        except Exception as error:
            raise AssertionError(f"step {step.number}: {step.text}") from error
        assert step.missing(await editor.seen()) == [], f"step {step.number}: {step.text}"


def example_of(home: Path, language: str) -> str:
    """Something that the bot learned for this answer."""
    lines = (home / f"nlu/{language}/{ASKED}.yml").read_text("utf-8").splitlines()
    return next(line.strip().removeprefix("- ") for line in lines if line.startswith("    - "))
