"""A file that a stranger sends to be checked: received within a size, or refused unread."""

from typing import Any, ClassVar

from django import forms
from dsfr.forms import DsfrBaseForm


class FichierRecuForm(DsfrBaseForm):
    """The bytes of the field `fichier` are in `cleaned_data["fichier"]`."""

    taille_max: ClassVar[int]  # bytes
    trop_grand: ClassVar[str]

    def clean_fichier(self) -> bytes:
        fichier: Any = self.cleaned_data["fichier"]
        if fichier.size > self.taille_max:
            raise forms.ValidationError(self.trop_grand)
        contenu: bytes = fichier.read()
        return contenu

    def refuser_sans_lire(self) -> None:
        """For a request so large that its file was not received."""
        self.full_clean()
        self.errors.clear()
        self.add_error("fichier", self.trop_grand)
