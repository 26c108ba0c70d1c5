"""The words of the parcours, in plain French: short sentences, one idea a line."""

from dataclasses import dataclass
from typing import Final

from usagers.parcours.orientation import PROFILS, Lien, Profil


@dataclass(frozen=True, kw_only=True)
class TexteQuestion:
    titre: str
    lignes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TexteReponse:
    """`libelle` on the button, `precision` below it, `court` on the picture of the tree."""

    libelle: str
    precision: str = ""
    court: str = ""
    pictogramme: str = ""

    @property
    def bref(self) -> str:
        return self.court or self.libelle


@dataclass(frozen=True, kw_only=True)
class TexteIssue:
    """`maintenant`: what to do, in order; `aidant`: what the aidant does."""

    titre: str
    qui: str
    pourquoi: tuple[str, ...]
    maintenant: tuple[str, ...]
    aidant: tuple[str, ...]
    pictogramme: str
    liens: tuple[Lien, ...] = ()


ETAPES: Final = {
    1: "Votre situation",
    2: "Le site de la démarche",
    3: "Votre compte",
    4: "Votre mot de passe",
    5: "Faire la démarche",
}

QUESTIONS: Final[dict[str, TexteQuestion]] = {
    "deces": TexteQuestion(
        titre="La démarche est-elle pour une personne décédée ?",
        lignes=("Par exemple : la retraite d’un parent qui est mort.",),
    ),
    "numero": TexteQuestion(
        titre="Votre numéro de Sécurité sociale commence par 1 ou par 2 ?",
        lignes=("Regardez votre carte Vitale.", "C’est le numéro de 15 chiffres."),
    ),
    "profil": TexteQuestion(
        titre="Quelle est votre situation ?",
        lignes=("Choisissez la phrase qui vous ressemble le plus.",),
    ),
    "site": TexteQuestion(
        titre="Connaissez-vous le site internet de la démarche ?",
        lignes=("C’est le site où l’on remplit la demande.",),
    ),
    "aide-site": TexteQuestion(
        titre="Cherchez le site avec l’aidant. C’est fait ?",
        lignes=("L’aidant connaît les services publics.", "Voici les sites les plus utilisés."),
    ),
    "compte": TexteQuestion(
        titre="Avez-vous un compte sur l’un de ces sites ?",
        lignes=("Un seul compte suffit.", "Il ouvre tous les sites qui ont FranceConnect."),
    ),
    "aide-compte": TexteQuestion(
        titre="Créez un compte avec l’aidant. C’est fait ?",
        lignes=("Prenez celui qui est le plus simple pour vous.", "C’est gratuit."),
    ),
    "identifiants": TexteQuestion(
        titre="Avez-vous votre identifiant et votre mot de passe avec vous ?",
        lignes=("Gardez-les pour vous.", "L’aidant ne vous les demande pas."),
    ),
    "aide-acces": TexteQuestion(
        titre="Retrouvez votre mot de passe avec l’aidant. C’est fait ?",
        lignes=("Chaque site a une page pour cela.", "Ouvrez celle de votre compte."),
    ),
    "autonomie": TexteQuestion(
        titre="Pouvez-vous faire la démarche vous-même ?",
        lignes=("Vous êtes devant l’écran.", "L’aidant reste près de vous."),
    ),
    "choix": TexteQuestion(
        titre="Que préférez-vous ?",
        lignes=("Les deux sont possibles.", "Vous pourrez changer d’avis."),
    ),
}

_OUI, _NON = "system/success", "system/error"


def _reponse(libelle: str, precision: str, pictogramme: str, court: str = "") -> TexteReponse:
    return TexteReponse(libelle=libelle, precision=precision, court=court, pictogramme=pictogramme)


def _oui(precision: str) -> TexteReponse:
    return _reponse("Oui", precision, _OUI)


def _non(precision: str) -> TexteReponse:
    return _reponse("Non", precision, _NON)


def _plus_tard(precision: str) -> TexteReponse:
    return _reponse("Pas aujourd’hui", precision, "digital/calendar", court="Pas aujourd’hui")


def _profil(profil: Profil) -> TexteReponse:
    return _reponse(profil.titre, profil.exemples, profil.pictogramme, court=profil.court)


REPONSES: Final[dict[str, TexteReponse]] = {
    "deces-non": _reponse("Non", "La démarche est pour moi.", "digital/avatar"),
    "deces-oui": _reponse("Oui", "La personne est décédée.", "document/archive"),
    "numero-oui": _oui("Il commence par 1 ou par 2."),
    "numero-non": _non("Je n’en ai pas, ou il commence par un autre chiffre."),
    **{profil.cle: _profil(profil) for profil in PROFILS.values()},
    "site-oui": _oui("Je sais sur quel site aller."),
    "site-non": _non("Je cherche le bon site."),
    "site-trouve": _reponse("Oui, j’ai trouvé le site", "On continue.", _OUI, court="Trouvé"),
    "site-introuvable": _reponse(
        "Non, je ne le trouve pas", "L’aidant cherche pour moi.", _NON, court="Pas trouvé"
    ),
    "compte-oui": _oui("J’ai au moins un de ces comptes."),
    "compte-non": _non("Je n’en ai pas, ou je ne sais pas."),
    "compte-cree": _reponse("Oui, mon compte est prêt", "On continue.", _OUI, court="Créé"),
    "compte-plus-tard": _plus_tard("Il me manque un papier, ou du temps."),
    "acces-oui": _oui("Je peux me connecter."),
    "acces-non": _non("Je les ai oubliés, ou perdus."),
    "acces-retrouve": _reponse("Oui, je peux me connecter", "On continue.", _OUI, court="Retrouvé"),
    "acces-plus-tard": _plus_tard("J’attends un courrier, ou un message."),
    "seul-oui": _reponse(
        "Oui", "Je fais la démarche. L’aidant reste à côté.", "digital/self-training"
    ),
    "seul-non": _reponse("Non", "C’est trop difficile pour moi.", "environment/human-cooperation"),
    "choix-apprendre": _reponse(
        "Apprendre", "Je veux savoir le faire la prochaine fois.", "leisure/book"
    ),
    "choix-mandat": _reponse(
        "Qu’un aidant le fasse pour moi",
        "Je signe un mandat. Je peux l’arrêter quand je veux.",
        "document/document-signature",
        court="Être aidé",
    ),
}

_VOUS, _ENSEMBLE, _AIDANT = "Vous", "Vous, avec l’aidant", "L’aidant, en votre nom"
_REVENIR = "Revenez voir l’aidant avec cette fiche."
_FRANCECONNECT = (
    "Ouvrez le site de la démarche.",
    "Appuyez sur le bouton FranceConnect.",
    "Choisissez votre compte.",
    "Tapez votre identifiant et votre mot de passe.",
    "Remplissez votre demande.",
)


def _orientation(profil: Profil) -> TexteIssue:
    return TexteIssue(
        titre=profil.aller,
        qui=_ENSEMBLE,
        pourquoi=(
            "Il vous faut d’abord un numéro de Sécurité sociale qui commence par 1 ou par 2.",
            "Sans ce numéro, FranceConnect ne vous reconnaît pas.",
        ),
        maintenant=(profil.ou, "Demandez votre numéro de Sécurité sociale.", _REVENIR),
        aidant=(profil.accompagnement, "Il vous dit quels papiers apporter."),
        pictogramme=profil.pictogramme,
        liens=profil.organismes,
    )


ISSUES: Final[dict[str, TexteIssue]] = {
    "pas-possible": TexteIssue(
        titre="FranceConnect est fermé pour une personne décédée",
        qui=_ENSEMBLE,
        pourquoi=(
            "Après un décès, FranceConnect ne marche plus pour la personne.",
            "Personne ne peut donc utiliser son identité.",
        ),
        maintenant=(
            "Appelez ou écrivez au service concerné.",
            "Apportez l’acte de décès.",
            "Dites votre lien avec la personne.",
        ),
        aidant=("Il cherche avec vous à qui écrire.", "Il vous aide à écrire la lettre."),
        pictogramme="document/archive",
        liens=(Lien(nom="Service-Public", adresse="https://www.service-public.gouv.fr/"),),
    ),
    **{f"orientation-{profil.cle}": _orientation(profil) for profil in PROFILS.values()},
    "chercher": TexteIssue(
        titre="L’aidant cherche le bon service pour vous",
        qui=_ENSEMBLE,
        pourquoi=("Le site n’est pas encore trouvé.", "Il n’existe peut-être pas."),
        maintenant=(
            "Dites à l’aidant ce que vous voulez demander.",
            "Montrez-lui les lettres que vous avez reçues.",
            "Prenez un autre rendez-vous si besoin.",
        ),
        aidant=("Il vous dit quel service s’en occupe.", "Il vous donne l’adresse du site."),
        pictogramme="document/document-search",
        liens=(Lien(nom="Service-Public", adresse="https://www.service-public.gouv.fr/"),),
    ),
    "creer-compte": TexteIssue(
        titre="Créez votre compte, puis revenez",
        qui=_ENSEMBLE,
        pourquoi=("FranceConnect demande un compte.", "Un seul suffit, et c’est gratuit."),
        maintenant=(
            "Choisissez un compte dans la liste.",
            "Préparez ce qu’il faut.",
            "Créez le compte. Notez votre mot de passe en lieu sûr.",
            _REVENIR,
        ),
        aidant=("Il vous aide à choisir.", "Il reste près de vous pendant la création."),
        pictogramme="digital/avatar",
    ),
    "retrouver-acces": TexteIssue(
        titre="Retrouvez votre mot de passe, puis revenez",
        qui=_ENSEMBLE,
        pourquoi=("Votre compte existe.", "Il vous manque seulement de quoi l’ouvrir."),
        maintenant=(
            "Ouvrez la page « mot de passe oublié » de votre compte.",
            "Attendez le message ou le courrier.",
            "Choisissez un nouveau mot de passe. Notez-le en lieu sûr.",
            _REVENIR,
        ),
        aidant=("Il ouvre la bonne page avec vous.", "Il ne regarde pas votre mot de passe."),
        pictogramme="system/padlock",
    ),
    "seul": TexteIssue(
        titre="Faites la démarche, l’aidant reste près de vous",
        qui=_VOUS,
        pourquoi=("Vous avez tout ce qu’il faut.",),
        maintenant=_FRANCECONNECT,
        aidant=("Il reste près de vous.", "Il répond à vos questions."),
        pictogramme="digital/self-training",
    ),
    "apprendre": TexteIssue(
        titre="Apprenez près de chez vous",
        qui=_VOUS,
        pourquoi=("Des lieux vous apprennent à utiliser internet.", "C’est souvent gratuit."),
        maintenant=(
            "Choisissez un lieu.",
            "Prenez rendez-vous.",
            "Apportez cette fiche.",
        ),
        aidant=(
            "Il cherche avec vous un lieu près de chez vous.",
            "Si c’est urgent, il peut faire la démarche avec un mandat.",
        ),
        pictogramme="leisure/book",
    ),
    "mandat": TexteIssue(
        titre="Signez un mandat : l’aidant fait la démarche pour vous",
        qui=_AIDANT,
        pourquoi=(
            "Le mandat est un papier que vous signez.",
            "Il dit ce que l’aidant peut faire, et jusqu’à quand.",
            "Vous pouvez l’arrêter quand vous voulez.",
        ),
        maintenant=(
            "Choisissez avec l’aidant les démarches et la durée.",
            "Connectez-vous avec FranceConnect.",
            "Lisez le mandat avec l’aidant, puis signez.",
            "Gardez le papier que l’aidant vous donne.",
        ),
        aidant=(
            "Il fait les démarches choisies, et rien d’autre.",
            "Chacune de ses connexions est notée.",
        ),
        pictogramme="document/document-signature",
    ),
}
