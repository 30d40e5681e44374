"""A small `stories/safety/abuse.yml` without mistakes; the lines of mistakes are counted in it."""

from __future__ import annotations

ABUSE = """\
signs: {"🖕": fuck you}
known_sites: [canada.ca]
marks: [name, address]
lists:
  fr: {group: [noirs, juifs]}
  en: {group: [blacks, jews]}
harmless:
  fr: [tapette a souris]
  en: [chink in the armour]
kinds:
  insult:
    sure:
      fr: [connard~]
      en: [asshole~]
    maybe:
      fr: [idiot]
      en: [moron]
  hate:
    sure:
      fr:
        - sales <group>
        - tapette
      en:
        - dirty <group>
        - chink
    maybe:
      fr: [racaille]
      en: [thugs]
  sexual:
    sure:
      fr: [suce moi]
      en: [suck my dick]
    maybe:
      fr: [nichons]
      en: [boobs]
  spam:
    sure:
      fr: [code promo]
      en: [promo code]
    maybe:
      fr: [casino]
      en: [casino]
  doxxing:
    sure:
      fr: [voici son adresse]
      en: [here is his address]
    maybe:
      fr: [habite au]
      en: [lives at]
"""
