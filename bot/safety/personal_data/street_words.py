"""Words and patterns of street addresses, in French and English; `addresses.py` uses them."""

from __future__ import annotations

import re

from bot.safety.personal_data.patterns import one_of, words

CIVIC = (
    r"(?<![\w$€%.,/:#-])(?:(?:apt|app|unit|suite|#) ?#?\d{1,5}[a-z]?[ ,-]{1,3})?"
    r"\d{1,6}(?:-?[a-z](?![a-z]))?(?: ?- ?\d{1,5})?(?: 1/2| ?bis\b| ?ter\b)?"
)
"""The number of a house, with that of a flat before it."""

_FRENCH_STREET = one_of(
    """rue avenue ave av boulevard boul blvd bd chemin ch rang allee impasse imp croissant montee
    ruelle rte"""
)
_FRENCH_PLACE = one_of(
    "place pl route cote cours carre square quai passage terrasse promenade voie parc autoroute"
)
"""Words of the street that are also words of the day: they need a name with a capital."""
_LINK = one_of(
    "de_la de du des la le les au aux et en sur sous saint sainte st ste notre mgr dr general"
)
FRENCH = re.compile(
    rf"{CIVIC},? (?:{_FRENCH_STREET}|(?P<place>{_FRENCH_PLACE}))\b\.?"
    rf" (?:{_LINK}[ -]|(?:de )?[dl]'){{0,4}}(?P<name>\w[\w'.-]*)"
)
FRENCH_ORDINAL = re.compile(
    rf"{CIVIC},? \d{{1,3}} ?(?:e|er|re|eme|ieme|ere)\.? (?:rue|avenue|ave|av|rang|boulevard)\b\.?"
)

_STREET = one_of(
    """street st avenue ave av road rd boulevard blvd crescent cres parkway pkwy terrace highway hwy
    laneway"""
)
_PLACE = one_of(
    """drive dr lane ln court crt ct place pl way circle cir trail trl square sq close gate grove
    heights hill row path mews line concession sideroad landing common ridge run bay cove point
    park walk green manor cr gardens view crossing loop"""
)
_SIDE = one_of("west east north south [nsew]")
_COMPASS = rf"(?: (?:{_SIDE}|nw|ne|sw|se|ouest|est|nord|sud|o)\b\.?)?"
ENGLISH = re.compile(
    rf"{CIVIC},? (?:{_SIDE}\.? )?(?P<names>(?:\w[\w'.-]* ){{1,3}}?)"
    rf"(?:{_STREET}|(?P<place>{_PLACE}))\b\.?(?: (?:{_STREET}|drive|dr)\b\.?)?{_COMPASS}"
)
ENGLISH_BARE = re.compile(
    rf"{CIVIC},? (?P<names>[^\W\d][\w'.-]*(?: [^\W\d][\w'.-]*)?) {_SIDE}\b\.?"
)
_ROAD = one_of(
    "highway hwy route rte autoroute county_road range_road township_road twp_rd line concession"
)
NUMBERED_ROAD = re.compile(rf"{CIVIC},? {_ROAD}\.? \d{{1,4}}[a-z]?\b")

_BOX = one_of(
    r"""p\.?_?o\.?_?box post_office_box postal_box case_postale c\.?_?p\.? boite_postale b\.?_?p\.?
    casier_postal"""
)
BOX = re.compile(
    rf"\b{_BOX} ?(?:no\.?|n°|#|:)? ?\d{{1,6}}(?!\w)(?:,? succ(?:ursale|\.)? [\w-]+| stn [\w-]+)?"
)
RURAL_ROUTE = re.compile(
    r"(?:\b(?:site|box|comp|group) \d+,? ){0,3}\b(?:r\.? ?r\.?|rural route|route rurale)"
    r" ?(?:no\.?|n°|#)? ?\d{1,3}(?!\w)(?:,? (?:site|box|comp) \d+){0,3}"
)

_UNIT = one_of(
    """app(?:artement|art|t)? apt apartment unit unite suite bureau local logement chambre room
    porte etage ste"""
)
TAIL = re.compile(
    rf"{_COMPASS}(?:,? ?(?:\(?{_UNIT}\.? ?(?:no\.? ?)?|#) ?[a-z]?-?\d{{0,5}}[a-z]?\)?)?"
)
"""What may follow the name of a street: a side of town, a flat."""
MORE_NAME = re.compile(r"[ -](?:de la |de l'|de |du |des |d'|the )?(?P<word>[^\W\d_][\w'.-]*)")

_DWELL = one_of(
    """(?:j'?|je_|on_|il_|elle_|ils_|nous_)?(?:habit(?:e|ons|ent)|reste|vis|demeure|jhabite|jreste)
    demenage
    (?:i_|we_|he_|she_|they_|i'm_|im_)?(?:live|lives|living|stay|staying|moved|moving)
    home_address adresse address"""
)
_WHOSE = "(?:mon|ma|notre|son|sa|my|our|his|her) (?:(?:home|mailing|new|nouvelle) )?"
_HOME = one_of("adresse address house home place maison appart")
_AT = one_of("_is _est _c'est , _?: _at _au _a 's _to _in _dans_le _sur_le _on _the _le")
_LIVES = rf"\b(?:{_DWELL}|{_WHOSE}{_HOME})(?: postale| actuelle| complete)?{_AT}* "
LIVES_AT_NUMBER = re.compile(rf"{_LIVES}(?=\d)")
LIVES_HERE = re.compile(rf"{_LIVES}\Z")
HOUSE = re.compile(
    r"(?P<number>\d{1,6}[a-z]?(?:-\d{1,5})?),?"
    r" (?P<links>(?:(?:de|du|des|la|le|saint|sainte|st|ste)[ -]){0,3})(?P<name>[^\W\d][\w'.-]+)"
)
"""A house whose street is not called one: 4567 Saint-Denis, 45 Maple."""

NOT_STREETS = words(
    """minute minutes min mins heure heures hour hours hr hrs h km kms metre metres m pas jour jours
    day days week weeks semaine semaines mois month months an ans year years yrs yo eme ieme e er
    re st nd rd th am pm block blocks bloc blocs coin coins etage etages floor floors people
    personne personnes kid kids enfant enfants piece pieces different differents place places
    endroit endroits pied pieds ft feet km/h foi fois time times am. pm. percent pour kilometres
    bedroom bathroom story storey person man star seat car contre against versus vs"""
)
"""What one counts rather than lives in."""
SMALL_WORDS = words("a an the of in on to for and or with at by from my your our their is are was")
STREET_NAMES = words(
    """main first second third fourth fifth sixth seventh eighth ninth tenth park church king queen
    victoria high school station water bay front elm oak maple pine cedar birch spruce willow
    river lake hill college university prince princess duke george st saint north south east west
    new old mill bridge albert wellington bank rose spring sunset forest garden union market
    dundas bloor yonge centre center 1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th 11th 12th"""
)
"""Ordinary words that streets are often called."""
YEAR = re.compile(r"(?:19|20)\d\d\b")
