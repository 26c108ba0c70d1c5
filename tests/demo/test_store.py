"""The simulator forgets in time, and gives a value to one taker only."""

from demo.franceconnect.store import Store, access_tokens, codes


def test_values_are_forgotten_after_their_life() -> None:
    now = [100.0]
    store: Store[str] = Store(30, clock=lambda: now[0])
    cle = store.put("valeur")
    now[0] = 129.9
    assert store.get(cle) == "valeur"
    now[0] = 130.0
    assert store.get(cle) is None


def test_pop_gives_once() -> None:
    store: Store[str] = Store(30)
    cle = store.put("valeur")
    assert (store.pop(cle), store.pop(cle)) == ("valeur", None)


def test_lifetimes_are_those_of_franceconnect() -> None:
    assert (codes.lifetime, access_tokens.lifetime) == (30, 60)
