"""A browser in a few words, whatever it says of itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aidants.navigateurs import nommer

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "mots"),
    [
        (f"{WINDOWS[:-1]}; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Windows"),
        (f"{WINDOWS} {WEBKIT} Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0", "Edge, Windows"),
        (f"{WINDOWS} {WEBKIT} Chrome/130.0.0.0 Safari/537.36", "Chrome, Windows"),
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/130.0 Safari/537.36", "Chrome, Linux"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 "
            "Safari/605.1.15",
            "Safari, Mac",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
            "Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 14) {WEBKIT} SamsungBrowser/26.0 Chrome/122.0 Safari",
            "Samsung Internet, Android",
        ),
        (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/130.0", "Chrome, ChromeOS"),
        ("curl/8.0", "Navigateur inconnu"),
        ("", "Navigateur inconnu"),
    ],
)
def test_browser_is_named_without_its_version(user_agent: str, mots: str) -> None:
    assert nommer(user_agent) == mots


@given(st.text(max_size=500))
def test_nothing_of_what_is_sent_is_repeated(user_agent: str) -> None:
    """The words come from a closed list: a page can show them as they are."""
    assert len(nommer(user_agent)) <= len("Samsung Internet, ChromeOS")
