"""Apache before two web nodes: a real proxy, under a folder of its own."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.serveurs import PATIENCE, joignable, port_libre

APACHE = shutil.which("apache2") or "/usr/sbin/apache2"
MODULES = Path("/usr/lib/apache2/modules")
CONFIGURATION = Path(__file__).with_suffix(".conf")


def absent() -> str:
    """What is missing, in a sentence; empty when Apache can be run."""
    presents = Path(APACHE).exists() and (MODULES / "mod_proxy_balancer.so").exists()
    return "" if presents else "Apache or its mod_proxy_balancer is missing: see .ci/run."


@contextmanager
def repartir(premier: int, second: int) -> Iterator[int]:
    """Share what comes to a port among two others; give that port."""
    port = port_libre()
    with tempfile.TemporaryDirectory(prefix="repartiteur") as dossier:
        Path(dossier).chmod(0o755)  # Apache's children are somebody else
        valeurs = {
            "DOSSIER": dossier, "PORT": port, "PREMIER": premier, "SECOND": second,
            "MODULES": MODULES,
        }  # fmt: skip
        definies = [f"Define {nom} {valeur}" for nom, valeur in valeurs.items()]
        fichier = Path(dossier) / "apache.conf"
        fichier.write_text("\n".join([*definies, CONFIGURATION.read_text()]))
        with subprocess.Popen([APACHE, "-D", "FOREGROUND", "-f", str(fichier)]) as apache:
            try:
                _attendre(port, apache)
                yield port
            finally:
                apache.terminate()


def _attendre(port: int, apache: "subprocess.Popen[bytes]") -> None:
    limite = time.monotonic() + PATIENCE
    while not joignable(port):
        assert time.monotonic() < limite, "Apache does not listen."
        assert apache.poll() is None, "Apache has stopped."
        time.sleep(0.05)
