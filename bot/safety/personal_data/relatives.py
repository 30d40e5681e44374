"""Words for the people around a person, « ma prof », "my friend"; a name may follow."""

from __future__ import annotations

from bot.safety.personal_data.patterns import one_of

FAMILY = """
    mere pere maman papa frere soeur sœur grand-mere grand-pere beau-pere belle-mere belle-soeur
    beau-frere mari femme conjointe? fils fille niece neveu cousine? tante oncle bebe jumeau
    jumelle mom mum mother dad father brother sister step-?(?:dad|mom|brother|sister) stepfather
    stepmother foster_(?:mom|dad|mother|father) grandma grandpa grandmother grandfather nan nana
    husband wife son daughter nephew aunt auntie uncle cousin baby twin guardian
"""
FRIENDS = """
    amie? meilleure?_amie? blonde chum copine copain ex pote gars coloc collegue voisine?
    partenaire coequipiere? mec meuf friend (?<=ma_)best (?<=on_)best bff bestie girlfriend
    boyfriend ex-girlfriend ex-boyfriend gf bf crush mate buddy homie roommate flatmate housemate
    classmate teammate partner neighbou?r kid boy girl guy dude student eleve
"""
AT_SCHOOL = """
    prof(?:e|esseure?)? enseignante? directeur directrice principale? surveillante? secretaire
    concierge educatrice educateur orienteuse? orienteur bibliothecaire tuteur tutrice coach
    entraineure? moniteur monitrice animateur animatrice conseillere?_d'orientation
    conseiller_d'orientation teacher professor principal vice[_-]principal counsell?or guidance
    secretary receptionist janitor librarian tutor dean instructor trainer supervisor advisor
    adviser volunteer assistant caretaker super
"""
AT_WORK = """
    boss patronn?e? employeur employee? gerante? commis proprio proprietaire chauffeuse? chauffeur
    medecin docteure? psy psychologue infirmiere? dentiste orthophoniste intervenante?
    travailleuse_sociale travailleur_social gardienne nounou coiffeuse coiffeur pharmacienne?
    avocate? policiere? agente? manager owner clerk colleague coworker co-worker landlord
    bus_driver driver doctor therapist nurse dentist lawyer social_worker case_?worker youth_worker
    babysitter nanny barber hairdresser pharmacist dog_walker officer cop
"""
RELATIVE = one_of(FAMILY + FRIENDS + AT_SCHOOL + AT_WORK)

_ADJECTIVES = one_of(
    """best old new former good close dear late little big older younger twin math maths english
    french history science gym civics biology chemistry art music homeroom geography soccer
    hockey basketball step half ex school high_school ancien ancienne nouveau nouvelle grand
    grande petit petite gros cher chere pauvre vieux vieille meilleur meilleure jeune demi"""
)
_SUBJECTS = one_of(
    r"""math(?:s|ematiques)? francais anglais histoire sciences? gym geo(?:graphie)? chimie physique
    education_physique bio(?:logie)? ecr univers_social arts? musique philo espagnol theatre info
    droit eco(?:nomie)? maternelle cegep hockey soccer foot basket danse natation famille classe
    stage travail sec(?:ondaire)?_?\d \d(?:e|eme)?_(?:annee|secondaire)"""
)
_CIRCLE = "(?:de|of|in|from) (?:ma|mon|my|notre|our) (?:classe?|ecole|school|cours|equipe|team)"
OWNED_RELATIVE = rf"(?:{_ADJECTIVES}[ -])?{RELATIVE}(?: (?:de |d'|of )?{_SUBJECTS})?(?: {_CIRCLE})?"
"""A relative with what describes one: best friend, French teacher, prof de math."""
