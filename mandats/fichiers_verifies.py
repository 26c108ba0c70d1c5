"""A PDF that somebody shows: is it, to the byte, one that was signed here?

The file is held in memory for the time of the answer, and never opened as a PDF: what a stranger
sends is hashed and searched, not parsed. Nothing of it is kept nor logged.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from io import BytesIO
from itertools import islice
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from aidants.models.echecs import Compteur, Seuil
from mandats import sceau_pdf
from mandats.models import Attestation, Mandat
from mandats.models.mandats import lire_reference

TAILLE_MAX = 5 * 1024 * 1024
CORPS_MAX = 4 * TAILLE_MAX  # beyond, the request is refused unread
_REFERENCE = re.compile(rb"AC-[A-Z0-9]{4}-[A-Z0-9]{4}")
_REFERENCES_MAX = 20
# Every file counts, right or wrong: this limits the work, and what may be learnt.
SEUILS = (
    Seuil(nombre=30, fenetre=timedelta(minutes=10)),
    Seuil(nombre=300, fenetre=timedelta(days=1)),
)


class Verdict(Enum):
    AUTHENTIQUE = "authentique"
    MODIFIE = "modifie"
    INCONNU = "inconnu"


@dataclass(frozen=True, kw_only=True)
class Examen:
    """The verdict, and the mandat that the file is, or says it is."""

    verdict: Verdict
    mandat: Mandat | None = None


def examiner(contenu: bytes) -> Examen:
    """Tell a signed document, a changed one (our reference or our seal in it), any other file."""
    empreinte = hashlib.sha256(contenu).hexdigest()
    mandats = Mandat.objects.prefetch_related("autorisations")
    document = Attestation.objects.filter(sha256=empreinte).first()
    if document:
        signe = mandats.get(pk=document.mandat_id)
        return Examen(verdict=Verdict.AUTHENTIQUE, mandat=signe)
    mandat = mandats.filter(reference__in=_references(contenu)).first()
    if mandat or sceau_pdf.porte_notre_sceau(contenu):
        return Examen(verdict=Verdict.MODIFIE, mandat=mandat)
    return Examen(verdict=Verdict.INCONNU)


def _references(contenu: bytes) -> set[str]:
    """What has the form of a reference; a PDF may write it in octal, or on two bytes a letter."""
    lisible = contenu.replace(b"\\000", b"").replace(b"\0", b"").replace(b"\\055", b"-")
    trouvees = islice(_REFERENCE.finditer(lisible), _REFERENCES_MAX)
    return {lire_reference(trouvee[0].decode()) for trouvee in trouvees}


def est_un_pdf(contenu: bytes) -> bool:
    """Its head or its tail says so: one of them may be what was tampered with."""
    return b"%PDF-" in contenu[:1024] or b"%%EOF" in contenu[-1024:]


def compteurs(adresse: str) -> list[Compteur]:
    return [Compteur(usage="verification_fichier", valeur=adresse, seuils=SEUILS)]


class EnMemoire(FileUploadHandler):
    """Keeps a file in memory, never on disk: `TAILLE_MAX` and one byte more, which tells."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.recu = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.recu.write(raw_data[: TAILLE_MAX + 1 - self.recu.tell()])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        taille = self.recu.tell()
        self.recu.seek(0)
        return InMemoryUploadedFile(
            self.recu, self.field_name, "document.pdf", self.content_type, taille, None
        )
