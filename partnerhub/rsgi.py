"""What Granian starts: the edge, which takes opens and clicks. Pages are served by `partnerhub.wsgi`."""

import os

import django

from partnerhub.garbage import keep_what_is_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnerhub.settings")
django.setup()

from communications.edge import Edge  # noqa: E402 - models are there only now

application = Edge()
keep_what_is_loaded()
