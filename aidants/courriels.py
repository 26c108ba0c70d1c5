"""How a mail is written once and read twice: a plain text, and the same in HTML.

A template gives, line by line: `Objet : …`, a blank line, then paragraphs apart by blank lines. A
paragraph `[Libellé] https://…` is the mail's one button, when it leads to this site: whatever a
name holds, it can send nobody elsewhere. `(Libellé) https://…` is a link beside it, on the same
terms.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

# A name may hold what was pasted with it: in a subject it would keep the mail from leaving.
_COMMANDES = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BOUTON = re.compile(r"(?:\[(?P<libelle>[^\]]+)\]|\((?P<lien>[^)]+)\)) (?P<adresse>https?://\S+)")


@dataclass(frozen=True)
class Bouton:
    libelle: str
    adresse: str
    discret: bool = False


@dataclass(frozen=True)
class Courriel:
    objet: str
    blocs: tuple[str | Bouton, ...]

    @property
    def texte(self) -> str:
        """Plain text: a button is its words, then its address on a line of its own."""
        return "\n\n".join(
            f"{bloc.libelle} :\n{bloc.adresse}" if isinstance(bloc, Bouton) else bloc
            for bloc in self.blocs
        )


def lire(source: str) -> Courriel:
    """Read a filled template; ValueError when it has no subject."""
    objet, _, corps = source.strip().partition("\n")
    if not objet.startswith("Objet : "):
        raise ValueError("A mail's first line is its subject.")
    paragraphes = (p.strip() for p in re.split(r"\n\s*\n", corps))
    return Courriel(
        _COMMANDES.sub(" ", objet.removeprefix("Objet : ")).strip(),
        tuple(map(_bloc, filter(None, paragraphes))),
    )


def _bloc(paragraphe: str) -> str | Bouton:
    bouton = _BOUTON.fullmatch(paragraphe)
    if bouton and bouton["adresse"].startswith(f"{settings.SITE_URL}/"):
        libelle = bouton["libelle"] or bouton["lien"]
        return Bouton(libelle, bouton["adresse"], discret=bool(bouton["lien"]))
    return paragraphe


def composer(gabarit: str, contexte: dict[str, Any], adresse: str) -> EmailMultiAlternatives:
    """The mail of a template, text first, HTML beside it; no image, no tracking."""
    commun = {"site": settings.SITE_URL, "telephone": settings.TELEPHONE_SUPPORT}
    courriel = lire(render_to_string(gabarit, commun | contexte))
    message = EmailMultiAlternatives(courriel.objet, courriel.texte, to=[adresse])
    html = render_to_string(
        "courriels/courriel.html",
        {"courriel": courriel, "marque_etat": settings.MARQUE_ETAT, **commun},
    )
    message.attach_alternative(html, "text/html")
    return message
