"""Passwords of twelve characters and more that everybody tries first, in small letters."""

from __future__ import annotations

# fmt: off
COMMON = frozenset((
    "123456789012", "1234567890123", "12345678901234", "123456789012345", "1234567890123456",
    "1234567890ab", "12345678910111213", "123412341234", "123123123123", "112233445566",
    "147258369147", "987654321098", "0123456789ab", "000000000000", "111111111111",
    "1q2w3e4r5t6y", "1q2w3e4r5t6y7u", "1qaz2wsx3edc", "1qaz2wsx3edc4rfv", "q1w2e3r4t5y6",
    "qwertyuiop12", "qwertyuiop123", "qwertyuiopas", "qwertyuiop[]", "qwerty123456",
    "qwerty1234567", "azertyuiop12", "azertyuiop123", "azerty123456", "azerty1234567",
    "abcdefghijkl", "abcdefgh1234", "abcd12345678", "abc123abc123", "asdfghjkl123",
    "zxcvbnm12345", "password1234", "password12345", "password123456", "passwordpassword",
    "passw0rd1234", "p@ssw0rd1234", "p@ssword1234", "motdepasse12", "motdepasse123",
    "motdepasse1234", "monmotdepasse", "bienvenue123", "bienvenue2026", "bienvenue1234",
    "welcome12345", "welcome123456", "changeme1234", "changemeplease", "changezmoi123",
    "letmein12345", "letmeinplease", "administrator", "administrateur", "administration",
    "administrator1", "adminadmin12", "adminadminadmin", "admin1234567", "admin12345678",
    "superadmin123", "parlouvert12", "parlouvert123", "parlouvert1234", "parlouvert2026",
    "parlouvert2027", "parlouvert..", "parlouvertparlouvert", "gouvernement", "gouvernement1",
    "gouvernementouvert", "opengovernment", "opengovernment1", "moderation123", "moderateur123",
    "moderator123", "canadacanada", "canada123456", "quebecquebec", "montreal1234",
    "montrealmontreal", "iloveyou1234", "iloveyou12345", "jetaime12345", "jetaimejetaime",
    "football1234", "hockeyhockey", "canadiens1234", "princess1234", "sunshine1234",
    "correcthorsebatterystaple", "troubadour12", "secretsecret", "secret123456",
    "trustno1trustno1",
))
# fmt: on
