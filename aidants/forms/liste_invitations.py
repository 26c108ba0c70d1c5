"""Many people invited at once: a text of one person a line, checked whole before anything."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms

from aidants import liste_collee, tableurs
from aidants.forms.admin_aidants import DEJA_LA, DestinationForm, PersonneForm, deja_la
from aidants.models import Invitation
from aidants.models.invitations import Personne

LIGNES_MAX = 1000
TEXTE_MAX = 150_000
ERREURS_MAX = 20
COLONNES = (
    tableurs.Colonne(
        "courriel", "adresse électronique", autres=("e-mail", "mail", "adresse", "adresse mail")
    ),
    tableurs.Colonne("prenom", "prénom"),
    tableurs.Colonne("nom", "nom", autres=("nom de famille",)),
    tableurs.Colonne("profession", "profession", obligatoire=False, autres=("fonction", "métier")),
)


@dataclass(frozen=True)
class Verdict:
    """What will come of one line: a problem, or a person and perhaps a remark."""

    numero: int
    texte: str
    personne: Personne | None = None
    probleme: str = ""
    remarque: str = ""


class ListeForm(DestinationForm):
    texte = forms.CharField(
        label="Liste des personnes",
        required=False,
        max_length=TEXTE_MAX,
        help_text="Une personne par ligne : adresse électronique ; prénom ; nom ; profession. "
        f"La profession est facultative. {LIGNES_MAX} personnes au plus.",
        widget=forms.Textarea(
            attrs={"rows": 12, "cols": 100, "spellcheck": "false", "wrap": "off"}
        ),
    )
    fichier = forms.FileField(
        label="Ou un fichier (CSV ou XLSX)",
        required=False,
        help_text="La première ligne porte les titres : adresse électronique, prénom, nom, "
        "profession. Ses lignes s’ajoutent à la liste.",
        widget=forms.FileInput(attrs={"accept": tableurs.EXTENSIONS}),
    )
    field_order = ["acte", "ou", "role", "texte", "fichier"]
    verdicts: "list[Verdict]" = []

    @property
    def problemes(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.probleme]

    @property
    def a_montrer(self) -> list[Verdict]:
        """What is wrong, to be corrected; everything once nothing is."""
        return self.problemes or self.verdicts

    @property
    def personnes(self) -> list[Personne]:
        return [verdict.personne for verdict in self.verdicts if verdict.personne]

    @property
    def est_juste(self) -> bool:
        return self.is_valid() and bool(self.verdicts) and not self.problemes

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        texte = self._avec_le_fichier(donnees)
        lignes = liste_collee.lire(texte)
        if "texte" in self.errors or "fichier" in self.errors:
            return donnees
        if not lignes:
            self.add_error("texte", "Écrivez au moins une personne, ou choisissez un fichier.")
        elif len(lignes) > LIGNES_MAX:
            self.add_error(
                "texte", f"{len(lignes)} lignes : invitez {LIGNES_MAX} personnes au plus à la fois."
            )
        elif "ou" in donnees:
            self.verdicts = list(self._juger(lignes))
        return donnees

    def _avec_le_fichier(self, donnees: dict[str, Any]) -> str:
        """The text with the file's rows after it; the page shows it, to be corrected there."""
        texte, fichier = donnees.get("texte", ""), donnees.get("fichier")
        if not fichier:
            return str(texte)
        rangs = self._lire_fichier(fichier)
        texte = "\n".join(filter(None, [texte.strip(), liste_collee.ecrire(rangs)]))
        if len(texte) > TEXTE_MAX:
            self.add_error("fichier", "Ce fichier est trop long. Coupez-le en plusieurs.")
            return ""
        recu: Any = self.data
        a_montrer = recu.copy()
        a_montrer["texte"] = texte
        self.data = a_montrer
        return texte

    def _lire_fichier(self, fichier: Any) -> list[list[str]]:
        """The rows of a file, in the order of the list; none when one of them is wrong."""
        contenu = fichier.read(tableurs.TAILLE_MAX + 1)
        tableau = tableurs.lire(fichier.name, contenu, colonnes=COLONNES)
        for erreur in tableau.erreurs[:ERREURS_MAX]:
            self.add_error("fichier", erreur.phrase)
        if len(tableau.erreurs) > ERREURS_MAX:
            self.add_error("fichier", f"Et {len(tableau.erreurs) - ERREURS_MAX} autres erreurs.")
        rangs = () if tableau.erreurs else tableau.rangs
        return [[rang.valeurs.get(cle, "") for cle in liste_collee.COLONNES] for rang in rangs]

    def _juger(self, lignes: list[liste_collee.Ligne]) -> Iterator[Verdict]:
        adresses = [(ligne.champs or {}).get("courriel", "").lower() for ligne in lignes]
        ici = deja_la(self.structure, adresses)
        invites = self._deja_invitees(adresses)
        vues: dict[str, int] = {}
        for ligne, adresse in zip(lignes, adresses, strict=True):
            personne, probleme = _lire_personne(ligne)
            if adresse in vues and personne:
                probleme = f"Même adresse qu’à la ligne {vues[adresse]}."
            elif adresse in ici:
                probleme = probleme or DEJA_LA
            vues.setdefault(adresse, ligne.numero)
            remarque = "Déjà invitée : l’invitation sera renvoyée." if adresse in invites else ""
            yield Verdict(
                ligne.numero, ligne.texte, None if probleme else personne, probleme, remarque
            )

    def _deja_invitees(self, adresses: list[str]) -> set[str]:
        attendues = Invitation.objects.en_attente().filter(
            structure=self.structure, courriel__in=adresses
        )
        return set(attendues.values_list("courriel", flat=True))


def _lire_personne(ligne: liste_collee.Ligne) -> tuple[Personne | None, str]:
    champs = ligne.champs
    if champs is None:
        return None, "Il faut trois ou quatre colonnes : adresse ; prénom ; nom ; profession."
    form = PersonneForm(champs)
    if form.is_valid():
        return Personne(**form.cleaned_data), ""
    return None, " ".join(str(erreur) for liste in form.errors.values() for erreur in liste)
