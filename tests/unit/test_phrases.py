"""Phrases: what each sign of theirs finds, and how staff learn what they mistyped."""

from __future__ import annotations

import re

import pytest

from bot.content.phrase_grammar import PhraseRefused
from bot.content.phrases import PhraseList, read_phrase
from bot.content.reading import Reader

READERS = {
    "fr": Reader("fr", {"jveux": "je veux", "jen": "j'en"}),
    "en": Reader("en", {"wanna": "want to"}),
}
LISTS = {"family": ["pere", "beau pere", "mere"], "parts": ["bras|jambe", "(main|doigt) gauche"]}


def finds(phrase: str, text: str, language: str) -> bool:
    reader = READERS[language]
    return read_phrase(phrase, reader, LISTS).is_in(reader.read(text))


FOUND = {
    "words": ("kill myself", "I will kill myself now.", "en"),
    "groups of words": ("envie de (mourir|me tuer|ne plus exister)", "envie de me tuer", "fr"),
    "last group": ("envie de (mourir|me tuer|ne plus exister)", "envie de ne plus exister", "fr"),
    "group at the start": ("(dont|do not) want to (live|be here)", "don't want to be here", "en"),
    "group in a group": ("si (il|mon (ami|frere)) part", "si mon frère part", "fr"),
    "without what is optional": ("je veux [vraiment] mourir", "je veux mourir", "fr"),
    "with what is optional": ("je veux [vraiment] mourir", "je veux vraiment mourir", "fr"),
    "optional groups": ("i [just|really do] want it", "i really do want it", "en"),
    "either word": ("a|b c", "b c", "en"),
    "either of three": ("veux|voudrais|aimerais mourir", "j'aimerais mourir", "fr"),
    "no word between": ("veux * mourir", "veux mourir", "fr"),
    "three words between": ("veux * mourir", "veux un deux trois mourir", "fr"),
    "no ending": ("menac~", "il me menac", "fr"),
    "any ending": ("menac~", "il me menaçait", "fr"),
    "ending of an elided word": ("on m'intimid~", "on m'intimidait", "fr"),
    "digits": ("9 8 8", "call 9-8-8", "en"),
    "listed word": ("<family> me frappe", "mon beau-père me frappe", "fr"),
    "list in a group": ("(<family>|coach) me frappe", "ma mère me frappe", "fr"),
    "groups in a list": ("mal a la <parts>", "mal à la main gauche", "fr"),
    "optional list": ("le [<family>] frappe", "le père frappe", "fr"),
    "don't": ("don't want", "i do not want", "en"),
    "don't without its apostrophe": ("don't want", "i dont want", "en"),
    "dont": ("dont want", "i don\u2019t want", "en"),
    "do not": ("do not want", "i don t want", "en"),
    "i'm": ("i'm alone", "im alone", "en"),
    "i am": ("i (am|was) alone", "i'm alone", "en"),
    "cannot": ("can't cope", "I cannot cope", "en"),
    "my dad's": ("my dad's belt", "my dads belt", "en"),
    "j'en": ("j'en peux plus", "j'en peux plus", "fr"),
    "j\u2019en": ("j\u2019en peux plus", "j\u2019en peux plus", "fr"),
    "jen": ("j'en peux plus", "Jen peux plus", "fr"),
    "j en": ("j'en peux plus", "j en peux plus", "fr"),
    "je before a vowel": ("je [ne] en peux plus", "j'en peux plus", "fr"),
    "je ne before a vowel": ("je [ne] en peux plus", "je n'en peux plus", "fr"),
    "j glued": ("je me suis", "jme suis", "fr"),
    "de before a vowel": ("envie de (mourir|en finir)", "envie d'en finir", "fr"),
    "d glued": ("envie de (mourir|en finir)", "envie den finir", "fr"),
    "que before a vowel": ("parce que il part", "parce qu'il part", "fr"),
    "glued before the first word": ("envie de mourir", "lenvie de mourir", "fr"),
    "qu glued before the first word": ("on me frappe", "je veux quon me frappe", "fr"),
    "slip": ("je veux mourir", "JVEUX mourir", "fr"),
    "slip of the other words": ("want to die", "wanna die", "en"),
    "drawn-out letters": ("kill myself", "killlll myself", "en"),
    "one letter for two": ("me frappe", "il me frape", "fr"),
}


@pytest.mark.parametrize(("phrase", "text", "language"), FOUND.values(), ids=FOUND)
def test_phrase_finds(phrase: str, text: str, language: str) -> None:
    assert finds(phrase, text, language)


NOT_FOUND = {
    "part of a word": ("kill myself", "skill myself", "en"),
    "beginning of a word": ("kill myself", "kill myselfie", "en"),
    "word between": ("kill myself", "kill him myself", "en"),
    "other word": ("a|b c", "a b", "en"),
    "half a group": ("envie de (me tuer|en finir)", "envie de me", "fr"),
    "four words between": ("veux * mourir", "veux un deux trois quatre mourir", "fr"),
    "other order": ("veux * mourir", "mourir veux", "fr"),
    "no ending wanted": ("vivre", "vivres", "fr"),
    "other words than the optional": ("je veux [vraiment] mourir", "je veux pas mourir", "fr"),
    "j of another word": ("je * mourir", "jamais mourir", "fr"),
    "letter before an English word": ("end it", "lend it", "en"),
    "other letter before a French word": ("envie de mourir", "benvie de mourir", "fr"),
    "two letters for one": ("tuer", "tueer", "fr"),
}


@pytest.mark.parametrize(("phrase", "text", "language"), NOT_FOUND.values(), ids=NOT_FOUND)
def test_phrase_does_not_find(phrase: str, text: str, language: str) -> None:
    assert not finds(phrase, text, language)


REFUSED = {
    "nothing": ("", "fr", "take it out"),
    "blanks": ("  ", "fr", "take it out"),
    "capital": ("Mourir", "fr", "write small letters: `mourir`"),
    "accent": ("été à l'œuvre", "fr", "without accents: `ete a l'oeuvre`"),
    "hyphen": ("beau-pere", "fr", "`beau pere`"),
    "other sign": ("die!", "en", "leave out `!`"),
    "letter of another script": ("die дай", "en", "leave out `д`"),
    "group that is not closed": ("envie de (mourir|me tuer", "fr", "`(` is never closed by `)`"),
    "optional that is not closed": ("je [ne veux", "fr", "`[` is never closed by `]`"),
    "closed otherwise": ("envie (de] mourir", "fr", "`(` is never closed by `)`"),
    "closed twice": ("envie de mourir)", "fr", "`)` closes nothing"),
    "empty choice": ("envie de (mourir||me tuer)", "fr", "a choice of a group is empty"),
    "empty group": ("envie de () mourir", "fr", "a choice of a group is empty"),
    "empty optional": ("envie de [] mourir", "fr", "a choice of a group is empty"),
    "choice that may be empty": ("je (veux|[ne]) mourir", "fr", "a choice of a group is empty"),
    "choices side by side": ("mourir|me tuer|en finir", "fr", "`(a b|c d)`"),
    "either of nothing": ("a||b c", "en", "for groups of words"),
    "either before a word": ("|a b", "en", "for groups of words"),
    "either after a word": ("a| b", "en", "for groups of words"),
    "either with blanks": ("a | b c", "en", "for groups of words"),
    "either of groups": ("(a|b)|c d", "en", "for groups of words"),
    "either of a word and a group": ("a|(b c) d", "en", "for groups of words"),
    "letters in brackets": ("mort(e) de peur", "fr", "put a blank before `(`"),
    "word after a group": ("(je)veux", "fr", "put a blank before `veux`"),
    "gap at the start": ("* die", "en", "`*` stands between two words"),
    "gap at the end": ("die *", "en", "`*` stands between two words"),
    "gap at the end of a choice": ("veux (mourir *|creve) la", "fr", "`*` stands between"),
    "two gaps": ("veux * * mourir", "fr", "two are not six"),
    "four gaps": ("un * deux * trois * quatre * cinq", "fr", "write two phrases"),
    "optional at the start": ("[je] veux mourir", "fr", "change nothing"),
    "optional at the end": ("je veux mourir [vite]", "fr", "change nothing"),
    "only an ending": ("~ mourir", "fr", "`~` is no word"),
    "ending in a word": ("di~e", "en", "`di~e` is no word"),
    "short stem": ("tu~ moi", "fr", "3 letters or more"),
    "apostrophe at the end": ("dads' belt", "en", "`dads'` is no word"),
    "l' alone": ("dans (l'|mon) immeuble", "fr", "write `le` for `l'`"),
    "qu' alone": ("(qu'|si) il parte", "fr", "write `que` for `qu'`"),
    "blank for an apostrophe": ("il m a frappe", "fr", "write `m'a` for `m a`"),
    "blank after qu": ("quelqu un me suit", "fr", "write `quelqu'un` for `quelqu un`"),
    "blank in don't": ("i don t want", "en", "write `don't` for `don t`"),
    "blank before an s": ("my dad s belt", "en", "write `dad's` for `dad s`"),
    "slip": ("jveux mourir", "fr", "`jveux` is always read as `je veux`"),
    "slip in a choice": ("envie de (mourir|jen)", "fr", "`jen` is always read as `j en`"),
    "slip of either": ("want|wanna die", "en", "`wanna` is always read as `want to`"),
    "drawn-out letters": ("aaa bb", "fr", "`aaa` is always read as `a`"),
    "words that are read together": ("he (d|will) die", "en", "this never matches"),
    "list that is not there": ("<famly> me frappe", "fr", "there are: <family>, <parts>"),
    "name without its end": ("<family me frappe", "fr", "a list's name between"),
}


@pytest.mark.parametrize(("phrase", "language", "sentence"), REFUSED.values(), ids=REFUSED)
def test_phrase_that_staff_mistyped_is_refused(phrase: str, language: str, sentence: str) -> None:
    with pytest.raises(PhraseRefused, match=re.escape(sentence)):
        read_phrase(phrase, READERS[language], LISTS)


def test_list_whose_words_are_mistyped_is_refused() -> None:
    with pytest.raises(PhraseRefused, match="write small letters"):
        read_phrase("<family> me frappe", READERS["fr"], {"family": ["Papa"]})


def test_phrases_that_find_the_same_have_one_pattern() -> None:
    reader = READERS["en"]
    assert read_phrase("don't  go", reader).pattern == read_phrase("do not go", reader).pattern
    assert read_phrase("do go", reader).pattern != read_phrase("do not go", reader).pattern


def phrase_list(*phrases: str) -> PhraseList:
    return PhraseList((read_phrase(phrase, READERS["fr"]) for phrase in phrases), "fr")


def test_list_finds_what_any_of_its_phrases_finds() -> None:
    phrases = phrase_list("envie de mourir", "mort|morte de peur")
    assert phrases.is_in("j ai envie de mourir ")
    found = phrases.find("je suis morte de peur ")
    assert found is not None
    assert found.text == "mort|morte de peur"
    assert phrases.find("je suis de peur ") is None


def test_no_phrases_find_nothing() -> None:
    assert not phrase_list().is_in("anything at all ")
    assert phrase_list().take_out("anything at all ") == "anything at all "


def test_no_phrase_reaches_over_what_was_taken_out() -> None:
    words = phrase_list("mourir de rire").take_out("veux mourir de rire me tuer ")
    assert phrase_list("me tuer").is_in(words)
    assert not phrase_list("veux me tuer", "veux * tuer").is_in(words)
