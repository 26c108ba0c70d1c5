"""T8 and T9: each request sent twice, at once and again; twenty signatures of one draft."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import UUID

import pytest

from journal.actes import acte_de
from tests.faults.chantier import Chantier, attendre
from tests.faults.clients import Aidant, Reponse
from tests.faults.releve import noter

FOIS = 20
Envoi = Callable[[], Reponse | None]


def ensemble(*envois: Envoi) -> list[Reponse]:
    with ThreadPoolExecutor(len(envois)) as fils:
        reponses = [fait.result() for fait in [fils.submit(envoi) for envoi in envois]]
    assert None not in reponses
    return [reponse for reponse in reponses if reponse is not None]


def poste_de(chantier: Chantier, projet: dict[str, str]) -> Aidant:
    return next(p for p in chantier.postes if p.donnees["pk"] == projet["aidant"])


def inscrits(chantier: Chantier, acte: UUID) -> int:
    requete = "SELECT count(*) FROM journal_entree WHERE acte = %s"
    return int(chantier.sql_proprietaire(requete, acte)[0][0])


def derniere(chantier: Chantier) -> int:
    return int(chantier.sql_proprietaire("SELECT max(id) FROM journal_entree")[0][0])


def lignes(chantier: Chantier, depuis: int) -> list[str]:
    """What was written, without the notices, which leave when they leave."""
    requete = "SELECT action FROM journal_entree WHERE id > %s AND action <> 'avis_envoye'"
    return sorted(action for (action,) in chantier.sql_proprietaire(requete, depuis))


def _revocation(chantier: Chantier) -> tuple[Envoi, list[str]]:
    mandat = chantier.mandats.popleft()
    return partial(chantier.postes[0].revoquer, mandat), ["autorisation_revoquee"]


def _signature(chantier: Chantier) -> tuple[Envoi, list[str]]:
    projet = chantier.projets.popleft()
    poste = poste_de(chantier, projet)
    attendues = ["autorisation_creee", "autorisation_creee", "signature"]
    return partial(poste.signer, projet, poste.code()), attendues


def _confirmation(chantier: Chantier) -> tuple[Envoi, list[str]]:
    poste, mandat = chantier.postes[0], chantier.mandats.popleft()
    page = chantier.site.demander(poste)
    return partial(poste.poster, f"{page}autorisations/{mandat['logement']}/"), []


def _echange(chantier: Chantier) -> tuple[Envoi, list[str]]:
    code = chantier.site.code(chantier.postes[0], chantier.mandats.popleft())
    assert code
    return code.echanger, ["jeton_remis"]


def _identite(chantier: Chantier) -> tuple[Envoi, list[str]]:
    code = chantier.site.code(chantier.postes[0], chantier.mandats.popleft())
    reponse = code and code.echanger()
    assert code
    assert reponse
    return partial(code.identite, reponse.json["access_token"]), ["utilisation"]


@pytest.mark.parametrize(
    "preparer", [_revocation, _signature, _confirmation, _echange, _identite],
    ids=lambda preparer: preparer.__name__[1:],
)  # fmt: skip
def test_t8_a_request_sent_again_writes_nothing_more(
    chantier: Chantier, preparer: Callable[[Chantier], tuple[Envoi, list[str]]]
) -> None:
    """The same answer, or a clear refusal; and the lines of one act."""
    envoi, attendues = preparer(chantier)
    depuis = derniere(chantier)
    statuts = [reponse.statut for reponse in [*ensemble(envoi, envoi), *ensemble(envoi)]]
    assert min(statuts) < 400
    assert max(statuts) < 500, statuts
    assert lignes(chantier, depuis) == attendues
    noter("T8", requests=3, acts=1)


def test_t9_twenty_signatures_of_one_draft_make_one_mandat(chantier: Chantier) -> None:
    """From two tabs: the same draft, the same code, at once."""
    projet = chantier.projets.popleft()
    poste, depuis = poste_de(chantier, projet), derniere(chantier)
    reponses = ensemble(*[partial(poste.signer, projet, poste.code())] * FOIS)
    # Too many tries of one code at once are refused, in the page; the others get one answer.
    reponses += ensemble(partial(poste.signer, projet, poste.code()))
    assert {reponse.statut for reponse in reponses} <= {200, 302}
    assert reponses[-1].statut == 302
    assert len({reponse.lieu for reponse in reponses if reponse.lieu}) == 1
    faits = chantier.sql_proprietaire(
        """SELECT count(DISTINCT m.id), count(DISTINCT a.mandat_id), count(DISTINCT l.id)
        FROM mandats_projet p JOIN mandats_mandat m ON m.id = p.mandat_id
        JOIN mandats_attestation a ON a.mandat_id = m.id
        JOIN mandats_autorisation l ON l.mandat_id = m.id WHERE p.id = %s""",
        projet["pk"],
    )
    assert faits == [(1, 1, 2)]
    attendues = ["autorisation_creee", "autorisation_creee", "signature"]
    assert lignes(chantier, depuis) == attendues
    assert inscrits(chantier, acte_de(UUID(projet["pk"]), "signature")) == 1
    chantier.attendre_le_courrier()
    attendre(lambda: chantier.boite.a(projet["courriel"]) == 1, quoi="the usager's mail")
    noter("T9", signatures=FOIS, mandats=1, attestations=1)
