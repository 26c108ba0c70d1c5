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
