"""What an ASGI server starts: the edge, which takes opens and clicks. Pages are served by `partnerhub.wsgi`."""

import gc
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnerhub.settings")
django.setup()

from communications.edge import Edge  # noqa: E402 - models are there only now

application = Edge()
# What is loaded by now stays: a collection that looked at all of it would hold up hundreds of hits.
gc.collect()
gc.freeze()
