"""The closed vocabulary of the journal: what can be written in it, and how a person reads it.

The acts upon accounts are in `actions_comptes`, those of usagers in `actions_usagers`.
"""

from journal import actions_comptes as actions_comptes
from journal import actions_usagers as actions_usagers
from journal.vocabulaire import ACTIONS as ACTIONS
from journal.vocabulaire import MOTS as MOTS
from journal.vocabulaire import Action as Action
from journal.vocabulaire import Detail as Detail
from journal.vocabulaire import Details as Details
from journal.vocabulaire import action as _action

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
    "niveau_sceau",
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
    "(à la demande de : {par}).{raison}",
    "par",
    "moyen",
    "motif",
)
MANDAT_REVOQUE = _action(
    "mandat_revoque",
    "Mandat révoqué",
    "Le mandat de {usager} avec la structure {structure} est révoqué en entier "
    "(à la demande de : {par}).{raison}",
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
    "cle_preparee",
    "Clé préparée",
    "{auteur} a préparé la clé de signature {alg} {kid}.{raison}",
    *_CLE,
)
CLE_PUBLIEE = _action(
    "cle_publiee",
    "Clé publiée",
    "{auteur} a publié la clé de signature {alg} {kid}.{raison}",
    *_CLE,
)
CLE_ACTIVEE = _action(
    "cle_activee",
    "Clé mise en service",
    "La clé {alg} {kid} signe, d’après {auteur}.{raison}",
    *_CLE,
)
CLE_RETIREE = _action(
    "cle_retiree",
    "Clé retirée",
    "La clé {alg} {kid} ne signe plus, d’après {auteur}.{raison}",
    *_CLE,
)
CLE_SUPPRIMEE = _action(
    "cle_supprimee",
    "Clé supprimée",
    "{auteur} a supprimé la clé de signature {alg} {kid}.{raison}",
    *_CLE,
)
CLE_REVOQUEE = _action(
    "cle_revoquee",
    "Clé révoquée en urgence",
    "{auteur} a révoqué en urgence la clé de signature {alg} {kid}.{raison}",
    *_CLE,
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
EFFACEMENT = _action(
    "effacement",
    "Effacement en fin de conservation",
    "{auteur} a effacé des données arrivées au bout de leur durée de conservation : {regle} "
    "(nombre : {nombre} ; échues le {avant}).",
    "regle",
    "avant",
    "nombre",
)
JOURNAL_EXPORTE = _action(
    "journal_exporte", "Journal exporté", "{auteur} a exporté {lignes} lignes du journal.", "lignes"
)
