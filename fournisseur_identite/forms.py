"""Registering a FS: the same checks in the admin and on the command line."""

from typing import Any

from django import forms

from aidants.admin.champs import Cases
from aidants.demarches import CHOIX
from fournisseur_identite.jwks import defaut_de_jwks
from fournisseur_identite.models import FournisseurService
from fournisseur_identite.verification import defaut_d_adresse

LARGE = {"size": 60}  # an address is read whole


class AdressesField(forms.CharField):
    """Addresses, one a line, each exact: no wildcard, no fragment, HTTPS unless on this machine."""

    widget = forms.Textarea(attrs={"rows": 3, "cols": 80})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        adresses = str(super().clean(value) or "").split()
        for adresse in adresses:
            verifier_adresse(adresse)
        return adresses


def verifier_adresse(adresse: str) -> None:
    if defaut := defaut_d_adresse(adresse):
        raise forms.ValidationError(defaut)


class FournisseurServiceForm(forms.ModelForm[FournisseurService]):
    site = forms.URLField(
        label="Adresse du site",
        assume_scheme="https",
        widget=forms.URLInput(attrs=LARGE),
        help_text="Sa page d’accueil.",
    )
    redirect_uris = AdressesField(
        label="Adresses de retour (redirect_uri)",
        help_text="Une par ligne, à la lettre près : le navigateur ne va nulle part ailleurs.",
    )
    post_logout_redirect_uris = AdressesField(
        label="Adresses de sortie (post_logout_redirect_uri)",
        required=False,
        help_text="Une par ligne. Où revenir quand le site annonce que la personne a fini.",
    )
    jwks_uri = forms.URLField(
        label="Adresse des clés publiques du site (jwks_uri)",
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs=LARGE),
        help_text="Pour private_key_jwt. Le site y publie ses clés et les change quand il veut : "
        "elles sont relues dans les cinq minutes, et plus tôt si une clé inconnue se présente. "
        "L’adresse est en https et publique. Préférez-la au document collé.",
    )
    logout_uri = forms.URLField(
        label="Adresse de fin de session (backchannel_logout_uri)",
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs=LARGE),
        help_text="Le site y est prévenu, de serveur à serveur, qu’une connexion est terminée.",
    )
    demarches = forms.MultipleChoiceField(
        label="Démarches du service",
        choices=CHOIX,
        widget=Cases,
        required=False,
        help_text="Aucune cochée : le service accepte les dix.",
    )

    class Meta:
        model = FournisseurService
        fields = [
            "nom", "site", "actif", "politique", "client_id", "authentification", "jwks_uri",
            "jwks", "redirect_uris", "post_logout_redirect_uris", "logout_uri", "demarches",
            "par_exige", "id_token_alg", "userinfo_signe", "userinfo_alg", "voit_l_aidant",
        ]  # fmt: skip
        help_texts = {
            "nom": "Celui que l’aidant et la personne lisent, à l’écran et dans le journal.",
            "actif": "Décoché, le service est suspendu : toutes ses demandes sont refusées, et ce "
            "qui est en cours s’arrête.",
            "politique": "FranceConnect, ou un site qui se connecte sans lui : les règles de "
            "sécurité que ses demandes suivent.",
            "client_id": "Le nom du service dans le protocole, écrit dans chaque demande. "
            "Gardez celui qui est proposé, sauf si le site en impose un.",
        }

    def clean_jwks(self) -> dict[str, Any]:
        document: Any = self.cleaned_data["jwks"]
        if defaut := defaut_de_jwks(document):
            raise forms.ValidationError(defaut)
        return document or {}

    def clean_jwks_uri(self) -> str:
        adresse: str = self.cleaned_data["jwks_uri"]
        if adresse:
            verifier_adresse(adresse)
        return adresse

    def clean_logout_uri(self) -> str:
        adresse: str = self.cleaned_data["logout_uri"]
        if adresse:
            verifier_adresse(adresse)
        return adresse
