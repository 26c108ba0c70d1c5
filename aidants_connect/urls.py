"""All the addresses of the site."""

from django.urls import include, path

from aidants.administration import site
from aidants_connect.views import (
    explications,
    faq,
    informations,
    journal,
    langues,
    metriques,
    public,
    statistiques,
)

urlpatterns = [
    path("", include("fournisseur_identite.urls")),  # first: a use asks six of them
    path("", public.accueil, name="accueil"),
    path("comprendre-franceconnect/", explications.franceconnect_explique,
         name="franceconnect_explique"),
    path("les-demarches/", explications.demarches, name="demarches"),
    path("ce-que-je-signe/", explications.je_signe, name="je_signe"),
    path("questions-frequentes/", faq.faq, name="faq"),
    path("statistiques/", statistiques.statistiques, name="statistiques"),
    path("plan-du-site/", informations.plan_du_site, name="plan_du_site"),
    path("accessibilite/", informations.accessibilite, name="accessibilite"),
    path("mentions-legales/", informations.mentions_legales, name="mentions_legales"),
    path("donnees-personnelles/", informations.confidentialite, name="confidentialite"),
    path("conditions-d-utilisation/", informations.conditions_utilisation,
         name="conditions_utilisation"),
    path("langues/", langues.langues, name="langues"),
    path("langues/signes/<slug:page>/", langues.page_en_signes, name="page_en_signes"),
    path("langues/<str:langue>/<slug:page>/", langues.page_traduite, name="page_traduite"),
    path("sante", public.sante, name="sante"),
    path("metriques", metriques.metriques, name="metriques"),
    path("sante/journal", journal.sante_journal, name="sante_journal"),
    path("journal/", journal.journal, name="journal"),
    path("journal/sceaux/<int:numero>/", journal.journal_sceau, name="journal_sceau"),
    path("journal/jetons/<int:numero>/", journal.journal_jeton, name="journal_jeton"),
    path("", include("aidants.urls")),
    path("", include("usagers.urls")),
    path("", include("mandats.urls")),
    path("administration/", site.urls),
]  # fmt: skip

handler500 = "aidants_connect.views.erreurs.echec"
