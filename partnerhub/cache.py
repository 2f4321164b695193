"""The cache is a convenience: while Redis is away or full, what was to be remembered is asked again, and pages answer as always."""

import time
from collections.abc import Callable
from functools import wraps

import structlog
from django.core.cache.backends.redis import RedisCache
from redis import RedisError

logger = structlog.get_logger(__name__)
LEFT_ALONE_SECONDS = 2.0


def _forgiving(name: str, without: Callable):
    """The method `name`; `without(default)` is its answer where there is no Redis."""
    plain = getattr(RedisCache, name)

    @wraps(plain)
    def method(self, *arguments, **options):
        if time.monotonic() < self.back_at:
            return without(*arguments, **options)
        try:
            return plain(self, *arguments, **options)
        except RedisError as error:
            self.back_at = time.monotonic() + LEFT_ALONE_SECONDS
            logger.warning("cache_away", error=type(error).__name__)
            return without(*arguments, **options)

    return method


class ForgivingRedisCache(RedisCache):
    """After a failure Redis is left alone for a moment, so that a request waits for it once and not for every key.
    What counts in it (tries of a sign-in, requests of a token) begins anew when it is back."""

    back_at = 0.0

    get = _forgiving("get", lambda key, default=None, **_options: default)
    get_many = _forgiving("get_many", lambda *_arguments, **_options: {})
    set = _forgiving("set", lambda *_arguments, **_options: None)
    set_many = _forgiving("set_many", lambda *_arguments, **_options: [])
    add = _forgiving("add", lambda *_arguments, **_options: True)
    touch = _forgiving("touch", lambda *_arguments, **_options: False)
    delete = _forgiving("delete", lambda *_arguments, **_options: False)
    delete_many = _forgiving("delete_many", lambda *_arguments, **_options: None)
    has_key = _forgiving("has_key", lambda *_arguments, **_options: False)
