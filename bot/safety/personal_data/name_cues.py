"""Words that announce a name, as patterns that end where the name begins; `names.py` uses them."""

from __future__ import annotations

import re

from bot.safety.personal_data.patterns import one_of
from bot.safety.personal_data.relatives import OWNED_RELATIVE

_FILLER = one_of(
    """souvent parfois toujours often usually sometimes donc bien genre actually also like uh um euh
    well moi juste just oui yes c'est is spelled pronounced written"""
)
_FILL = rf"[ :,\-\"=>*(]{{1,4}}(?:{_FILLER} )?"
_LINE = r"(?:^|[\n,;.(]) ?"
"""The beginning of a line, or of something new in it."""

_NAME_FR = one_of(
    """(?:vrai_|petit_)?(?:nom|prenom|surnom|blaze)(?:_complet|_et_prenom|_de_famille|_au_complet|_legal)?"""
)
_IS_FR = r"(?:,? (?:est|c'est|cest|c est|c)\b| ?[:=])"
_WHICH = one_of("full first last real legal middle given family chosen preferred whole actual")
_NAME_EN = r"(?:nick ?|sur)?nam?e?s?"
_IS_EN = r"(?:'s\b| is\b| iz\b| be\b| ?[:=])"
_OWN = (
    r"\b(?:j(?:e|')? ?)?m[' ]?ap+el+e?[rs]?\b",
    r"\bj?e? me (?:nomme|prenomme|presente)\b",
    r"\bm'appellent\b",
    r"\bsurnommee?\b",
    rf"\bmon {_NAME_FR}{_IS_FR}",
    rf"{_LINE}(?:nom|prenom)(?: complet| de famille| et prenom| et nom)? ?:",
    rf"\bmy (?:{_WHICH} )?{_NAME_EN}{_IS_EN}",
    r"\bmy names\b",
    rf"{_LINE}(?:full |first |last )?name(?:s|'s| is| ?:)",
    r"\bthe name(?:'s| is)",
    r"\bi go by\b",
    r"\b(?:i'?m|i am) (?:called|named)\b",
    r"\b(?:they|people|friends|everyone|everybody) calls? me\b",
    r"\bje soussignee?\b",
    r"\bi,? the undersigned\b",
    r"\bsignee?(?: par)? ?:",
    r"\bsigned(?: by)? ?[,:]",
)
OWN = re.compile(rf"(?:{'|'.join(_OWN)}){_FILL}", re.MULTILINE)
"""« je m'appelle », "my name is": after these a name needs no capital, and may be any word."""

_SOMEBODY = one_of(
    """girl boy kid guy student friend teacher someone somebody man woman dude lady classmate coach
    neighbou?r bully brother sister cousin boyfriend girlfriend person one fille gars gar[cs]on
    eleve homme femme monsieur madame dame type ado amie? prof enfant etudiante? quelqu'un
    personne collegue copain copine frere soeur blonde chum ex mere pere voisine? boss mec meuf"""
)
_ANOTHERS = (
    rf"\b(?:il|elle|iel|qui|{_SOMEBODY})(?: qui)? (?:se nomme|s'appel+e)",
    r"\bs'appel+ent",
    r"\bson (?:vrai )?(?:nom|prenom)(?: complet| de famille)? (?:est|c'est|etait)",
    rf"\b{_SOMEBODY} (?:nommee?|du nom de|appelee?)",
    r"\b(?:his|her|their|\w+'s) (?:full |first |last |real )?names?(?:'s| is| was)?",
    r"\b(?:he|she|they)(?:'s| is| was| are)? (?:called|named)",
    rf"\b{_SOMEBODY}(?:,? who)?(?:'s| is| was)? (?:called|named)",
)
ANOTHERS = re.compile(rf"(?:{'|'.join(_ANOTHERS)}){_FILL}")
"""« elle s'appelle », "a girl named"."""

_I_AM = one_of(
    """i'?m i_am iam we_are we're nous_sommes on_est it's_me its_me this_is_me call_me(?:_by)? me,
    i, c'est_moi moi_c'est moi_cest moi_c_est moi_ces moi_ses moi_s'est moi_sest moi_c c_moi moi,
    je_suis(?!_charlie\\b) j'suis jsuis chu chui chuis appell?e[zs]?[_-]moi nommez[_-]moi"""
)
ONESELF = re.compile(rf"\b{_I_AM}[ :,\-]{{1,3}}(?:(?:donc|genre|actually|just|moi|bien|like) )?")
""""I'm", « moi c'est »: as often as not, no name follows."""

_GREETING = one_of("hi hello hey salut bonjour allo yo coucou and et oui yes well")
_THIS_IS = one_of("this_is it's its c'est cest ici moi here_is voici")
PRESENTED = re.compile(rf"(?:^|[\n.,;!?] ?|\b{_GREETING},? ){_THIS_IS}(?: encore| again| just)? ")
""""this is", « ici », where a sentence begins."""

_DETERMINER = one_of(
    """mon ma mes son sa notre nos un une le la ce cet cette my our his her their a the this that
    some another"""
)
_BEING = one_of("est is s'appel+e se_nomme nommee? c'est called named etait was")
RELATION = re.compile(
    rf"\b(?:{_DETERMINER} |l'){OWNED_RELATIVE}(?: {_BEING}){{0,2}}[ ,:(\-]{{1,3}}(?:is |c'est )?"
)
"""« ma prof », "my best friend is"."""

_RELATIVE_OF = (
    rf"\b(?:je suis|j'suis|jsuis|chu|chui|i'?m|i am) (?:la |le |l'|the |a )?{OWNED_RELATIVE}"
)
RELATIVE_OF = re.compile(rf"{_RELATIVE_OF} (?:de |d'|of |to )")
"""« je suis la mère de », "I'm the sister of"."""

IS_RELATIVE = re.compile(
    r"(?:,| is| est| was| etait|,? c'est(?: lui| elle)?|,? \(| -)? ?(?:mon|ma|my|notre|our) "
    rf"{OWNED_RELATIVE}\b"
)
"""What may follow a name: "is my teacher", « , mon prof »."""

TITLE_WORDS = """
    mr mrs ms mme mlle mx dr dre prof professor professeure? madame mademoiselle monsieur mister
    miss missus maitre docteure? doctor coach officer constable agente? chief chef elder principal
    sir nurse pasteur pastor imam rabbi father sister brother uncle auntie aunt tante oncle tonton
    kokum mushum grandma grandpa nana mamie papi papy
"""
TITLE = re.compile(rf"\b(?:m\.|{one_of(TITLE_WORDS)}\.?) ")
STREET_DRIVE = re.compile(r"\d [\w' ]{2,30} dr\.? \Z")
"""« Dr » that is no doctor but a drive."""

_CLOSING = one_of(
    """merci(?:_d'avance|_beaucoup|_bien)? thanks(?:_a_lot|_so_much)? thank_you thx cordialement
    signee? signed love xoxo xo bisous bien_a_(?:toi|vous) sincerely yours(?:_truly)? cheers
    (?:best_|kind_)?regards best(?:_wishes)? a_plus de_la_part_de salutations amities
    bonne_(?:journee|soiree|nuit) have_a_(?:nice|good)_day respectfully from ty bye ciao
    au_revoir"""
)
SIGNATURE = re.compile(
    rf"(?:^|[\n.!?,;)]|\s) ?(?:[-~*]{{1,3}} ?|{_CLOSING}[ ,.:!\-\n]{{1,5}})(?=[^\s])|\n"
)
AFTER_SIGNATURE = re.compile(
    r"[\s.!)\"]{0,3}(?:,? ?(?:\d{2}(?: ans| yo)?|age[ed]? \d\d.{0,10}|(?:de|from) \w+))?"
    r"[\s.!)]{0,3}\Z"
)
"""The end of a message, with an age or a town."""

OPENING = re.compile(
    r"[\s\-]*(?:(?:salut|bonjour|bonsoir|allo|coucou|hi|hey|hello|yo|good \w+)\b[ !,.]*)?"
)
AFTER_OPENING = re.compile(
    r",? (?:here|speaking|ici|a l'appareil|au telephone|\d\d ?(?:ans|years|yo)|\(\d\d\))\b|, \d\d\b"
)
"""What makes a name of the first words: "Emily Chen here", « Léa Roy, 16 ans »."""

AFTER_NAME = re.compile(
    r"[ ,]*(?:$|[.!?;\n)]|,|\d|\b(?:and|et|from|de|pis|but|mais|here|i'm|im|i|age|aged|j'ai|jai"
    r"|by the way|btw|lol)\b)"
)
"""What follows "I'm Aaliyah" and not "I'm Down with it"."""
DESCRIPTION = re.compile(
    r".+(?:ian|ians|ean|eans|ish|ese|ienne?s?|oise?s?|aise?s?|can|cans|ists?|iste|ite|ing|ed|ly|ful"
    r"|less|phobe|sexual)"
)
"""Ends of words that say what somebody is: Zimbabwean, feminist."""
SAID_OF_NAMES = re.compile(r".+(?:ed|ing|ly|able|ible|ful|less|ous|ive|tion|ness|ment|ee)")
"""Ends of words that say something about a name: "my name is mispronounced"."""
