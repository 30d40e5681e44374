"""Names of accounts: @name, name#1234, « mon insta c'est X », t.me/X."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.safety.personal_data.lists import Lists
from bot.safety.personal_data.message import Message
from bot.safety.personal_data.spans import Span

KIND = "handle"
_AT = re.compile(r"(?<![\w@.+-])@(?=[\w.]*[a-z])[\w](?:[\w.]{0,30}\w)?(?![\w@])")
_NOT_AT = frozenset(
    "everyone here all channel silent noon midnight home school work lunch ecole maison midi minuit class"
    " gym party night media font import property override param return".split()
)
"""What "@" is typed before when it is no account: to call everybody, or for "at"."""
_NUMBERED = re.compile(r"(?<![\w#@.])([\w.]{2,32}(?: [\w.]{1,20})?) ?#\d{4}(?![\w#])")
_NOT_NUMBERED = re.compile(
    r"(?:.* )?(?:c|f|pr|issue|room|local|bill|loi|apt|app|suite|unit|unite|ticket|no|num|numero|number"
    r"|version|build|page|chapter|bug|case|dossier|poste|ext|order|commande|box|rr|episode|ep|top|vol)"
)
_PLATFORM = (
    r"(?:insta(?:gram|gramme)?|ig|snap(?:chat|chatte|p|s)?|sc|discord|disco|disc|dc|tik ?tok|tt|twitter"
    r"|facebook|fb|messenger|twitch|you ?tube|yt|steam|reddit|telegram|whatsapp|bereal|threads|psn"
    r"|xbox(?: live)?|roblox|fortnite|epic(?: games)?|minecraft|valorant|riot|switch|nintendo|bluesky"
    r"|mastodon|linkedin|pinterest|spotify|kik|vsco|wattpad|signal|skype|tumblr|battlenet|finsta)"
)
_NAME_OF = (
    r"(?:pseudo(?:nyme)?|gamer ?tag|user(?: ?name)?|handle|nom d'utilisateur|nom d'usager|identifiant"
    r"|screen ?name|compte|account|@|tag|nick(?:name)?)"
)
_IS = (
    r"(?P<is>(?: ?[:=→,-]+>?)? (?:is|est|cest|c'est|c est|ces|c|its|it's)\b| ?[:=→]+>?| -+>?|'s\b|) ?"
)
_VALUE = r"\"?@?(?P<value>\w[\w.\-]{1,29}\w)"
_OWNED = re.compile(
    r"\b(?:mon|ma|mes|my|son|sa|his|her|their|notre|our|moi) "
    rf"(?:(?:new|other|main|second|private|spam|nouveau|nouvel|autre|vrai|compte|nom|username|user|id|acc"
    rf"|account|name|profil|profile|handle|pseudo|@|de|sur|on|for|d')[ ']*){{0,3}}(?:{_PLATFORM}|{_NAME_OF})"
    r"(?: (?:name|username|user|handle|account|acc|id|tag|pseudo|profile|profil|compte))?"
    r"(?: (?:sur|on) " + _PLATFORM + r")?"
    rf"{_IS}(?:un |une |the |le |la |now |maintenant |just |genre )?{_VALUE}(?![\w])"
)
_ADDED = re.compile(
    r"\b(?:add|follow|dm|msg|message|find|hmu|hit|text|reach|contact|friend|search|look|ajoute[sz]?|add(?:ez|e)?"
    r"|suis|suivez|suivre|ecri[st]|ecrivez|trouve[sz]?|cherche[sz]?|rejoin[st]|contacte[sz]?|parle[sz]?"
    r"|slide|pm|abonne|abonnez|chu|je suis|jsuis|i'm|im|i am|me)"
    r"(?:[ -](?:me|moi|mon|my|him|her|nous|us|up|for|toi|vous|in|into|dms?)){0,3}"
    rf" (?:on|sur|via|a|in|through|dans|with|by|through)(?: (?:my|mon|le|the))? {_PLATFORM}\b"
    r"(?: (?:at|as|under|sous|avec|nom|a|it's|its|c'est|cest|im|i'm|chu|je suis|jsuis|my name is|by|with|@))*"
    rf" ?[:=,→-]* ?{_VALUE}(?!\w)"
)
_LABELLED = re.compile(
    rf"(?:^|[\n.,;!?(|/]|\b(?:and|et|pis|ou|or|on|sur)\b) ?(?:{_PLATFORM}|pseudo|username|gamertag|handle|user)"
    rf" ?(?:[:=→]|->| - )+ ?{_VALUE}(?!\w)",
    re.MULTILINE,
)
_ON_PLATFORM = re.compile(
    rf"\b(?:on|sur) {_PLATFORM},? (?:i'm|im|i am|i go by|c'est|cest|je suis|jsuis|chu|je m'appelle|it's|its"
    rf"|mon pseudo (?:est|c'est)|my name is|my user(?:name)? is|me is) {_VALUE}(?!\w)"
)
_ACCOUNT_PAGE = re.compile(
    r"\b(?:(?:t|telegram)\.me|instagram\.com|instagr\.am|(?:www\.|vm\.|m\.)?tiktok\.com|snapchat\.com/add"
    r"|snapchat\.com/u|twitter\.com|(?<![\w.])x\.com|(?:m\.)?facebook\.com|fb\.com|fb\.me|m\.me"
    r"|linkedin\.com/in|youtube\.com/(?:@|c/|user/)|twitch\.tv|reddit\.com/u(?:ser)?|wa\.me|threads\.net"
    r"|bsky\.app/profile|github\.com|open\.spotify\.com/user|ko-fi\.com|linktr\.ee|discord(?:app)?\.com/users"
    r"|steamcommunity\.com/id|vsco\.co|pinterest\.(?:com|ca))/?@?(?:profile\.php\?id=)?([\w.+-]{2,40})(?!\w|/\w)"
)
_NOT_ACCOUNT = frozenset(
    "p reel reels explore stories tv accounts login signup search hashtag i home intent share groups pages"
    " events watch marketplace settings about privacy legal help developer developers profile.php status"
    " invite joinchat s addstickers iv proxy socks tag discover in www features topics orgs issues".split()
)
_REDDIT = re.compile(r"(?<![\w/])/?u/([\w-]{3,20})(?!\w)")


def find_handles(message: Message, lists: Lists) -> Iterator[Span]:
    """Every name of an account, by its sign, by what announces it, or by its web address."""
    folded = message.folded
    yield from _signed(folded, lists)
    for match in _ACCOUNT_PAGE.finditer(folded):
        if match[1] not in _NOT_ACCOUNT and match[1] not in lists.public.handles:
            yield Span(match.start(1), match.end(1), KIND)
    for match in _REDDIT.finditer(folded):
        yield Span(match.start(1), match.end(1), KIND)
    for pattern in (_OWNED, _ADDED, _LABELLED, _ON_PLATFORM):
        for match in pattern.finditer(folded):
            is_said = pattern is not _OWNED or bool(match["is"])
            if _may_be_handle(match["value"], lists, is_said=is_said):
                yield Span(match.start("value"), match.end("value"), KIND)


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


def _may_be_handle(value: str, lists: Lists, *, is_said: bool) -> bool:
    """Whether it looks chosen: "my insta is private" announces nothing."""
    if value in lists.public.handles or value in _NOT_ACCOUNT:
        return False
    if any(sign in value for sign in "_.") or any(character.isdigit() for character in value):
        return any(character.isalpha() for character in value)
    return is_said and not any(word in lists.ordinary_words for word in (value, *value.split("-")))
