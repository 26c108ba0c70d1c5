from django.urls import path

from mandats.views import (
    contact,
    contestation,
    lecture,
    listes,
    mon_mandat,
    nouveau_code,
    preuves,
    projets,
    recus,
    renouvellement,
    revocation,
    signature,
    verification,
)

urlpatterns = [
    path("espace/", listes.espace, name="espace"),
    path("usagers/", listes.usagers, name="usagers"),
    path("usagers/<uuid:usager_id>/", listes.usager, name="usager"),
    path("usagers/<uuid:usager_id>/contact/", contact.usager_contact, name="usager_contact"),
    path(
        "usagers/<uuid:usager_id>/contact/code/",
        contact.usager_contact_code,
        name="usager_contact_code",
    ),
    path("mandats/", listes.mandats, name="mandats"),
    path("mandats/nouveau/", projets.projet_nouveau, name="projet_nouveau"),
    path(
        "mandats/projets/<uuid:projet_id>/identification/",
        projets.projet_identification,
        name="projet_identification",
    ),
    path(
        "mandats/projets/<uuid:projet_id>/signature/",
        signature.projet_signature,
        name="projet_signature",
    ),
    path(
        "mandats/projets/<uuid:projet_id>/abandon/", projets.projet_abandon, name="projet_abandon"
    ),
    path("mandats/<uuid:mandat_id>/", listes.mandat, name="mandat"),
    path("mandats/<uuid:mandat_id>/fait/", signature.mandat_fait, name="mandat_fait"),
    path("mandats/<uuid:mandat_id>/document.pdf", listes.mandat_pdf, name="mandat_pdf"),
    path(
        "mandats/<uuid:mandat_id>/revocation/",
        revocation.mandat_revocation,
        name="mandat_revocation",
    ),
    path(
        "mandats/<uuid:mandat_id>/renouvellement/",
        renouvellement.mandat_renouvellement,
        name="mandat_renouvellement",
    ),
    path("mandats/<uuid:mandat_id>/nouveau-code/", nouveau_code.nouveau_code, name="nouveau_code"),
    path(
        "mandats/<uuid:mandat_id>/nouveau-code/feuille.pdf",
        nouveau_code.nouveau_code_pdf,
        name="nouveau_code_pdf",
    ),
    path("mandats/<uuid:mandat_id>/recu.pdf", recus.mandat_recu, name="mandat_recu"),
    path("franceconnect/retour/", projets.franceconnect_retour, name="franceconnect_retour"),
    path("franceconnect/sortie/", projets.franceconnect_sortie, name="franceconnect_sortie"),
    path("mon-mandat/", mon_mandat.mon_mandat, name="mon_mandat"),
    path("mon-mandat/naissance/", mon_mandat.mon_mandat_naissance, name="mon_mandat_naissance"),
    path(
        "mon-mandat/franceconnect/",
        projets.mon_mandat_franceconnect,
        name="mon_mandat_franceconnect",
    ),
    path("mon-mandat/tous/", mon_mandat.mes_mandats, name="mes_mandats"),
    path("mon-mandat/preuves/<uuid:acte>/", preuves.preuve, name="preuve"),
    path(
        "mon-mandat/preuves/<uuid:acte>/feuille.pdf", preuves.preuve_feuille, name="preuve_feuille"
    ),
    path("mon-mandat/contact/", contact.mon_contact, name="mon_contact"),
    path("mon-mandat/contact/code/", contact.mon_contact_code, name="mon_contact_code"),
    path("mon-mandat/fermer/", mon_mandat.mon_mandat_fermer, name="mon_mandat_fermer"),
    path("mon-mandat/<uuid:mandat_id>/", mon_mandat.mon_mandat_ouvert, name="mon_mandat_ouvert"),
    path(
        "mon-mandat/<uuid:mandat_id>/arreter/",
        mon_mandat.mon_mandat_arreter,
        name="mon_mandat_arreter",
    ),
    path("mon-mandat/<uuid:mandat_id>/recu/", mon_mandat.mon_mandat_recu, name="mon_mandat_recu"),
    path(
        "mon-mandat/<uuid:mandat_id>/recu.pdf",
        recus.mon_mandat_recu_pdf,
        name="mon_mandat_recu_pdf",
    ),
    path(
        "mon-mandat/<uuid:mandat_id>/utilisations/",
        lecture.mon_mandat_utilisations,
        name="mon_mandat_utilisations",
    ),
    path(
        "mon-mandat/<uuid:mandat_id>/utilisations/demander/",
        lecture.lecture_demander,
        name="lecture_demander",
    ),
    path(
        "mon-mandat/<uuid:mandat_id>/utilisations/code/", lecture.lecture_code, name="lecture_code"
    ),
    path("pas-moi/<uuid:avis_id>/<str:jeton>/", contestation.pas_moi, name="pas_moi"),
    path("verifier/", verification.verifier, name="verifier"),
    path("verifier/preuve/", preuves.verifier_preuve, name="verifier_preuve"),
    path("verifier/preuve/verifier_preuve.py", preuves.preuve_script, name="preuve_script"),
    path("verifier/<str:reference>/", verification.verification, name="verification"),
]
