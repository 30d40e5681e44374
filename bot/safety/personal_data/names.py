"""Names of persons, where words around them say that they are names: "my name is", « ma prof »."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bot.safety.personal_data.lists import Lists
from bot.safety.personal_data.message import Message
from bot.safety.personal_data.name_reading import Name, is_public, read_name
from bot.safety.personal_data.spans import Span

KIND = "name"
_FILL = r"(?:[ :,\-\"=>*(]{1,4}(?:(?:donc|bien|genre|actually|also|like|uh|um|euh|well|moi|juste|just|oui|yes|c'est|is) )?)"

_OWN = re.compile(
    rf"""(?:
      \b(?:j(?:e|')?\ ?)?m[' ]?ap+el+e?[rs]?\b
     |\b(?:je|j)\ me\ (?:nomme|prenomme|presente)\b
     |\bm'appellent\b|\bsurnomme[e]?\b
     |\bmon\ (?:vrai\ |petit\ )?(?:nom|prenom|surnom|blaze)(?:\ complet|\ et\ prenom|\ de\ famille|\ au\ complet
       |\ legal)?(?:\ (?:est|c'est|cest|c\ est|c)\b|\ ?[:=])
     |\bmon\ prenom,?\ c'est\b
     |(?:^|[\n,;.(])\ ?(?:nom|prenom|nom\ complet|nom\ de\ famille|nom\ et\ prenom|prenom\ et\ nom)\ ?:
     |\bmy\ (?:full\ |first\ |last\ |real\ |legal\ |middle\ |given\ |family\ |chosen\ |preferred\ |whole\ |actual\ )?
       (?:nick\ ?|sur)?nam?e?s?(?:'s\b|\ is\b|\ iz\b|\ be\b|\ ?[:=])
     |\bmy\ names\b
     |(?:^|[\n,;.(])\ ?(?:full\ |first\ |last\ )?name(?:s|'s|\ is|\ ?:)
     |\bthe\ name(?:'s|\ is)
     |\bi\ go\ by\b|\bi'?m\ (?:called|named)\b|\bi\ am\ (?:called|named)\b
     |\b(?:they|people|friends|everyone|everybody)\ calls?\ me\b
     |\bje\ soussignee?\b|\bi,?\ the\ undersigned\b|\bsignee?(?:\ par)?\ ?:|\bsigned(?:\ by)?\ ?[,:]
    ){_FILL}""",
    re.VERBOSE | re.MULTILINE,
)
"""After these a name needs no capital."""

_PERSON = (
    r"(?:girl|boy|kid|guy|student|friend|teacher|someone|somebody|man|woman|dude|lady|classmate|coach|neighbou?r"
    r"|bully|brother|sister|cousin|boyfriend|girlfriend|person|one|fille|gars|gar[cs]on|eleve|homme|femme|monsieur"
    r"|madame|dame|type|ado|amie?|prof|enfant|etudiante?|quelqu'un|personne|collegue|copain|copine|frere|soeur"
    r"|blonde|chum|ex|mere|pere|voisine?|boss|mec|meuf)"
)
_OTHERS_NAME = re.compile(
    rf"\b(?:(?:il|elle|iel|{_PERSON}|qui)(?: qui)? (?:se nomme|s'appel+e)|s'appel+ent"
    r"|(?:his|her|their) (?:full |first |last |real )?names?(?:'s| is| was)?"
    rf"|(?:(?:he|she|they)(?:'s| is| was| are)?|{_PERSON}(?:,? who)?(?:'s| is| was)?) (?:called|named)"
    r"|son (?:vrai )?(?:nom|prenom)(?: complet| de famille)? (?:est|c'est|etait)"
    rf"|{_PERSON} (?:nommee?|du nom de|appelee?)){_FILL}"
)
_SELF = re.compile(
    r"\b(?:i'?m|i am|iam|c'est moi|moi c'est|moi cest|moi c est|moi ces|moi ses|moi s'est|moi sest|moi c|it's me|its me|c moi|this is me"
    r"|je suis(?! charlie\b)|j'suis|jsuis|chu|chui|chuis|call me|call me by|appelle[zs]?[ -]moi|nommez[ -]moi"
    r"|i'm actually|je soussigne|je m'identifie comme|me,|moi,|i,)"
    r"(?:[ :,\-]{1,3}(?:(?:donc|genre|actually|just|moi|bien|like) )?)"
)
_PRESENTED = re.compile(
    r"(?:^|[\n.,;!?] ?|\b(?:hi|hello|hey|salut|bonjour|allo|yo|coucou|and|et|oui|yes|well),? )"
    r"(?:this is|it's|its|c'est|cest|ici|moi|here is|voici|my friend and i,|-) "
)
_RELATIVE = (
    r"(?:prof(?:e|esseure?)?|enseignante?|mere|pere|maman|papa|frere|soeur|sœur|amie?|best|meilleure? amie?"
    r"|blonde|chum|copine|copain|ex|cousine?|tante|oncle|boss|patronn?e?|directeur|directrice|voisine?|coach"
    r"|entraineure?|medecin|docteure?|psy|psychologue|travailleuse sociale|travailleur social|intervenante?"
    r"|educatrice|educateur|beau-pere|belle-mere|belle-soeur|beau-frere|grand-mere|grand-pere|mari|femme|fils"
    r"|fille|niece|neveu|coloc|collegue|pote|gars|surveillante?|principale?|tuteur|tutrice|coequipiere?"
    r"|conjointe?|partenaire|proprio|employeur"
    r"|teacher|professor|mom|mum|mother|dad|father|brother|sister|friend|bff|bestie|girlfriend|boyfriend|gf|bf"
    r"|aunt|auntie|uncle|cousin|neighbou?r|principal|vice[ -]principal|doctor|therapist|counsell?or|social worker"
    r"|step-?dad|step-?mom|step-?brother|step-?sister|grandma|grandpa|grandmother|grandfather|nan|nana|husband"
    r"|wife|son|daughter|nephew|roommate|flatmate|housemate|classmate|colleague|coworker|co-worker|manager|tutor"
    r"|supervisor|landlord|partner|mate|buddy|homie|crush|ex-boyfriend|ex-girlfriend|case ?worker|youth worker|guy"
    r"|twin|jumeau|jumelle|guardian|foster (?:mom|dad|mother|father)|lawyer|nurse|dentist)"
)
_ADJECTIVE = (
    r"(?:(?:best|old|new|former|good|close|dear|late|little|big|older|younger|twin|math|maths|english|french|history"
    r"|science|gym|civics|biology|chemistry|art|music|homeroom|geography|soccer|hockey|basketball|step|half|ex|school"
    r"|high school|ancien|ancienne|nouveau|nouvelle|grand|grande|petit|petite|gros|cher|chere|pauvre|vieux|vieille"
    r"|meilleur|meilleure|jeune|demi|ex)[ -])?"
)
_SUBJECT = (
    r"(?: (?:de |d'|of )?(?:math(?:s|ematiques)?|francais|anglais|histoire|sciences?|gym|geo(?:graphie)?|chimie"
    r"|physique|education physique|bio(?:logie)?|ecr|univers social|arts?|musique|philo|espagnol|theatre|info"
    r"|droit|eco(?:nomie)?|maternelle|cegep|hockey|soccer|foot|basket|danse|natation|famille|classe|stage|travail"
    r"|sec(?:ondaire)? ?\d|\d(?:e|eme)? (?:annee|secondaire)))?"
)
_RELATION = re.compile(
    rf"\b(?:(?:mon|ma|mes|son|sa|notre|nos|un|une|le|la|my|our|his|her|their|a) |l'){_ADJECTIVE}{_RELATIVE}{_SUBJECT}"
    r"(?: (?:est|is|s'appel+e|se nomme|nommee?|c'est|called|named|etait|was)){0,2}[ ,:(\-]{1,3}(?:is |c'est )?"
)
_IS_RELATIVE = re.compile(
    rf"(?:,| is| est| was| etait|,? c'est|,? \(| -)? ?(?:mon|ma|my|notre|our) {_ADJECTIVE}{_RELATIVE}\b"
)
_TITLE = re.compile(
    r"\b(?:m\.|mr\.?|mrs\.?|ms\.?|mme\.?|mlle\.?|mx\.?|dr\.?|dre\.?|prof\.?|professor|professeure?|madame|monsieur"
    r"|mister|miss|missus|maitre|docteure?|doctor|coach|officer|constable|agente?|elder|nurse|pasteur|pastor"
    r"|imam|rabbi|father|sister|brother|uncle|auntie|aunt|tante|oncle|tonton|kokum|mushum|grandma|grandpa|nana|mamie|papi|papy) "
)
_STREET_DOCTOR = re.compile(r"\d [\w' ]{2,30} dr\.? \Z")
_SIGNATURE = re.compile(
    r"(?:^|[\n.!?,;)]|\s) ?(?:[-~*]{1,3} ?|(?:merci(?: d'avance| beaucoup| bien)?|thanks(?: a lot| so much)?"
    r"|thank you|thx|cordialement|signee?|signed|love|xoxo|xo|bisous|bien a (?:toi|vous)|sincerely|yours(?: truly)?"
    r"|cheers|regards|best(?: regards| wishes)?|kind regards|a plus|de la part de|salutations|amities|bonne journee"
    r"|bonne soiree|bonne nuit|have a (?:nice|good) day|respectfully|from|ty|bye|ciao|au revoir)[ ,.:!\-\n]{1,5})(?=[^\s])|\n"
)
_END = re.compile(r"[\s.!)\"]{0,3}(?:,? ?(?:\d{2}(?: ans| yo)?|age[ed]? \d\d.{0,10}|(?:de|from) \w+))?[\s.!)]{0,3}\Z")
_HERE = re.compile(r",? (?:here|speaking|ici|a l'appareil|au telephone|\d\d ?(?:ans|years|yo)|\(\d\d\))\b|, \d\d\b")
_GREETING = re.compile(r"[\s\-]*(?:(?:salut|bonjour|bonsoir|allo|coucou|hi|hey|hello|yo|good \w+)\b[ !,.]*)?")
_AGE_OR_PLACE = re.compile(
    r"[ ,]*(?:$|[.!?;\n)]|,|\b(?:and|et|from|de|pis|but|mais|here|i'm|im|i|age|aged|j'ai|jai|by the way|btw|lol)\b|\d)"
)
_NATIONAL = re.compile(r".+(?:ian|ians|ean|eans|ish|ese|ienne?s?|oise?s?|aise?s?|can|cans|ists?|iste|ite|ing|ed|ly|ful|less|phobe|sexual)")

_Rule = Callable[[Message, Name], bool]


def find_names(message: Message, lists: Lists) -> Iterator[Span]:
    """Every name that something announces, but those of public figures."""
    folded = message.folded
    for pattern, any_case, is_meant in _RULES:
        for match in pattern.finditer(folded):
            name = read_name(
                message, lists, match.end(), any_case=any_case, any_word=pattern is _OWN
            )
            if name is None or not is_meant(message, name):
                continue
            if not is_public(message, lists, name, by_one_name=pattern is not _OWN):
                yield Span(name.start, name.end, KIND)
    yield from _titled(message, lists)
    yield from _at_the_start(message, lists)
    yield from _before_relative(message, lists)


def _is_own(message: Message, name: Name) -> bool:
    return True


def _is_anothers(message: Message, name: Name) -> bool:
    return name.first.is_likely or _is_certain_in_lower_case(name)


def _is_self(message: Message, name: Name) -> bool:
    """After "I'm": a full name, or a first name that nothing follows that would make it a word."""
    if not name.first.is_likely:
        return _is_certain_in_lower_case(name)
    if name.first.is_known:
        return not name.first.is_ordinary or name.is_full or _ends_there(message, name)
    if _NATIONAL.fullmatch(name.first.folded) and not name.is_full:
        return False
    return name.is_full or (_ends_there(message, name) and not _is_shouted(message, name))


def _is_presented(message: Message, name: Name) -> bool:
    """After "this is": a full name only."""
    if not name.is_full or not all(word.has_capital for word in name.words):
        return False
    return name.first.is_known or _ends_there(message, name)


def _is_relative(message: Message, name: Name) -> bool:
    if name.first.is_likely:
        return not _NATIONAL.fullmatch(name.first.folded) or name.first.is_known
    return name.first.is_known and not name.first.is_ordinary


def _is_signature(message: Message, name: Name) -> bool:
    is_last = _END.match(message.folded, name.end)
    is_name = name.first.is_known or name.is_full
    return bool(is_last) and name.first.is_likely and is_name


def _is_certain_in_lower_case(name: Name) -> bool:
    """Whether even without capitals no other reading is likely."""
    if name.is_full and name.words[1].is_last_name:
        return not name.words[1].is_ordinary or name.first.is_known
    return name.first.is_known and (
        not name.first.is_ordinary or (name.is_full and not name.words[1].is_ordinary)
    )


_RULES: tuple[tuple[re.Pattern[str], bool, _Rule], ...] = (
    (_OWN, True, _is_own),
    (_OTHERS_NAME, True, _is_anothers),
    (_SELF, True, _is_self),
    (_PRESENTED, False, _is_presented),
    (_RELATION, True, _is_relative),
    (_SIGNATURE, False, _is_signature),
)


def _ends_there(message: Message, name: Name) -> bool:
    return _AGE_OR_PLACE.match(message.folded, name.end) is not None


def _is_shouted(message: Message, name: Name) -> bool:
    """Whether it is in capitals throughout, as ADHD or LGBTQ are."""
    return message.text[name.start : name.end].isupper()


def _titled(message: Message, lists: Lists) -> Iterator[Span]:
    """Mme Tremblay, Dr. Singh."""
    for match in _TITLE.finditer(message.folded):
        name = read_name(message, lists, match.end())
        if name is None or not name.first.is_likely:
            continue
        if _STREET_DOCTOR.search(message.folded, max(0, match.end() - 40), match.end()):
            continue
        with_title = Name(name.words, match.start(), name.end)
        if is_public(message, lists, name, by_one_name=True) or is_public(message, lists, with_title):
            continue
        yield Span(name.start, name.end, KIND)


def _at_the_start(message: Message, lists: Lists) -> Iterator[Span]:
    """« Léa Tremblay, 16 ans », "Sarah Nguyen here"."""
    start = _GREETING.match(message.folded).end()  # type: ignore[union-attr]  # it matches nothing too
    name = read_name(message, lists, start)
    if name is None or not name.first.is_likely or is_public(message, lists, name):
        return
    if (name.is_full or name.first.is_known) and _HERE.match(message.folded, name.end):
        yield Span(name.start, name.end, KIND)


_FULL_BEFORE = re.compile(r"[^\W\d_][\w'’-]*(?: [^\W\d_][\w'’-]*){1,2}\Z")


def _before_relative(message: Message, lists: Lists) -> Iterator[Span]:
    """"Sarah Nguyen is my teacher", « Marc Roy, mon prof »."""
    for match in _IS_RELATIVE.finditer(message.folded):
        if match.start() == 0:
            continue
        begin = max(0, match.start() - 60)
        words = _FULL_BEFORE.search(message.text[begin : match.start()])
        if words is None:
            continue
        for offset in _starts_of_words(words.group()):
            name = read_name(message, lists, begin + words.start() + offset)
            if name and name.end == match.start() and name.first.is_likely and name.is_full:
                if not is_public(message, lists, name):
                    yield Span(name.start, name.end, KIND)
                break


def _starts_of_words(words: str) -> list[int]:
    return [match.start() for match in re.finditer(r"\S+", words)]
