"""Tells French from English with lingua and the little words, behind the core's port."""

from __future__ import annotations

from lingua import Language, LanguageDetectorBuilder

from bot.content.plain_words import plain_words

FRENCH = """
le la les un une des du au aux et ou est sont c cest ca ce cet cette ces je j jai jsuis chu t tu te
toi il elle nous vous ils elles mon ma mes ton ta tes son sa ses notre nos leur leurs qui que quoi
koi kwa comment pourquoi pk pq quand combien quel quelle quels quelles de d dans ds sur avec pour pr
par sans pas plus ne ai as avons ont suis es sommes etes peut peux veux veut fait faire dis dit mais
donc alors si oui non stp svp ya tres aussi juste genre pis faut faque salut bonjour allo merci
jveux jpeux jvais jsais jme jte chui chuis
"""
ENGLISH = """
the an and or is are was were be been it its this that these those i im u ur you your my me we our
they their he she his her who what wat wats whats which how why where when do does did doesnt can
could would should will to of in at from with for by about not no if have has had get got there any
some more please pls plz really just like abt r cant so yes hi hey hello thanks bye
wanna gonna gotta wont isnt ive
"""
WORD_ODDS = 2.7
"""How much one little word says. People mix: "c'est quoi le open data", "is it in Montréal or not".
Letters alone then mislead lingua; the little words tell which language the sentence is built in."""
MOST_WORDS = 20


class LinguaDetector:
    """Compares the two languages only; words that both share say nothing."""

    def __init__(self) -> None:
        self._detector = (
            LanguageDetectorBuilder.from_languages(Language.FRENCH, Language.ENGLISH)
            .with_preloaded_language_models()
            .build()
        )
        self._french = frozenset(FRENCH.split())
        self._english = frozenset(ENGLISH.split())

    def probability_of_french(self, text: str) -> float:
        """See `ports.LanguageDetector`."""
        words = plain_words(text).split()
        if not words:
            return 0.5
        share = float(self._detector.compute_language_confidence(text, Language.FRENCH))
        share = min(max(share, 0.001), 0.999)
        balance = sum((word in self._french) - (word in self._english) for word in words)
        balance = min(max(balance, -MOST_WORDS), MOST_WORDS)
        odds = share / (1 - share) * WORD_ODDS**balance
        return float(odds / (1 + odds))
