"""A browser in a few words, for the list of one's own sessions. Pure module.

Neither version nor address: enough to recognise one's own computer, not to follow anybody.
"""

from typing import Final

# The first name found wins: most browsers also claim to be the ones below them.
_NAVIGATEURS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMES: Final = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def nommer(user_agent: str) -> str:
    """Return for instance "Firefox, Windows"; "Navigateur inconnu" when nothing is known."""
    mots = [_premier(user_agent, _NAVIGATEURS), _premier(user_agent, _SYSTEMES)]
    return ", ".join(filter(None, mots)) or "Navigateur inconnu"


def _premier(user_agent: str, noms: tuple[tuple[str, str], ...]) -> str:
    return next((nom for signe, nom in noms if signe in user_agent), "")
