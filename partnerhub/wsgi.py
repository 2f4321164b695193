"""What a WSGI server starts: all pages and the API."""

import os

from django.core.wsgi import get_wsgi_application

from partnerhub.garbage import keep_what_is_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnerhub.settings")

application = get_wsgi_application()
keep_what_is_loaded()
