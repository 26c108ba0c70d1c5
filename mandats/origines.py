"""Where a page's form may lead, beyond our own site, in the content security policy."""

from urllib.parse import urlsplit

from django.http import HttpResponse


def autoriser_formulaire_vers(reponse: HttpResponse, *urls: str) -> HttpResponse:
    """Allow the page's form to end, after our redirect, on the origins of `urls`.

    Browsers apply `form-action` to every redirect that follows a form. `https:` alone opens all
    sites of HTTPS: FranceConnect sends the browser on to démarche sites that we do not know.
    """
    origines = []
    for url in urls:
        parties = urlsplit(url)
        origines.append(f"{parties.scheme}://{parties.netloc}" if parties.netloc else url)
    reponse._csp_update = {"form-action": origines}  # type: ignore[attr-defined]
    return reponse
