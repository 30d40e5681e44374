"""Names of accounts: @name, name#1234, « mon insta c'est X », t.me/X."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.safety.personal_data.lists import Lists
from bot.safety.personal_data.message import Message
from bot.safety.personal_data.patterns import one_of, words
from bot.safety.personal_data.spans import Span

KIND = "handle"

_AT = re.compile(r"(?<![\w@.+-])@(?=[\w.]*[a-z])[\w](?:[\w.]{0,30}\w)?(?![\w@])")
_NOT_AT = words(
    """moi toi me everyone here all channel silent noon midnight home school work lunch ecole maison
    midi minuit class gym party night media font import property override param return"""
)
"""What "@" is typed before when it is no account: to call everybody, or for "at"."""
_NUMBERED = re.compile(r"(?<![\w#@.])([\w.]{2,32}(?: [\w.]{2,20})?) ?#\d{4}(?![\w#])")
_NOT_NUMBERED = re.compile(
    r"(?:.* )?"
    + one_of(
        """c f pr issue room local bill loi apt app suite unit unite ticket no num numero number
        version build page chapter bug case dossier poste ext order commande box rr episode ep
        top vol"""
    )
)

_PLATFORM = one_of(
    """insta(?:gram|gramme)? finsta ig snap(?:chat|chatte|p|s)? sc discord disco disc dc tik_?tok tt
    twitter facebook fb messenger twitch you_?tube yt steam reddit telegram whatsapp bereal
    threads psn xbox(?:_live)? roblox fortnite epic(?:_games)? minecraft valorant riot switch
    nintendo bluesky mastodon linkedin pinterest spotify kik vsco wattpad signal skype tumblr
    battlenet"""
)
_NAME_OF = one_of(
    """pseudo(?:nyme)? gamer_?tag user(?:_?name)? handle nom_d'utilisateur nom_d'usager identifiant
    screen_?name compte account @ tag nick(?:name)?"""
)
_WHICH = one_of(
    """new other main second private spam nouveau nouvel autre vrai compte nom username user id acc
    account name profil profile handle pseudo @ de sur on for d'"""
)
_WHOSE = one_of("mon ma mes my son sa his her their notre our moi")
_VALUE = r"\"?@?(?P<value>\w[\w.\-]{1,29}\w)(?!\w)"
_IS = (
    r"(?P<is>(?: ?[:=→,-]+>?)? (?:is|est|cest|c'est|c est|ces|c|its|it's)\b"
    r"| ?[:=→]+>?| -+>?|'s\b|) ?"
)
_OWNED = re.compile(
    rf"\b{_WHOSE} (?:{_WHICH}[ ']*){{0,3}}(?:{_PLATFORM}|{_NAME_OF})"
    r"(?: (?:name|username|user|handle|account|acc|id|tag|pseudo|profile|profil|compte))?"
    rf"(?: (?:sur|on) {_PLATFORM})?"
    rf"{_IS}(?:un |une |the |le |la |now |maintenant |just |genre )?{_VALUE}"
)
_ADD = one_of(
    """add(?:ez|e)? follow dm pm msg message find hmu hit text reach contact friend search look
    slide ajoute[sz]? suis suivez suivre ecri[st] ecrivez trouve[sz]? cherche[sz]? rejoin[st]
    contacte[sz]? parle[sz]? abonne abonnez je_suis jsuis chu i'm im i_am me"""
)
_ME = one_of("me moi mon my him her nous us up for toi vous in into dms?")
_AS = one_of(
    """at as under sous avec nom a it's its c'est cest im i'm chu je_suis jsuis my_name_is by with
    @"""
)
_ADDED = re.compile(
    rf"\b{_ADD}(?:[ -]{_ME}){{0,3}} (?:on|sur|via|a|in|dans|with|by|through)"
    rf"(?: (?:my|mon|le|the))? {_PLATFORM}\b(?: {_AS})* ?[:=,→-]* ?{_VALUE}"
)
_LABELLED = re.compile(
    r"(?:^|[\n.,;!?(|/]|\b(?:and|et|pis|ou|or|on|sur)\b) ?"
    rf"(?:{_PLATFORM}|pseudo|username|gamertag|handle|user) ?(?:[:=→]|->| - )+ ?{_VALUE}",
    re.MULTILINE,
)
_I_AM = one_of(
    """i'm im i_am i_go_by c'est cest je_suis jsuis chu je_m'appelle it's its
    mon_pseudo_(?:est|c'est) my_name_is my_user(?:name)?_is me_is"""
)
_ON_PLATFORM = re.compile(rf"\b(?:on|sur) {_PLATFORM},? {_I_AM} {_VALUE}")
_NAMED = re.compile(
    r"\b(?:gamer ?tag|user ?name|pseudo|nom d'utilisateur) (?:is|est|c'est|cest) " + _VALUE
)
_CHOSEN = r"[a-z0-9]+[._][a-z][a-z0-9._]*\w|[a-z]{3,}_?\d{2,}"
"""What is no word in any language."""
_BESIDE = re.compile(
    rf"\b{_PLATFORM} (?P<after>{_CHOSEN})(?![\w.])"
    rf"|\b(?:add|follow|suis|suivez|ajoute|find|as|me|moi) @?(?P<before>{_CHOSEN})"
    rf" (?:on|sur|via) {_PLATFORM}\b"
)
_FILE_OR_SITE = re.compile(
    r".*\.(?:com|ca|fr|org|net|exe|js|py|io|gg|tv|be|me|app|html?|pdf|json|yml)"
)

_HOST = one_of(
    r"""(?:t|telegram)\.me instagram\.com instagr\.am (?:www\.|vm\.|m\.)?tiktok\.com
    snapchat\.com/(?:add|u) twitter\.com (?<![\w.])x\.com (?:m\.)?facebook\.com fb\.com fb\.me
    m\.me linkedin\.com/in youtube\.com/(?:@|c/|user/) twitch\.tv reddit\.com/u(?:ser)? wa\.me
    threads\.net bsky\.app/profile github\.com open\.spotify\.com/user ko-fi\.com linktr\.ee
    discord(?:app)?\.com/users steamcommunity\.com/id vsco\.co pinterest\.(?:com|ca)"""
)
_ACCOUNT_PAGE = re.compile(
    rf"\b{_HOST}/?@?(?:profile\.php\?id=)?(?P<value>[\w.+-]{{2,40}})(?!\w|/\w)"
)
_REDDIT = re.compile(r"(?<![\w/])/?u/(?P<value>[\w-]{3,20})(?!\w)")
_NOT_ACCOUNT = words(
    """p reel reels explore stories tv accounts login signup search hashtag i home intent share
    groups pages events watch marketplace settings about privacy legal help developer developers
    profile.php status invite joinchat s addstickers iv proxy socks tag discover in www features
    topics orgs issues"""
)


def find_handles(message: Message, lists: Lists) -> Iterator[Span]:
    """Every name of an account, by its sign, by what announces it, or by its web address."""
    yield from _signed(message.folded, lists)
    yield from _linked(message.folded, lists)
    yield from _beside(message.folded)
    yield from _announced(message, lists)


def _signed(folded: str, lists: Lists) -> Iterator[Span]:
    if "@" in folded:
        for match in _AT.finditer(folded):
            name = match.group()[1:]
            if name not in _NOT_AT and name not in lists.public.handles:
                yield Span(match.start(), match.end(), KIND)
    if "#" in folded:
        for match in _NUMBERED.finditer(folded):
            if not _NOT_NUMBERED.fullmatch(match[1]):
                start = match.start(1) + match[1].rfind(" ") + 1
                yield Span(start, match.end(), KIND)


def _linked(folded: str, lists: Lists) -> Iterator[Span]:
    for pattern in (_ACCOUNT_PAGE, _REDDIT):
        for match in pattern.finditer(folded):
            if match["value"] not in _NOT_ACCOUNT and match["value"] not in lists.public.handles:
                yield Span(*match.span("value"), KIND)


def _beside(folded: str) -> Iterator[Span]:
    """A name that can be nothing else, before or after that of a platform: snap leo.b09."""
    for match in _BESIDE.finditer(folded):
        group = "after" if match["after"] else "before"
        if not _FILE_OR_SITE.fullmatch(match[group]):
            yield Span(*match.span(group), KIND)


def _announced(message: Message, lists: Lists) -> Iterator[Span]:
    for pattern in (_OWNED, _ADDED, _LABELLED, _ON_PLATFORM, _NAMED):
        for match in pattern.finditer(message.folded):
            value, start = match["value"], match.start("value")
            is_said = pattern is not _OWNED or bool(match["is"])
            is_name = value in lists.first_names and message.text[start].isupper()
            if is_name or _may_be_handle(value, lists, is_said=is_said):
                yield Span(start, match.end("value"), KIND)


def _may_be_handle(value: str, lists: Lists, *, is_said: bool) -> bool:
    """Whether it looks chosen: "my insta is private" announces nothing."""
    if value in lists.public.handles or value in _NOT_ACCOUNT:
        return False
    if re.search(r"[_.\d]", value):
        return any(character.isalpha() for character in value)
    return is_said and not any(word in lists.ordinary_words for word in (value, *value.split("-")))
