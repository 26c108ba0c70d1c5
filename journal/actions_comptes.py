"""The journal's words for the accounts of aidants, their factors and their structures."""

from journal.vocabulaire import action as _action

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
SUPERVISION_RETIREE = _action(
    "supervision_retiree",
    "Départ de l’équipe nationale",
    "{aidant} a quitté l’équipe nationale, d’après {auteur}. Motif : {precision}.",
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
    "compte_modifie",
    "Compte modifié",
    "{auteur} a modifié l’identité ou l’adresse de {aidant}. Motif : {precision}.",
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
COMPTE_PARTAGE = _action(
    "compte_partage",
    "Compte partagé",
    "Compte de {aidant}, qui travaille aussi pour une autre structure : {fait}. "
    "Fait par : {auteur}.",
    "fait",
)
# What is done to an account is done for each structure where the person works.
PARTAGEES = frozenset({
    COMPTE_MODIFIE, DESACTIVATION, REACTIVATION, INACTIVITE_PREVENUE, FACTEUR_AJOUTE,
    FACTEUR_RETIRE, FACTEURS_REINITIALISES, CODES_SECOURS, CODE_SECOURS_UTILISE, CARTE_ASSOCIEE,
    CARTE_VALIDEE, CARTE_DISSOCIEE, MOT_DE_PASSE_CHANGE, CONDITIONS_ACCEPTEES, SESSIONS_FERMEES,
})  # fmt: skip
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
