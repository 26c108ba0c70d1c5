"""Entry point of the demo world; refuses to start without a readable DEMO_FICHIER."""

import os

from django.core.wsgi import get_wsgi_application

from demo.configuration import monde

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "demo.settings")
monde()
application = get_wsgi_application()
