"""What the real bot answers: tables of what is sent, the answer and its language."""

from __future__ import annotations

import pytest

from bot.conversation.commands import COMMANDS
from bot.conversation.messages import Language
from bot.conversation.turn import Parts
from tests.engine.talking import Press, PressLabelled, Step, Talk

NOT_MEANT = {"fr": "Ce n'est pas ce que je voulais dire", "en": "That's not what I meant"}

CONVERSATIONS: dict[str, list[Step]] = {
    "first question in French": [
        ("C'est quoi un gouvernement ouvert?", "open_government", "fr"),
    ],
    "first question in English": [
        ("What is open government?", "open_government", "en"),
    ],
    "as it is typed on a phone, French": [("c koi un gouv ouvert", "open_government", "fr")],
    "as it is typed on a phone, English": [("wuts open govt", "open_government", "en")],
    "several questions in one language": [
        ("le pgo c'est quoi", "ogp_what", "fr"),
        ("comment on fait pour voter", "voting", "fr"),
        ("et les pétitions électroniques, ça marche comment?", "e_petitions", "fr"),
    ],
    "French with English words": [
        ("c'est quoi le open data au juste?", "data_information_dialogue", "fr"),
    ],
    "English with French words": [
        ("what does gouvernement ouvert mean?", "open_government", "en"),
        ("is the summit in Montréal or Ottawa", "ottawa_summit", "en"),
    ],
    "short words stay in the conversation's language": [
        ("what is open government?", "open_government", "en"),
        ("transparence", "transparency", "en"),
        ("merci", "thanks", "en"),
        ("ok", "affirm", "en"),
    ],
    "short English words in a French conversation": [
        ("c'est quoi le gouvernement ouvert?", "open_government", "fr"),
        ("open data", "data_information_dialogue", "fr"),
        ("thanks", "thanks", "fr"),
    ],
    "a whole sentence of the other language changes it": [
        ("what is open government?", "open_government", "en"),
        ("et le sommet d'Ottawa, c'était quoi?", "ottawa_summit", "fr"),
        ("what is the ogp exactly?", "ogp_what", "en"),
    ],
    "change of language by words, named": [
        ("c'est quoi le gouvernement ouvert?", "open_government", "fr"),
        ("english please", "change_language", "en"),
        ("what is the ogp?", "ogp_what", "en"),
        ("parle français", "change_language", "fr"),
        ("le pgo c'est quoi", "ogp_what", "fr"),
    ],
    "change of language by words of the other one, not named": [
        ("c'est quoi le gouvernement ouvert?", "open_government", "fr"),
        ("could we please switch the language of this chat", "change_language", "en"),
    ],
    "change of language asked for in one's own words": [
        ("what is open government?", "open_government", "en"),
        ("change language", "change_language", "fr"),
        ("change de langue stp", "change_language", "en"),
    ],
    "chosen language stays": [
        (Press("l:en"), "change_language", "en"),
        ("c'est quoi le gouvernement ouvert?", "open_government", "en"),
        ("et le pgo, c'est quoi au juste?", "ogp_what", "en"),
        (Press("l:fr"), "change_language", "fr"),
        ("what is the ogp?", "ogp_what", "fr"),
    ],
    "change of language by the button under a reply": [
        ("english please", "change_language", "en"),
        (PressLabelled("Français"), "change_language", "fr"),
        (PressLabelled("English"), "change_language", "en"),
    ],
    "tell me more, and then nothing more": [
        ("what is open government?", "open_government", "en"),
        ("tell me more", "open_government", "en"),
        ("tell me more", "tell_more_nothing", "en"),
        ("more", "tell_more_nothing", "en"),
    ],
    "en dire plus": [
        ("c'est quoi le gouvernement ouvert?", "open_government", "fr"),
        ("dis-m'en plus", "open_government", "fr"),
        ("encore", "tell_more_nothing", "fr"),
    ],
    "more by button, of an answer further up too": [
        ("what is open government?", "open_government", "en"),
        (PressLabelled("Tell me more"), "open_government", "en"),
        ("why does open government matter?", "why_it_matters", "en"),
        (Press("m:open_government"), "open_government", "en"),
    ],
    "more at the very beginning": [("tell me more", "tell_more_nothing", "en")],
    "more after an answer that has no more": [
        ("hello", "greet", "en"),
        ("tell me more", "tell_more_nothing", "en"),
    ],
    "fallback, second miss, then understood again": [
        ("flurb", "fallback_nearest", "en"),
        ("zorp", "fallback_unclear", "en"),
        ("wug", "fallback_unclear", "en"),
        ("what is open government?", "open_government", "en"),
        ("flurb", "fallback_nearest", "en"),
    ],
    "fallback where telling more is among the nearest": [
        ("about", "fallback_nearest", "en"),
        ("zorp", "fallback_unclear", "en"),
    ],
    "off topic, partisan, thanks, goodbye": [
        ("what's the weather", "off_topic", "en"),
        ("who should i vote for", "partisan", "en"),
        ("are you a robot", "bot_human", "en"),
        ("i want to talk to a real person", "talk_to_human", "en"),
        ("thanks!", "thanks", "en"),
        ("bye for now", "goodbye", "en"),
    ],
    "hors sujet, partisan, merci, au revoir": [
        ("il fait quel temps demain", "off_topic", "fr"),
        ("quel parti est le meilleur", "partisan", "fr"),
        ("es-tu un robot", "bot_human", "fr"),
        ("je veux parler à un humain", "talk_to_human", "fr"),
        ("merci", "thanks", "fr"),
        ("bonne journée", "goodbye", "fr"),
    ],
    "crisis, then going on": [
        ("what is open government?", "open_government", "en"),
        ("i want to die", "crisis_suicide", "en"),
        (PressLabelled(NOT_MEANT["en"]), "crisis_not_meant", "en"),
        ("what is the ogp?", "ogp_what", "en"),
        ("tell me more", "ogp_what", "en"),
    ],
    "crise, puis on continue": [
        ("c'est quoi le gouvernement ouvert?", "open_government", "fr"),
        ("je veux mourir", "crisis_suicide", "fr"),
        (PressLabelled(NOT_MEANT["fr"]), "crisis_not_meant", "fr"),
        ("le pgo c'est quoi", "ogp_what", "fr"),
    ],
    "crisis does not lose the thread": [
        ("what is open government?", "open_government", "en"),
        ("my dad hits me", "crisis_abuse", "en"),
        ("tell me more", "open_government", "en"),
    ],
    "crisis in the other language leaves the chosen one": [
        (Press("l:en"), "change_language", "en"),
        ("je veux mourir", "crisis_suicide", "fr"),
        ("what is open government?", "open_government", "en"),
    ],
    "crisis between two misses": [
        ("flurb", "fallback_nearest", "en"),
        ("i want to die", "crisis_suicide", "en"),
        ("zorp", "fallback_unclear", "en"),
    ],
    "asking to erase, then doing so": [
        ("what is open government?", "open_government", "en"),
        ("delete my data", "delete_my_data", "en"),
        (PressLabelled("Yes, erase everything"), "delete_done", "en"),
        ("tell me more", "tell_more_nothing", "en"),
    ],
    "erasing forgets the chosen language": [
        (Press("l:en"), "change_language", "en"),
        ("/delete", "delete_done", "en"),
        ("c'est quoi le gouvernement ouvert?", "open_government", "fr"),
    ],
    "link of a campaign": [
        ("/start c_rentree_en", "welcome", "en"),
        ("c'est quoi le gouvernement ouvert?", "open_government", "en"),
    ],
    "link to a topic": [
        ("/start t_nap6_fr", "nap6", "fr"),
        ("encore", "nap6", "fr"),
    ],
    "link to a topic that is gone": [("/start t_nothing_fr", "welcome", "fr")],
    "link that would erase": [
        ("what is open government?", "open_government", "en"),
        ("/start t_delete_done_en", "welcome", "en"),
        ("tell me more", "tell_more_nothing", "en"),
    ],
    "link of nobody": [("/start hello", "welcome", "fr")],
    "language command": [
        ("/language en", "change_language", "en"),
        ("/language en", "change_language", "en"),
        ("/langue", "change_language", "fr"),
    ],
    "old buttons": [
        (Press("a:a_topic_of_last_year"), "button_gone", "fr"),
        ("what is open government?", "open_government", "en"),
        (Press("v:17"), "button_gone", "en"),
        ("tell me more", "open_government", "en"),
    ],
}


@pytest.mark.parametrize("steps", CONVERSATIONS.values(), ids=CONVERSATIONS)
async def test_conversation_goes_as_written(parts: Parts, steps: list[Step]) -> None:
    talk = Talk(parts)
    given = [(sent, *await talk.send(sent)) for sent, _, _ in steps]
    assert given == steps


SEED = "https://open.canada.ca/en/summit"
LETS_TALK = "https://letstalkopengovernment.ca/index.php"


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("C'est quoi un gouvernement ouvert?", {SEED: "", LETS_TALK: "(en anglais)"}),
        ("What is open government?", {SEED: "(in French)", LETS_TALK: ""}),
    ],
    ids=["fr", "en"],
)
async def test_first_answer_cites_its_sources_and_marks_those_of_the_other_language(
    parts: Parts, text: str, marks: dict[str, str]
) -> None:
    talk = Talk(parts)
    await talk.send(text)
    cited = {source.url: source.title for source in talk.replies[0].sources}
    assert cited.keys() == marks.keys()
    for url, mark in marks.items():
        assert cited[url].endswith(mark)
        assert ("(en anglais)" in cited[url] or "(in French)" in cited[url]) is bool(mark)


async def test_second_part_is_another_text(parts: Parts) -> None:
    talk = Talk(parts)
    await talk.send("what is open government?")
    first = talk.replies[0].text
    await talk.send("tell me more")
    assert talk.replies[0].text not in ("", first)
    assert talk.replies[0].text == parts.library.text("open_government", "en").more


@pytest.mark.parametrize(
    ("hint", "text", "language"),
    [
        ("en", "what is open government?", "en"),
        ("fr", "what is open government?", "en"),
        ("en", "c'est quoi le gouvernement ouvert?", "fr"),
        ("en", "salut", "fr"),
        ("fr", "hello", "en"),
        ("en", "/start", "en"),
        ("fr", "/start", "fr"),
        (None, "/start", "fr"),
        ("en", "😀", "en"),
    ],
)
async def test_words_count_more_than_the_platforms_hint(
    parts: Parts, hint: Language | None, text: str, language: Language
) -> None:
    assert (await Talk(parts, hint=hint).send(text))[1] == language


SAID_AT_ONCE = {
    "delete_my_data": "delete_done",
    "share_view": "view_consent",
    "view_picture": "view_picture_soon",
    "withdraw_view": "view_withdraw_none",
}
"""What a command brings somebody who has given nothing yet."""


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(("command", "intent"), COMMANDS.items())
async def test_every_slash_command_has_its_answer(
    parts: Parts, command: str, intent: str, language: Language
) -> None:
    expected = SAID_AT_ONCE.get(intent, intent)
    talk = Talk(parts, hint=language)
    answer, spoken = await talk.send(f"/{command}")
    assert answer == expected
    is_switched = intent == "change_language"
    assert (spoken != language) is is_switched
    assert talk.turns[-1].forget is (expected == "delete_done")


@pytest.mark.parametrize("sent", ["/delete", "/effacer", Press("a:delete_done")], ids=str)
async def test_erasing_leaves_nothing(parts: Parts, sent: str | Press) -> None:
    talk = Talk(parts)
    await talk.send("what is open government?")
    await talk.send(sent)
    record = talk.record()
    assert (record.state, record.events) == ({}, ())
    assert [event["kind"] for event in talk.turns[-1].journal] == ["erased"]


async def test_asking_to_erase_erases_nothing_yet(parts: Parts) -> None:
    talk = Talk(parts)
    await talk.send("delete my data")
    assert not talk.turns[-1].forget
    assert await talk.send("no") == ("deny", "en")
    assert not talk.turns[-1].forget
    assert talk.record().events


async def test_offers_lead_where_their_labels_say(parts: Parts) -> None:
    talk = Talk(parts)
    assert await talk.send("flurb") == ("fallback_nearest", "en")
    (reply,) = talk.replies
    assert len(reply.buttons) == 3
    for button in reply.buttons:
        answer = str(button.answer)
        assert button.label == parts.library.text(answer, "en").title
        assert (await Talk(parts, hint="en").send(Press(button.value)))[0] == answer


async def test_one_reply_is_as_good_after_hundred_turns(parts: Parts) -> None:
    """Folding old turns loses neither the last answer nor the language."""
    talk = Talk(parts)
    await talk.send(Press("l:en"))
    for _ in range(50):
        assert await talk.send("c'est quoi le pgo") == ("ogp_what", "en")
        assert await talk.send("what is open government?") == ("open_government", "en")
    assert await talk.send("tell me more") == ("open_government", "en")
    assert await talk.send("tell me more") == ("tell_more_nothing", "en")
    assert len(talk.record().events) <= 12
