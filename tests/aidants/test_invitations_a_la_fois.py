"""Two invitations of one address taken up at the same time: one account, and no error."""

import pytest

from aidants.models import Aidant, Invitation
from tests.aidants.premiers_pas import PHRASE, inviter
from tests.factories import AidantFactory
from tests.mandats.gestes import ensemble

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_two_invitations_of_one_address_make_one_account() -> None:
    for tour in range(4):
        courriel = f"lea{tour}@example.org"
        deux = [inviter(courriel=courriel), inviter(courriel=courriel)]
        nes = ensemble(*[lambda i=i: i.creer_compte(PHRASE) for i in deux])
        assert sorted(ne is None for ne in nes) == [False, True]
        assert Aidant.objects.filter(courriel=courriel).count() == 1
        assert Invitation.objects.en_attente().filter(courriel=courriel).count() == 1


@pytest.mark.django_db(transaction=True)
def test_closed_account_is_opened_by_one_of_two_links() -> None:
    """The second finds it open: it must log in, and its password is not chosen by a link."""
    for tour in range(4):
        ferme = AidantFactory(courriel=f"lea{tour}@example.org", desactive=True)
        deux = [inviter(courriel=ferme.courriel), inviter(courriel=ferme.courriel)]
        nes = ensemble(*[lambda i=i: i.creer_compte(PHRASE) for i in deux])
        assert sorted(ne is None for ne in nes) == [False, True]
