"""The closed vocabulary of the journal: what can be written in it, and how a person reads it.

Each action declares its label, the details that it requires and the sentence that is read. Details
are structured, never a string to parse back, and hold no personal data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from journal.mots import MOTS as MOTS

Detail = str | int | bool | None
Details = Mapping[str, Detail]


@dataclass(frozen=True, kw_only=True)
class Action:
    """One kind of act.

    `phrase` is a format string over the action's details and the names that `Entree.phrase` gives:
    `auteur`, `aidant`, `usager`, `structure`, `fs`, `demarche`, and `precision`: the reason
    that somebody typed, which is personal and kept beside the entry.
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
REPRISE = _action(
    "reprise",
    "Reprise de session",
    "{auteur} a repris sa session avec un code ou une clé d’accès.",
)
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
RENOUVELLEMENT = _action(
    "renouvellement",
    "Renouvellement d’un mandat",
    "{usager} a renouvelé son mandat avec la structure {structure}, établi par {auteur} "
    "({ancienne} devient {reference}).",
    "reference",
    "ancienne",
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
TRANSFERT = _action(
    "transfert",
    "Transfert d’un mandat",
    "{auteur} a transféré le mandat de {usager} ({reference}) de {de} à {vers}. "
    "Motif : {precision}.",
    "reference",
    "de",
    "vers",
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
TRADUCTION_ECRITE = _action(
    "traduction_ecrite",
    "Traduction écrite",
    "{auteur} a écrit la traduction du texte « {bloc} » en {langue}, lue par le public.",
    "bloc",
    "langue",
    "relue",
)
VIDEO_SIGNES_ECRITE = _action(
    "video_signes_ecrite",
    "Vidéo en langue des signes changée",
    "{auteur} a changé l’adresse de la vidéo en langue des signes de la page « {page} ».",
    "page",
    "visible",
)

# --- Keys that sign our tokens --------------------------------------------------------------------

_CLE = ("alg", "kid")
CLE_PREPAREE = _action(
    "cle_preparee", "Clé préparée", "{auteur} a préparé la clé de signature {alg} {kid}.", *_CLE
)
CLE_PUBLIEE = _action(
    "cle_publiee", "Clé publiée", "{auteur} a publié la clé de signature {alg} {kid}.", *_CLE
)
CLE_ACTIVEE = _action(
    "cle_activee", "Clé mise en service", "La clé {alg} {kid} signe, d’après {auteur}.", *_CLE
)
CLE_RETIREE = _action(
    "cle_retiree", "Clé retirée", "La clé {alg} {kid} ne signe plus, d’après {auteur}.", *_CLE
)
CLE_SUPPRIMEE = _action(
    "cle_supprimee", "Clé supprimée", "{auteur} a supprimé la clé de signature {alg} {kid}.", *_CLE
)
CLE_REVOQUEE = _action(
    "cle_revoquee",
    "Clé révoquée en urgence",
    "{auteur} a révoqué en urgence la clé de signature {alg} {kid}.",
    *_CLE,
)

# --- Accounts of aidants --------------------------------------------------------------------------

INVITATION = _action(
    "invitation",
    "Invitation",
    "{auteur} a invité {aidant} à rejoindre {structure}.",
    "aidant",
    "responsable",
)
INVITATION_SUPERVISION = _action(
    "invitation_supervision",
    "Invitation dans l’équipe nationale",
    "{auteur} a invité {aidant} à rejoindre l’équipe nationale.",
)
INVITATION_RENVOYEE = _action(
    "invitation_renvoyee", "Invitation renvoyée", "{auteur} a renvoyé l’invitation de {aidant}."
)
INVITATION_ANNULEE = _action(
    "invitation_annulee", "Invitation annulée", "{auteur} a annulé l’invitation de {aidant}."
)
ACTIVATION = _action("activation", "Compte créé", "{aidant} a créé son compte.")
ROLE_DONNE = _action(
    "role_donne",
    "Arrivée dans une structure",
    "{aidant} a rejoint {structure}.",
    "aidant",
    "responsable",
)
SUPERVISION_DONNEE = _action(
    "supervision_donnee",
    "Arrivée dans l’équipe nationale",
    "{aidant} a rejoint l’équipe nationale.",
)
ROLE_CHANGE = _action(
    "role_change",
    "Rôle changé",
    "{auteur} a changé le rôle de {aidant} à {structure}. Motif : {precision}.",
    "aidant",
    "responsable",
)
ROLE_RETIRE = _action(
    "role_retire",
    "Départ d’une structure",
    "{aidant} a quitté {structure}, d’après {auteur}. Motif : {precision}.",
)
COMPTE_MODIFIE = _action(
    "compte_modifie", "Compte modifié", "{auteur} a modifié l’identité ou l’adresse de {aidant}."
)
DESACTIVATION = _action(
    "desactivation",
    "Compte désactivé",
    "{auteur} a désactivé le compte de {aidant} ({motif}). Précision : {precision}.",
    "motif",
)
REACTIVATION = _action(
    "reactivation",
    "Compte réactivé",
    "{auteur} a réactivé le compte de {aidant}. Motif : {precision}.",
)
INACTIVITE_PREVENUE = _action(
    "inactivite_prevenue",
    "Alerte d’inactivité",
    "{aidant} est prévenu : son compte sera désactivé s’il ne sert pas.",
)
ANONYMISATION = _action(
    "anonymisation", "Compte anonymisé", "Le nom et l’adresse d’un compte ont été effacés."
)
FACTEUR_AJOUTE = _action(
    "facteur_ajoute", "Moyen de connexion ajouté", "{aidant} a ajouté : {genre}.", "genre"
)
FACTEUR_RETIRE = _action(
    "facteur_retire",
    "Moyen de connexion retiré",
    "{auteur} a retiré à {aidant} : {genre}.",
    "genre",
)
FACTEURS_REINITIALISES = _action(
    "facteurs_reinitialises",
    "Moyens de connexion réinitialisés",
    "{auteur} a retiré tous les moyens de connexion de {aidant}. Motif : {precision}.",
    "nombre",
)
CODES_SECOURS = _action(
    "codes_secours", "Codes de secours créés", "{aidant} a reçu de nouveaux codes de secours."
)
CODE_SECOURS_UTILISE = _action(
    "code_secours_utilise",
    "Code de secours utilisé",
    "{aidant} a utilisé un code de secours (restants : {restants}).",
    "restants",
)
CARTES_IMPORTEES = _action(
    "cartes_importees", "Cartes importées", "{auteur} a importé {nombre} cartes.", "nombre"
)
CARTE_ASSOCIEE = _action(
    "carte_associee", "Carte associée", "{auteur} a associé la carte {serie} à {aidant}.", "serie"
)
CARTE_VALIDEE = _action(
    "carte_validee",
    "Carte validée",
    "{auteur} a validé la carte {serie} de {aidant}.",
    "serie",
    "decalage",
)
CARTE_DISSOCIEE = _action(
    "carte_dissociee",
    "Carte dissociée",
    "{auteur} a retiré la carte {serie} à {aidant}. Motif : {motif}.",
    "serie",
    "motif",
)
MOT_DE_PASSE_OUBLIE = _action(
    "mot_de_passe_oublie",
    "Mot de passe oublié",
    "{aidant} a demandé à choisir un nouveau mot de passe.",
)
MOT_DE_PASSE_CHANGE = _action(
    "mot_de_passe_change",
    "Mot de passe changé",
    "{aidant} a changé de mot de passe ({moyen}).",
    "moyen",
)
CONDITIONS_ACCEPTEES = _action(
    "conditions_acceptees",
    "Conditions d’utilisation acceptées",
    "{aidant} a accepté les conditions d’utilisation ({version}).",
    "version",
)
SESSIONS_FERMEES = _action(
    "sessions_fermees",
    "Sessions fermées",
    "{aidant} a fermé ses autres sessions ({nombre}).",
    "nombre",
)
STRUCTURE_CREEE = _action("structure_creee", "Structure créée", "{auteur} a créé {structure}.")
STRUCTURE_MODIFIEE = _action(
    "structure_modifiee", "Structure modifiée", "{auteur} a modifié la fiche de {structure}."
)
STRUCTURE_FERMEE = _action(
    "structure_fermee",
    "Structure désactivée",
    "{auteur} a désactivé {structure}. Motif : {precision}.",
)
STRUCTURE_ROUVERTE = _action(
    "structure_rouverte",
    "Structure réactivée",
    "{auteur} a réactivé {structure}. Motif : {precision}.",
)
DEMARCHES_CHANGEES = _action(
    "demarches_changees",
    "Démarches autorisées changées",
    "{auteur} a changé les démarches autorisées à {structure}. Motif : {precision}.",
    "demarches",
)
PURGE = _action(
    "purge",
    "Effacement de données personnelles",
    "{auteur} a effacé les données personnelles de {nombre} lignes du journal, arrivées au bout "
    "de leur durée de conservation ({regle}, avant le {avant}).",
    "regle",
    "avant",
    "nombre",
    "empreinte",
)
JOURNAL_EXPORTE = _action(
    "journal_exporte", "Journal exporté", "{auteur} a exporté {lignes} lignes du journal.", "lignes"
)
