"""The journal's words for what usagers do, and what is done for them beside the mandat itself."""

from journal.vocabulaire import action as _action

FORMULAIRE_RENDU = _action(
    "formulaire_rendu",
    "Formulaire de révocation rendu",
    "{auteur} a reçu le formulaire de révocation de {usager} sur papier, daté du {date} "
    "({reference}).",
    "date",
    "reference",
)
CONTACT_CHANGE = _action(
    "contact_change",
    "Adresse de contact changée",
    "{auteur} a {geste} une adresse pour prévenir {usager} ({canal}).",
    "canal",
    "geste",
)
AVIS_UTILISATIONS = _action(
    "avis_utilisations",
    "Choix d’être prévenu",
    "{usager} veut être prévenu à chaque utilisation : {choix}, d’après {auteur}.",
    "choix",
)
AVIS_SMS_ENVOYE = _action(
    "avis_sms_envoye",
    "Avis envoyé par SMS",
    "Un SMS a été envoyé à : {destinataire} ({genre}).",
    "genre",
    "destinataire",
)
SIGNALEMENT = _action(
    "signalement",
    "Demande contestée",
    "{usager} dit que ce n’était pas sa demande : {genre}. La structure est prévenue.",
    "genre",
)
CODE_REIMPRIME = _action(
    "code_reimprime",
    "Nouveau code sur papier",
    "{auteur} a imprimé un nouveau code pour {usager} ({reference}). L’ancien code ne sert plus.",
    "reference",
)
