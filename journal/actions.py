"""The closed vocabulary of the journal: what can be written in it, and how a person reads it.

Each action declares its label, the details that it requires and the sentence that is read. Details
are structured, never a string to parse back, and hold no personal data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

Detail = str | int | bool | None
Details = Mapping[str, Detail]


@dataclass(frozen=True, kw_only=True)
class Action:
    """One kind of act.

    `phrase` is a format string over the action's details and the names that `Entree.phrase` gives:
    `auteur`, `usager`, `structure`, `fs`, `demarche`.
    """

    cle: str
    libelle: str
    phrase: str
    details: frozenset[str] = frozenset()

    def raconter(self, details: Details, noms: Mapping[str, str]) -> str:
        """Return the sentence; a detail's value is read in its words."""
        lus = {nom: MOTS.get(str(valeur), valeur) for nom, valeur in details.items()}
        texte = self.phrase.format_map(lus | dict(noms))
        return texte[:1].upper() + texte[1:]

    def verifier(self, details: Details) -> None:
        """Refuse with ValueError details that are not exactly those that the action declares."""
        if set(details) != self.details:
            ecart = sorted(set(details) ^ self.details)
            raise ValueError(f"Action {self.cle}: unexpected or missing details {ecart}")


# How a person reads the values of the closed vocabulary.
MOTS: Final[dict[str, str]] = {
    "usager": "la personne",
    "aidant": "un aidant",
    "structure": "la structure",
    "supervision": "la supervision",
    "plateforme": "la plateforme",
    "signature": "signature du mandat",
    "revocation": "fin d’une autorisation",
    "ajout": "ajouté",
    "changement": "changé",
    "retrait": "retiré",
    "compte": "compte FranceConnect",
    "lieu": "lieu de formation",
    "site": "site de démarches",
}
ACTIONS: Final[dict[str, Action]] = {}


def _action(cle: str, libelle: str, phrase: str, *details: str) -> Action:
    action = Action(cle=cle, libelle=libelle, phrase=phrase, details=frozenset(details))
    ACTIONS[cle] = action
    return action


CONNEXION = _action("connexion", "Connexion", "{auteur} s’est connecté.")
ECHEC_CONNEXION = _action(
    "echec_connexion",
    "Échec de connexion",
    "Une connexion a échoué à l’étape « {etape} ».",
    "etape",
)
REPRISE = _action("reprise", "Reprise de session", "{auteur} a repris sa session avec un code.")
DECONNEXION = _action("deconnexion", "Déconnexion", "{auteur} s’est déconnecté.")
CHANGEMENT_STRUCTURE = _action(
    "changement_structure",
    "Changement de structure",
    "{auteur} travaille maintenant pour {structure}.",
)
IDENTIFICATION = _action(
    "identification",
    "Identification FranceConnect",
    "{usager} s’est identifié avec FranceConnect ({but}).",
    "but",
)
COURRIEL_CHANGE = _action(
    "courriel_change",
    "Adresse électronique changée",
    "L’adresse électronique de {usager} a changé, d’après FranceConnect.",
)
SIGNATURE = _action(
    "signature",
    "Signature d’un mandat",
    "{usager} a signé un mandat avec la structure {structure}, établi par {auteur} "
    "(démarches : {nombre} ; jours : {duree}).",
    "nombre",
    "duree",
    "mode",
    "reference",
    "empreinte_pdf",
)
AUTORISATION_CREEE = _action(
    "autorisation_creee",
    "Autorisation donnée",
    "{usager} a autorisé la structure {structure} à agir pour : {demarche}.",
    "fin",
)
AUTORISATION_REVOQUEE = _action(
    "autorisation_revoquee",
    "Autorisation retirée",
    "L’autorisation donnée par {usager} à la structure {structure} a pris fin pour : {demarche} "
    "(à la demande de : {par}).",
    "par",
    "moyen",
    "motif",
)
MANDAT_REVOQUE = _action(
    "mandat_revoque",
    "Mandat révoqué",
    "Le mandat de {usager} avec la structure {structure} est révoqué en entier "
    "(à la demande de : {par}).",
    "par",
    "moyen",
    "motif",
)
JETON_REMIS = _action(
    "jeton_remis",
    "Accès ouvert",
    "{fs} a reçu la confirmation de l’identité de {usager}, par {auteur}, pour : {demarche}.",
    "acr",
)
UTILISATION = _action(
    "utilisation",
    "Utilisation du mandat",
    "{auteur} ({structure}) s’est connecté à {fs} au nom de {usager} pour : {demarche}.",
    "acr",
)
CONSULTATION_USAGER = _action(
    "consultation_usager",
    "Consultation par l’usager",
    "{usager} a consulté son mandat ({moyen}).",
    "moyen",
)
AVIS_ENVOYE = _action(
    "avis_envoye",
    "Avis envoyé",
    "Un courriel a été envoyé à : {destinataire} ({genre}).",
    "genre",
    "destinataire",
)
FS_CREE = _action("fs_cree", "Service enregistré", "{auteur} a enregistré le service {fs}.")
FS_MODIFIE = _action("fs_modifie", "Service modifié", "{auteur} a modifié le service {fs}.")
FS_SECRET_RENOUVELE = _action(
    "fs_secret_renouvele",
    "Secret de service renouvelé",
    "{auteur} a renouvelé le secret du service {fs}.",
)
DONNEE_PUBLIQUE_MODIFIEE = _action(
    "donnee_publique_modifiee",
    "Donnée publique modifiée",
    "{auteur} a {geste} un élément du parcours : {intitule} ({genre}).",
    "geste",
    "genre",
    "intitule",
)
QUESTION_CREEE = _action(
    "question_creee",
    "Question fréquente écrite",
    "{auteur} a écrit la question « {question} » pour le public.",
    "question",
    "publiee",
)
QUESTION_MODIFIEE = _action(
    "question_modifiee",
    "Question fréquente modifiée",
    "{auteur} a modifié la question « {question} », lue par le public.",
    "question",
    "publiee",
)
