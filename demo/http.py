"""Small pieces of HTTP that the simulator and the sites share."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect


class SeeOther(HttpResponseRedirect):
    """A redirect that always turns into a GET (RFC 9700 section 4.12)."""

    status_code = 303


def with_query(url: str, **params: str) -> str:
    """Return `url` with `params` added to its query, empty ones left out."""
    parts = urlsplit(url)
    added = urlencode({name: value for name, value in params.items() if value})
    return urlunsplit(parts._replace(query="&".join(filter(None, [parts.query, added]))))


def no_store(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Keep every dynamic answer out of caches; static files are served before this middleware."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware
