"""Scores of abuse: what a moderator should see first, and what only looks like it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.abuse_phrases import KINDS
from bot.content.checks.abuse import ABUSE as PATH
from bot.errors import ContentInvalid
from bot.safety.abuse import AbuseScores, load_abuse_scores
from tests.content.abuse_file import ABUSE
from tests.content.content_tree import make_tree, write

ROOT = Path(__file__).resolve().parents[2]
HIGH = 0.5
"""One sure sign, or two doubtful ones."""
LONGEST = 5_000
HANG = 5.0


@pytest.fixture(scope="module")
def scores() -> AbuseScores:
    return load_abuse_scores(ROOT)


FRENCH = {
    # Aimed at a person or at people.
    "T'es vraiment un gros connard": "insult",
    "ferme ta gueule toi": "insult",
    "fdp va": "insult",
    "Le premier ministre est un crétin": "insult",
    "Tous ceux qui aiment cette idée: bande de caves": "insult",
    "mon ostie de cave, va chier": "insult",
    "va te pendre": "insult",
    "Les modérateurs sont tous des imbéciles": "insult",
    "Mange d'la marde toé": "insult",
    "sale fils de tepu": "insult",
    "nique ta mère avec ton opinion": "insult",
    # The same, disguised.
    "espèce de c0nn4rd": "insult",
    "t'es un C O N N A R D": "insult",
    "gros c*nnard": "insult",
    "ConnnnAAAARD": "insult",
    "sâlôpe!!!": "insult",
    "e.n.c.u.l.é": "insult",
    "🖕 toi": "insult",
    # Whole groups.
    "Sales arabes, rentrez dans votre pays": "hate",
    "les immigrants c'est des parasites": "hate",
    "maudits autochtones": "hate",
    "Dehors les musulmans": "hate",
    "c'est un truc de bougnoules": "hate",
    "sale keubla": "hate",
    "pédé va": "hate",
    "n3gr0s": "hate",
    "Mort aux juifs": "hate",
    "t'es un gros mongol": "hate",
    "les femmes, retournez dans la cuisine": "hate",
    "speak white": "hate",
    # Sexual.
    "suce ma grosse bite": "sexual",
    "montre tes seins": "sexual",
    "j'ai envie de te baiser": "sexual",
    "qui veut du sexe ce soir, plan cul dispo": "sexual",
    "viens voir mon onlyfans": "sexual",
    "je b4nde": "sexual",
    # Advertisement and noise.
    "Gagne 500 dollars par jour de chez toi": "spam",
    "Investis dans le bitcoin, rendement garanti!!! https://riche.example.com": "spam",
    "abonne-toi à ma chaîne, lien dans la bio": "spam",
    "code promo JEUNE20 sur http://shop.example.com": "spam",
    "votez votez votez votez votez votez votez votez votez": "spam",
    "AAAAAAAAAAAAAAA LE MEILLEUR SITE EST LE MIEN": "spam",
    "Rejoins mon canal t.me/argentfacile": "spam",
    # Where somebody is found.
    "[nom] habite au [adresse], allez-y": "doxxing",
    "voici son adresse : [adresse]": "doxxing",
    "voici l'adresse de ma prof": "doxxing",
    "Textez-la au [téléphone]": "doxxing",
    "je sais où tu habites": "doxxing",
    "le vrai nom c'est [nom], son courriel [courriel]": "doxxing",
}
ENGLISH = {
    "you're such an asshole": "insult",
    "fuck you and your stupid idea": "insult",
    "kys": "insult",
    "The prime minister is a moron": "insult",
    "everyone who likes this is an idiot": "insult",
    "shut the fuck up": "insult",
    "what a bunch of losers, you dumb bitches": "insult",
    "go kill yourself": "insult",
    "nobody likes you": "insult",
    "The mods are a bunch of clowns": "insult",
    "fucking dumbass": "insult",
    "u r so stupid": "insult",
    "you @$$hole": "insult",
    "f u c k y o u": "insult",
    "f*ck you": "insult",
    "you b1tch": "insult",
    "fuuuuuck youuuu": "insult",
    "d.i.c.k.h.e.a.d": "insult",
    "f*** off": "insult",
    "go back to your country": "hate",
    "immigrants are parasites": "hate",
    "dirty indians": "hate",
    "kill all jews": "hate",
    "f4ggots": "hate",
    "n i g g e r": "hate",
    "trannies everywhere": "hate",
    "Hitler was right": "hate",
    "you're a retard": "hate",
    "women belong in the kitchen": "hate",
    "gays are an abomination": "hate",
    "stupid frogs, speak white": "hate",
    "suck my dick": "sexual",
    "send nudes, show me your tits": "sexual",
    "i wanna fuck her so bad": "sexual",
    "d1ck pics in my dms": "sexual",
    "i'm so horny rn": "sexual",
    "subscribe to my onlyfans": "sexual",
    "Make money fast online": "spam",
    "Double your bitcoin, guaranteed returns": "spam",
    "follow me on insta, link in bio": "spam",
    "promo code TEEN10 www.cheap-shoes.example": "spam",
    "free robux at http://a.example.com and http://b.example.com": "spam",
    "buy buy buy buy buy buy buy now now now": "spam",
    "CHECK THIS OUT EVERYBODY https://win.example.com": "spam",
    "[name] lives at [address]": "doxxing",
    "here is her phone number [phone number]": "doxxing",
    "everyone spam him at [e-mail]": "doxxing",
    "I know where you live": "doxxing",
    "dox them": "doxxing",
    "show up at his house, [address]": "doxxing",
}
INNOCENT_FRENCH = (
    "Le gouvernement, c'est de la marde, pis y nous écoute jamais.",
    "Tabarnak, ostie que les délais d'accès à l'information sont longs, câlisse!",
    "C'est con comme règle, elle devrait disparaître.",
    "Cette loi est débile et stupide, changez-la.",
    "Fuck les politiques qui oublient les régions.",
    "On me traite de pédé à l'école et personne fait rien.",
    "Le mot nègre ne devrait plus être crié dans nos corridors.",
    "Les jeunes Noirs et autochtones sont arrêtés trop souvent, sans raison.",
    "Je suis gai et je veux des services publics qui me respectent.",
    "Les immigrants ne sont pas des criminels.",
    "Je veux une éducation sexuelle complète à l'école, avec le consentement.",
    "La baisse du budget va baisser le service.",
    "Le train est toujours en retard et les retards ne sont jamais publiés.",
    "L'eau sale des réserves, c'est une honte pour le Canada.",
    "Le Niger et le Nigeria publient leurs contrats, pourquoi pas nous?",
    "Des tapettes à souris dans nos logements, c'est tout ce qu'on nous donne.",
    "Un inventaire des espèces sauvages et des phoques devrait être public.",
    "J'habite au Québec et ma cousine habite au Yukon : on devrait avoir les mêmes services.",
    "Le portail sur ouvert.canada.ca est bon, mais qui le connaît?",
    "On veut de la transparence totale!!! Maintenant!!!",
    "Si tu es autiste ou handicapé, le site est impossible à utiliser.",
    "Y'a des gros rats dans les HLM et personne répond.",
    "Leur numéro de téléphone ne marche jamais.",
    "Nos données ne sont pas à vendre.",
    "Non, non et non à la surveillance.",
    "Le 2e étage du C.E.G.E.P. n'a pas d'ascenseur, 8 élèves sur 10 le disent.",
    "Le Parti conservateur et le Parti libéral se ressemblent trop.",
)
INNOCENT_ENGLISH = (
    "fuck this policy",
    "The government is shit at listening to us, damn it.",
    "This bill is stupid as hell and the rules are dumb.",
    "FOI requests are a pain in the ass.",
    "Kids call me a faggot at school and nothing happens.",
    "Stop using the word retard in official records.",
    "I'm queer and I want public services that respect me.",
    "Black youth are stopped by police more often. Publish the data.",
    "Immigrants are not criminals.",
    "List the pros and cons of proportional representation.",
    "People in Scunthorpe, Essex and Sussex have assessed their class documents.",
    "Sex education should cover consent.",
    "Niger and Nigeria joined, so why can't my city?",
    "There is a chink in the armour of the privacy law.",
    "The dyke along the river needs repairs, and the plan should be public.",
    "My sister graduated magna cum laude and still can't read a budget.",
    "I live at home and the bus never comes.",
    "Act now on climate and show us the numbers.",
    "Our data is not for sale.",
    "The open.canada.ca portal is good but nobody knows it.",
    "Their phone number never works and their email is wrong.",
    "Corporations make money off our data.",
    "I was so stupid to believe the survey would change anything.",
    "Consult us before, not after!!! Please!!!",
    "2SLGBTQ+ youth at 14 or 15 should get a say in Bill C-63.",
    "Get the money to communities fast.",
    "Politicians should go to schools and answer questions.",
    "A student in a wheelchair can't get in at city hall.",
)


def named(text: str) -> str:
    return text[:40]


@pytest.mark.parametrize(("text", "kind"), FRENCH.items(), ids=named)
def test_french_abuse_comes_first(scores: AbuseScores, text: str, kind: str) -> None:
    found = scores.score(text, "fr")
    assert found[kind] >= HIGH, found
    assert found[kind] == max(found.values()), found


@pytest.mark.parametrize(("text", "kind"), ENGLISH.items(), ids=named)
def test_english_abuse_comes_first(scores: AbuseScores, text: str, kind: str) -> None:
    found = scores.score(text, "en")
    assert found[kind] >= HIGH, found
    assert found[kind] == max(found.values()), found


@pytest.mark.parametrize("text", INNOCENT_FRENCH, ids=named)
def test_innocent_french_comes_last(scores: AbuseScores, text: str) -> None:
    assert scores.score(text, "fr") == dict.fromkeys(KINDS, 0)


@pytest.mark.parametrize("text", INNOCENT_ENGLISH, ids=named)
def test_innocent_english_comes_last(scores: AbuseScores, text: str) -> None:
    assert scores.score(text, "en") == dict.fromkeys(KINDS, 0)


# --- How much ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "kind", "score"),
    [
        pytest.param("Salut!", "fr", "insult", 0.0, id="nothing"),
        pytest.param("quel salaud", "fr", "insult", 0.4, id="one doubt"),
        # 1 - 0.6 * 0.6
        pytest.param("quel salaud, dégage", "fr", "insult", 0.64, id="two doubts"),
        pytest.param("kys", "en", "insult", 0.9, id="one sure sign"),
        # 1 - 0.1 * 0.1
        pytest.param("kys, drop dead", "en", "insult", 0.99, id="two sure signs"),
        pytest.param("kys kys kys", "en", "insult", 0.9, id="the same sign again"),
        pytest.param("kys frérot", "fr", "insult", 0.4, id="sure in the other language"),
        pytest.param("quel salaud", "en", "insult", 0.0, id="doubt in the other language"),
        pytest.param("le retard du train", "fr", "hate", 0.0, id="a word of the other language"),
        pytest.param("what a retard", "en", "hate", 0.94, id="and in its own"),
    ],
)
def test_each_thing_found_adds_less_than_the_one_before(
    scores: AbuseScores, text: str, language: str, kind: str, score: float
) -> None:
    assert scores.score(text, language)[kind] == score


@pytest.mark.parametrize(
    ("text", "score"),
    [
        pytest.param("voir https://www.canada.ca/fr.html", 0.0, id="a known site"),
        pytest.param("voir www.ouvert.canada.ca.", 0.0, id="below a known site"),
        pytest.param("voir https://notcanada.ca/", 0.4, id="a name that ends like it"),
        pytest.param("voir https://canada.ca.example.com/", 0.4, id="a name that begins like it"),
        pytest.param("voir exemple.com", 0.4, id="a link"),
        pytest.param("voir exemple.com/a et exemple.com/b", 0.4, id="the same site twice"),
        pytest.param("voir exemple.com et http://autre.example", 0.64, id="two links"),
        pytest.param("t.me/untel", 0.4, id="a channel"),
        pytest.param("LES JEUNES VEULENT ÊTRE ENTENDUS", 0.4, id="capitals"),
        pytest.param("L'ONU ET L'OCDE, oui", 0.0, id="short names in capitals"),
        pytest.param("oui!!!!!!!", 0.0, id="seven signs"),
        pytest.param("oui!!!!!!!!", 0.4, id="eight signs"),
        pytest.param("🔥🔥🔥🔥 🎉🎉🎉🎉", 0.4, id="eight emoji"),
        pytest.param("bravo 🔥🔥🔥", 0.0, id="three emoji"),
        pytest.param("go go go go go go go", 0.0, id="seven words"),
        pytest.param("go go go go go go go go", 0.9, id="eight words, all the same"),
        pytest.param("je veux voter, tu veux voter, on veut voter", 0.0, id="a list"),
    ],
)
def test_links_and_noise_are_spam(scores: AbuseScores, text: str, score: float) -> None:
    assert scores.score(text, "fr")["spam"] == score


@pytest.mark.parametrize(
    ("text", "score"),
    [
        pytest.param("Merci à [nom]", 0.4, id="a name"),
        pytest.param("Merci à [nom] et à [nom]", 0.4, id="two names"),
        pytest.param("Thanks, [name]", 0.4, id="in English"),
        pytest.param("[nom], [adresse]", 0.64, id="a name and an address"),
        pytest.param("[sic]", 0.0, id="no mark"),
        pytest.param("le nom et l'adresse", 0.0, id="words"),
        pytest.param("[code secret]", 0.0, id="a mark that tells of nobody"),
    ],
)
def test_each_kind_of_removed_personal_data_is_a_doubt(
    scores: AbuseScores, text: str, score: float
) -> None:
    assert scores.score(text, "fr")["doxxing"] == score


@pytest.mark.parametrize(
    "text",
    [
        "connard",
        "CONNARD",
        "cônnârd",
        "connnnnard",
        "cooonnnaaard",
        "connaard",
        "c0nnard",
        "c0nn@rd",
        "c o n n a r d",
        "c.o.n.n.a.r.d",
        "c-o-n-n-a-r-d!",
        "c*nnard",
        "c**nard",
        "(c0nnard)",
        "\uff43onnard",
        "conn\u0336ard",
        "connards",
    ],
    ids=ascii,
)
def test_disguised_words_are_found(scores: AbuseScores, text: str) -> None:
    assert scores.score(f"espèce de {text}", "fr")["insult"] >= HIGH


@pytest.mark.parametrize("language", ["fr", "en"])
@given(text=st.text() | st.text("ab*01!@ .$\n🖕[nom]éconard"))
def test_any_text_has_a_score_of_each_kind(scores: AbuseScores, language: str, text: str) -> None:
    found = scores.score(text, language)
    assert tuple(found) == KINDS
    assert all(0 <= score <= 1 for score in found.values())


HOSTILE = [
    "a ",
    "*a",
    "a*" * 400 + " ",
    "tu es ",
    "www.",
    "a.b-",
    "🖕",
    "les noirs ",
    "1a!",
    "[nom]",
]


@pytest.mark.parametrize("piece", HOSTILE, ids=lambda piece: piece[:10].strip())
def test_long_hostile_text_is_read_to_its_end(scores: AbuseScores, piece: str) -> None:
    end = " kys"
    text = (piece * LONGEST)[: LONGEST - len(end)] + end
    started = time.monotonic()
    assert scores.score(text, "en")["insult"] >= HIGH
    assert time.monotonic() - started < HANG


# --- The file ------------------------------------------------------------------------------------


def test_phrases_marks_and_slips_are_those_of_staff(tmp_path: Path) -> None:
    small = load_abuse_scores(make_tree_with(tmp_path, ABUSE))
    assert small.score("quel connard", "fr")["insult"] == 0.9
    assert small.score("dirty jews", "en")["hate"] == 0.9
    assert small.score("[adresse]", "fr")["doxxing"] == 0.0  # not how the small tree marks it
    assert small.score("[a address]", "en")["doxxing"] == 0.4
    assert small.score("🖕", "en") == dict.fromkeys(KINDS, 0)  # "fuck you" is no phrase there


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="empty"),
        pytest.param("kinds: 3", id="no kinds"),
        pytest.param(ABUSE.replace("tapette\n", "tapette|\n"), id="a phrase that cannot be read"),
        pytest.param(ABUSE.replace("[name, address]", "[nickname]"), id="an unknown mark"),
        pytest.param("a: [", id="not YAML"),
        pytest.param(None, id="missing"),
    ],
)
def test_file_that_cannot_be_used_is_refused(tmp_path: Path, content: str | None) -> None:
    root = make_tree_with(tmp_path, content)
    with pytest.raises(ContentInvalid, match="make check"):
        load_abuse_scores(root)


def make_tree_with(root: Path, content: str | None) -> Path:
    make_tree(root)
    if content is None:
        (root / PATH).unlink(missing_ok=True)
    else:
        write(root, PATH, content)
    return root
