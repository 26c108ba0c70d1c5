"""What was typed and posted when the session had gone to rest: kept, and given back.

It stays in the person's own session, without codes nor passwords, and only for the account that
typed it.
"""

from typing import Any

from django.http import HttpRequest

CLE = "saisie_retenue"
JAMAIS = {"csrfmiddlewaretoken", "code", "mot_de_passe", "ancien", "confirmation"}
TAILLE_MAX = 200_000  # characters: a list of a thousand people fits

Saisie = dict[str, Any]


def retenir(request: HttpRequest) -> Saisie | None:
    """Return what the request posted, with where and by whom; None when there is nothing."""
    if request.method != "POST" or request.content_type == "application/json":
        return None  # what a script posts is no form that a person could send again
    champs = [
        (nom, valeur)
        for nom, valeurs in request.POST.lists()
        if nom not in JAMAIS
        for valeur in valeurs
    ]
    if not champs or sum(len(valeur) for _, valeur in champs) > TAILLE_MAX:
        return None
    return {"adresse": request.get_full_path(), "champs": champs, "par": str(request.user.pk)}


def reposer(request: HttpRequest, saisie: Saisie | None) -> None:
    if saisie:
        request.session[CLE] = saisie


def reprendre(request: HttpRequest) -> Saisie | None:
    """Take back, once, what this account had posted."""
    saisie: Saisie | None = request.session.pop(CLE, None)
    return saisie if saisie and saisie["par"] == str(request.user.pk) else None
