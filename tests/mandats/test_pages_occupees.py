"""A page that cannot have its turn says so, changes nothing, and keeps what was posted."""

import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core import mail
from django.db import OperationalError, connection
from django.db.models import QuerySet
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from aidants.models import Aidant, Structure
from journal.models import Entree
from mandats import attestation
from mandats.consultation import OUVERT
from mandats.models import Autorisation, Mandat, Projet
from mandats.reimpression import _PERMIS
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory, AppartenanceFactory, StructureFactory
from tests.mandats.gestes import poster_signature
from tests.occupation import Occupant, d_une_table, des_lignes
from usagers.models import Usager

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def impatient(db: None) -> Iterator[None]:
    """The wait of production is five seconds."""
    with connection.cursor() as curseur:
        curseur.execute("SET lock_timeout = 100")
    yield
    connection.close()  # the next one has its own delays


class Champs(HTMLParser):
    """What the form of a page would post again."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.champs = QueryDict(mutable=True)
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        valeurs = dict(attrs)
        if valeurs.get("type") == "hidden" and valeurs["name"] != "csrfmiddlewaretoken":
            self.champs.appendlist(str(valeurs["name"]), valeurs["value"] or "")


@dataclass
class Geste:
    """What somebody posts on a page, and the rows without which it cannot be done."""

    route: str
    objet: uuid.UUID
    lignes: "QuerySet[Any]"
    donnees: dict[str, Any] = field(default_factory=dict)
    actions: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        return reverse(self.route, args=[self.objet])


FINIES = ("autorisation_revoquee", "autorisation_revoquee", "mandat_revoque")


def _revocation(mandat: Mandat, _: Client) -> Geste:
    donnees = {"demarches": ["logement", "social"], "motif": "demande"}
    lignes = Autorisation.objects.filter(mandat=mandat)
    return Geste("mandat_revocation", mandat.pk, lignes, donnees, FINIES)


def _mon_mandat(mandat: Mandat, client: Client) -> Geste:
    session = client.session
    session[OUVERT] = {"mandats": [str(mandat.pk)], "usager": "", "jusqua": time.time() + 60}
    session.save()
    donnees = {"raison": "Je déménage à « L’Île-d’Yeu »."}
    lignes = Autorisation.objects.filter(mandat=mandat)
    return Geste("mon_mandat_arreter", mandat.pk, lignes, donnees, FINIES)


def _administration(acte: str, qui: Callable[[Mandat], Aidant], **donnees: Any) -> Any:
    def preparer(mandat: Mandat, client: Client) -> Geste:
        ouvrir_session(client, qui(mandat))
        posees = {nom: v() if callable(v) else v for nom, v in donnees.items()}
        posees |= {"acte": str(uuid.uuid4()), "precision": "Elle le demande."}
        lignes = Autorisation.objects.filter(mandat=mandat)
        actions = FINIES if acte == "revoquer" else ("transfert", "transfert")
        return Geste(f"admin:mandats_mandat_{acte}", mandat.pk, lignes, posees, actions)

    return preparer


def _responsable(mandat: Mandat) -> Aidant:
    lien = AppartenanceFactory(responsable=True, structure=mandat.structure)
    responsable: Aidant = lien.aidant
    return responsable


def _supervision(_: Mandat) -> Aidant:
    compte: Aidant = AidantFactory(supervision=True)
    return compte


def _renouvellement(mandat: Mandat, _: Client) -> Geste:
    donnees = {"demarches": ["logement"], "duree": "365"}
    lignes = Structure.objects.filter(pk=mandat.structure_id)
    return Geste("mandat_renouvellement", mandat.pk, lignes, donnees)


def _nouveau_code(mandat: Mandat, client: Client) -> Geste:
    session = client.session
    permis = {"mandat": str(mandat.pk), "acte": str(uuid.uuid4()), "jusqua": time.time() + 60}
    session[_PERMIS] = permis
    session.save()
    lignes = Mandat.objects.filter(pk=mandat.pk)
    return Geste("nouveau_code", mandat.pk, lignes, actions=("code_reimprime",))


def _contact(mandat: Mandat, _: Client) -> Geste:
    donnees = {"geste": "avis", "voulus": "oui"}
    lignes = Usager.objects.filter(pk=mandat.usager_id)
    return Geste("usager_contact", mandat.usager_id, lignes, donnees, ("avis_utilisations",))


class Croise(Occupant):
    """Holds one row and, once somebody waits for it, asks for the other one."""

    def __init__(self, *, tient: Autorisation, attend: Autorisation) -> None:
        super().__init__(lambda: self._verrouiller(tient))
        self.attend = attend

    def _verrouiller(self, ligne: Autorisation) -> None:
        Autorisation.objects.select_for_update().get(pk=ligne.pk)

    def tenir(self) -> None:
        with connection.cursor() as curseur, suppress(OperationalError):
            while not (_attendue(curseur) or self.fini.is_set()):
                time.sleep(0.01)
            self._verrouiller(self.attend)


def _attendue(curseur: Any) -> bool:
    """Whether somebody waits for what this connection holds."""
    curseur.execute(
        "SELECT count(*) FROM pg_locks WHERE NOT granted"
        " AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
    )
    return bool(curseur.fetchone()[0])


GESTES = {
    "revocation by the aidant": _revocation,
    "revocation with the paper code": _mon_mandat,
    "revocation by the responsable": _administration(
        "revoquer", _responsable, demarches=["logement", "social"]
    ),
    "transfer": _administration("transferer", _supervision, vers=lambda: StructureFactory().pk),
    "renewal": _renouvellement,
    "new paper code": _nouveau_code,
    "contact": _contact,
}


@pytest.mark.parametrize("cas", GESTES)
def test_page_without_its_turn_changes_nothing_and_is_sent_again(
    client_aidant: Client, mandat: Mandat, cas: str
) -> None:
    geste = GESTES[cas](mandat, client_aidant)
    avant = set(Entree.objects.values_list("pk", flat=True))
    with des_lignes(geste.lignes):
        reponse = client_aidant.post(geste.page, geste.donnees, HTTP_REFERER=geste.page)
    page = reponse.content.decode()
    assert (reponse.status_code, reponse["Retry-After"]) == (503, "5")
    assert "Rien n’a été enregistré" in page
    assert f'"{geste.page}"' in page
    assert set(Entree.objects.values_list("pk", flat=True)) == avant
    rejouer = client_aidant.post(
        geste.page, Champs(page).champs.urlencode(), "application/x-www-form-urlencoded"
    )
    assert rejouer.status_code == 302, rejouer.content.decode()
    ecrites = Entree.objects.exclude(pk__in=avant).exclude(action="avis_envoye").order_by("action")
    assert tuple(ecrites.values_list("action", flat=True)) == geste.actions


def test_page_that_is_only_read_says_to_come_again(client_aidant: Client) -> None:
    page = f"{reverse('usagers')}?q=dubois"
    with d_une_table("mandats_autorisation"):
        reponse = client_aidant.get(page)
    assert reponse.status_code == 503
    assert f'href="{page}"' in reponse.content.decode()


def test_what_was_typed_is_given_back_without_the_passwords(client: Client) -> None:
    donnees = {"courriel": "camille@example.org", "mot_de_passe": "un-vrai-mot-de-passe"}
    with d_une_table("aidants_echec"):
        reponse = client.post(reverse("connexion"), donnees)
    champs = Champs(reponse.content.decode()).champs
    assert (reponse.status_code, champs.dict()) == (503, {"courriel": "camille@example.org"})


def test_code_of_an_address_is_not_spent_in_vain(client_aidant: Client, mandat: Mandat) -> None:
    page = reverse("usager_contact", args=[mandat.usager_id])
    donnees = {"geste": "changer:courriel", "courriel-adresse": "elle@example.org"}
    suite = client_aidant.post(page, donnees)["Location"]
    code = re.findall(r"\d{6}", str(mail.outbox[-1].body))[0]
    with des_lignes(Usager.objects.filter(pk=mandat.usager_id)):
        for _ in range(6):  # one more than the wrong tries that kill a code
            assert client_aidant.post(suite, {"code": code}).status_code == 503
    assert client_aidant.post(suite, {"code": code}).status_code == 302
    mandat.usager.refresh_from_db()
    assert mandat.usager.courriel == "elle@example.org"


def test_waiting_too_long_inside_a_transaction_is_a_wait_too(
    client_aidant: Client, projet: Projet, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What PostgreSQL ends when a machine too busy takes too long over the document."""
    composer = attestation.composer

    def presser(*args: Any) -> bytes:
        with connection.cursor() as curseur:
            curseur.execute("SET LOCAL idle_in_transaction_session_timeout = 1")
        return composer(*args)

    with monkeypatch.context() as presse:
        presse.setattr(attestation, "composer", presser)
        assert poster_signature(client_aidant, projet, code).status_code == 503
    assert poster_signature(client_aidant, projet, code).status_code == 302


def test_two_acts_that_wait_for_each_other_are_both_done(
    client_aidant: Client, mandat: Mandat
) -> None:
    """The page holds the first démarche and waits for the second; the other act does the reverse.

    PostgreSQL ends one of them; whichever it is, the page is done, once.
    """
    premiere, seconde = Autorisation.objects.filter(mandat=mandat).order_by("pk")
    geste = _revocation(mandat, client_aidant)
    with connection.cursor() as curseur:
        curseur.execute("SET lock_timeout = '10s'")
    with Croise(tient=seconde, attend=premiere):
        reponse = client_aidant.post(geste.page, geste.donnees)
    assert reponse.status_code == 302
    ecrites = Entree.objects.filter(action__in=FINIES).order_by("action")
    assert tuple(ecrites.values_list("action", flat=True)) == FINIES
