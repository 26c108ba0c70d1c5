"""The proof of a line of the journal, for who reads it in the admin: without the persons."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from aidants import tableurs
from journal.models import Entree
from journal.preuve import PasEncoreScellee, composer

if TYPE_CHECKING:
    from aidants.admin.journal import EntreeAdmin

MAXIMUM = 500  # proofs in one archive: about a megabyte, a second or two
SCRIPT = Path(settings.BASE_DIR) / "docs/verifier_preuve.py"
LISEZ_MOI = """\
Ce dossier contient :
- journal.csv : les lignes du journal que vous avez choisies ;
- preuves/ : une preuve par ligne, au nom de son acte (dernière colonne de journal.csv) ;
- verifier_preuve.py : le programme qui vérifie une preuve, sans internet.

Vous pouvez aussi vérifier une preuve sur {adresse}
Une ligne écrite à l’instant peut ne pas avoir encore sa preuve.
Les preuves ne nomment personne.
"""


def telecharger(admin: "EntreeAdmin", request: HttpRequest, object_id: int) -> HttpResponseBase:
    """The proof of a line that this account may read, without whom it concerns."""
    entree = admin.get_queryset(request).filter(pk=object_id).first()
    if entree is None or not admin.has_view_permission(request, entree):
        raise Http404
    try:
        octets = composer(entree, avec_sujet=False)
    except PasEncoreScellee:
        messages.warning(request, "La preuve sera prête dans quelques secondes.")
        return redirect("admin:journal_entree_change", object_id)
    disposition = {"Content-Disposition": f'attachment; filename="{nom(entree)}"'}
    return HttpResponse(octets, content_type="application/json", headers=disposition)


def nom(entree: Entree) -> str:
    return f"preuve-{entree.acte}.json"


def archiver(entrees: Iterable[Entree], lignes: Iterable[Sequence[str]], adresse: str) -> bytes:
    """A ZIP of these lines as CSV, with the proof of each and what checks them."""
    memoire = io.BytesIO()
    with zipfile.ZipFile(memoire, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("LISEZ-MOI.txt", LISEZ_MOI.format(adresse=adresse))
        archive.writestr("verifier_preuve.py", SCRIPT.read_bytes())
        archive.writestr("journal.csv", b"".join(tableurs.ecrire_csv(lignes)))
        for entree in entrees:
            try:
                archive.writestr(f"preuves/{nom(entree)}", composer(entree, avec_sujet=False))
            except PasEncoreScellee:
                continue
    return memoire.getvalue()
