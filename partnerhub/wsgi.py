"""What a WSGI server starts: all pages and the API."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnerhub.settings")

application = get_wsgi_application()
# What is loaded by now stays, and is shared by the processes that are made of this one. A page makes tens of thousands of objects
# that go with it: a collector that wakes up for each seven hundred of them takes a tenth of its time.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 100)
