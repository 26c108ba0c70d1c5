"""Health probe of the web container: exits 0 when /sante answers 200 under the site's own name."""

import os
import sys
from http.client import HTTPConnection
from urllib.parse import urlsplit


def main() -> int:
    connexion = HTTPConnection("127.0.0.1", 8000, timeout=4)
    try:
        connexion.request(
            "GET", "/sante", headers={"Host": urlsplit(os.environ["SITE_URL"]).netloc}
        )
        return 0 if connexion.getresponse().status == 200 else 1
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
