"""Every page that is read, and by whom: what its address needs is in the world."""

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from aidants.models import AppareilTotp
from journal.models import Entree
from mandats.models import Projet
from tests.aidants.premiers_pas import adresse, inviter
from tests.monde import Monde, ouvrir

AVEC_SITES = "logement/deces-non/numero-oui/site-non"
ISSUE = f"{AVEC_SITES}/site-introuvable"


def _admin(page: str, *objets: Callable[[Monde], Any]) -> Callable[[Monde], str]:
    return lambda m: reverse(f"admin:{page}", args=[objet(m) for objet in objets])


def _facteur(acte: str, monde: Monde) -> str:
    premier = AppareilTotp.objects.filter(user=monde.aidant).earliest("pk")
    return reverse(f"facteur_{acte}", args=["application", premier.pk])


def _projet(etape: str, projet: Projet) -> str:
    return reverse(f"projet_{etape}", args=[projet.pk])


def _entree(monde: Monde) -> int:
    """One of the structure's own, which its responsable reads too."""
    return int(Entree.objects.de_structures([str(monde.mandat.structure_id)]).earliest("id").pk)


DU_PARCOURS: dict[str, Callable[[Monde], str]] = {
    "parcours": lambda _: reverse("parcours"),
    "parcours_etape": lambda _: reverse("parcours_etape", args=["logement"]),
    "parcours_etape avec sites": lambda _: reverse("parcours_etape", args=[AVEC_SITES]),
    "parcours_etape, issue": lambda _: reverse("parcours_etape", args=[ISSUE]),
    "parcours_fiche": lambda _: reverse("parcours_fiche", args=[ISSUE]),
    "parcours_arbre": lambda _: reverse("parcours_arbre"),
    "parcours_affiche": lambda _: reverse("parcours_affiche", args=["orientation"]),
    "orientation": lambda _: reverse("orientation"),
}
DE_L_AIDANT: dict[str, Callable[[Monde], str]] = {
    "accueil": lambda _: reverse("accueil"),
    "reprise": lambda _: reverse("reprise"),
    "espace": lambda _: reverse("espace"),
    "usagers": lambda _: reverse("usagers"),
    "usagers cherchés": lambda _: reverse("usagers") + "?q=dubois",
    "usager": lambda m: reverse("usager", args=[m.mandat.usager_id]),
    "usager_contact": lambda m: reverse("usager_contact", args=[m.mandat.usager_id]),
    "mandats": lambda _: reverse("mandats"),
    "mandats cherchés": lambda _: reverse("mandats") + "?q=dubois",
    "mandat": lambda m: reverse("mandat", args=[m.mandat.pk]),
    "mandat_fait": lambda m: reverse("mandat_fait", args=[m.mandat.pk]),
    "mandat_pdf": lambda m: reverse("mandat_pdf", args=[m.mandat.pk]),
    "nouveau_code": lambda m: reverse("nouveau_code", args=[m.mandat.pk]),
    "mandat_recu": lambda m: reverse("mandat_recu", args=[m.arreter_une().pk]),
    "mandat_revocation": lambda m: reverse("mandat_revocation", args=[m.mandat.pk]),
    "mandat_renouvellement": lambda m: reverse("mandat_renouvellement", args=[m.mandat.pk]),
    "projet_nouveau": lambda _: reverse("projet_nouveau"),
    "projet_identification": lambda m: _projet("identification", m.projet_sans_usager),
    "projet_signature": lambda m: _projet("signature", m.projet),
    "projet_signature en arabe": lambda m: _projet("signature", m.projet) + "?langue=ar",
}
DU_COMPTE: dict[str, Callable[[Monde], str]] = {
    "compte": lambda _: reverse("compte"),
    "mot_de_passe": lambda _: reverse("mot_de_passe"),
    "facteur_application": lambda _: reverse("facteur_application"),
    "facteur_renommer": lambda m: _facteur("renommer", m),
    "facteur_retirer": lambda m: _facteur("retirer", m),
    "codes_secours": lambda _: reverse("codes_secours"),
    "conditions": lambda _: reverse("conditions"),
    "cle_acces_nouvelle": lambda _: reverse("cle_acces_nouvelle"),
}
DE_L_USAGER: dict[str, Callable[[Monde], str]] = {
    "accueil public": lambda _: reverse("accueil"),
    "faq": lambda _: reverse("faq"),
    "langues": lambda _: reverse("langues"),
    "page_traduite": lambda _: reverse("page_traduite", args=["ar", "accueil"]),
    "statistiques": lambda _: reverse("statistiques"),
    "plan_du_site": lambda _: reverse("plan_du_site"),
    "sante": lambda _: reverse("sante"),
    "sante_journal": lambda _: reverse("sante_journal"),
    "journal": lambda _: reverse("journal"),
    "connexion": lambda _: reverse("connexion"),
    "mot_de_passe_oublie": lambda _: reverse("mot_de_passe_oublie"),
    "mon_mandat": lambda _: reverse("mon_mandat"),
    "mon_mandat_ouvert": lambda m: reverse("mon_mandat_ouvert", args=[m.mandat.pk]),
    "mon_mandat_recu": lambda m: reverse("mon_mandat_recu", args=[m.mandat.pk]),
    "mon_mandat_recu_pdf": lambda m: reverse("mon_mandat_recu_pdf", args=[m.arreter_une().pk]),
    "mon_mandat_utilisations": lambda m: reverse("mon_mandat_utilisations", args=[m.mandat.pk]),
    "mon_contact": lambda _: reverse("mon_contact"),
    "pas_moi": lambda m: reverse("pas_moi", args=[m.avis.pk, m.avis.jeton]),
    "mes_mandats": lambda _: reverse("mes_mandats"),
    "invitation": lambda m: adresse(inviter(m.mandat.structure)),
    "verifier": lambda _: reverse("verifier"),
    "verifier_preuve": lambda _: reverse("verifier_preuve"),
    "verification": lambda m: reverse("verification", args=[m.mandat.reference]),
}
_FS = "fournisseur_identite_fournisseurservice"
DE_L_ADMIN: dict[str, Callable[[Monde], str]] = {
    "admin": _admin("index"),
    "admin aidants": _admin("aidants_aidant_changelist"),
    "admin aidant": _admin("aidants_aidant_change", lambda m: m.aidant.pk),
    "admin aidants cherchés": lambda _: reverse("admin:aidants_aidant_changelist") + "?q=camille",
    "admin aidants filtrés": lambda _: (
        reverse("admin:aidants_aidant_changelist") + "?role=aidant&moyen=aucun"
    ),
    "admin rôle": _admin("aidants_aidant_changer_role", lambda m: m.aidant.pk),
    "admin départ": _admin("aidants_aidant_retirer", lambda m: m.aidant.pk),
    "admin désactivation": _admin("aidants_aidant_desactiver", lambda m: m.aidant.pk),
    "admin historique": _admin("aidants_aidant_history", lambda m: m.aidant.pk),
    "admin cartes": _admin("aidants_cartetotp_changelist"),
    "admin cartes cherchées": lambda _: reverse("admin:aidants_cartetotp_changelist") + "?q=AC",
    "admin carte": _admin("aidants_cartetotp_change", lambda m: m.carte.pk),
    "admin carte passé": _admin("aidants_cartetotp_history", lambda m: m.carte.pk),
    "admin prêter une carte": _admin("aidants_aidant_associer_carte", lambda m: m.aidant.pk),
    "admin invitations": _admin("aidants_invitation_changelist"),
    "admin invitation": _admin("aidants_invitation_change", lambda m: m.invitation.pk),
    "admin inviter": _admin("aidants_invitation_add"),
    "admin inviter plusieurs": _admin("aidants_invitation_plusieurs"),
    "admin structures": _admin("aidants_structure_changelist"),
    "admin structure": _admin("aidants_structure_change", lambda m: m.mandat.structure_id),
    "admin fiche": _admin("aidants_structure_fiche", lambda m: m.mandat.structure_id),
    "admin passé": _admin("aidants_structure_history", lambda m: m.mandat.structure_id),
    "admin démarches": _admin("aidants_structure_demarches", lambda m: m.mandat.structure_id),
    "admin mandats": _admin("mandats_mandat_changelist"),
    "admin mandats filtrés": lambda _: (
        reverse("admin:mandats_mandat_changelist") + "?etat=bientot&demarche=logement&q=AC"
    ),
    "admin mandat": _admin("mandats_mandat_change", lambda m: m.mandat.pk),
    "admin mandat passé": _admin("mandats_mandat_history", lambda m: m.mandat.pk),
    "admin journal cherché": lambda _: reverse("admin:journal_entree_changelist") + "?q=camille",
    "admin export": _admin("journal_entree_export"),
    "admin journal": _admin("journal_entree_changelist"),
    "admin entrée": _admin("journal_entree_change", _entree),
}
_FAQ = "aidants_connect_questionfrequente"
_TRADUCTION = "aidants_connect_traduction"
DES_FS: dict[str, Callable[[Monde], str]] = {
    "admin état du journal": _admin("journal_etat"),
    "admin import de cartes": _admin("aidants_cartetotp_import"),
    "admin services": _admin(f"{_FS}_changelist"),
    "admin nouveau service": _admin(f"{_FS}_add"),
    "admin service": _admin(f"{_FS}_change", lambda m: m.fs.pk),
    "admin transfert": _admin("mandats_mandat_transferer", lambda m: m.mandat.pk),
    "admin secret": _admin(f"{_FS}_secret", lambda m: m.fs.pk),
    "admin questions": _admin(f"{_FAQ}_changelist"),
    "admin nouvelle question": _admin(f"{_FAQ}_add"),
    "admin traductions": lambda _: (
        reverse(f"admin:{_TRADUCTION}_changelist") + "?langue=ar&q=essai"
    ),
    "admin textes changés": lambda _: (
        reverse(f"admin:{_TRADUCTION}_changelist") + "?source=changee&q=essai"
    ),
    "admin traduction": _admin(f"{_TRADUCTION}_change", lambda m: m.traduction.pk),
    "admin nouvelle traduction": _admin(f"{_TRADUCTION}_add"),
    "admin effacements": _admin("aidants_connect_purge_changelist"),
    "admin vidéos": _admin("aidants_connect_videosignes_changelist"),
}
DES_DONNEES: dict[str, Callable[[Monde], str]] = {
    f"admin {modele}": _admin(f"usagers_{modele}_changelist")
    for modele in ("fournisseuridentite", "lieuformation", "sitedemarche", "passageparcours")
}
COMPTES: list[tuple[str, Callable[[Monde], Client], dict[str, Callable[[Monde], str]]]] = [
    ("aidant", Monde.client_aidant, DE_L_AIDANT | DU_COMPTE),
    ("aidant", Monde.client_aidant, DU_PARCOURS),
    ("usager", Monde.client_usager, DE_L_USAGER),
    ("visiteur", lambda _: Client(), DU_PARCOURS),
    ("supervision", lambda m: ouvrir(m.supervision), DE_L_ADMIN | DES_FS | DES_DONNEES),
    ("responsable", lambda m: ouvrir(m.responsable), DE_L_ADMIN),
]
CAS = {
    f"{nom} ({role})": (client, adresse)
    for role, client, pages in COMPTES
    for nom, adresse in pages.items()
}
