import redis
import structlog
from rest_framework.throttling import SimpleRateThrottle

log = structlog.get_logger(__name__)


class PerToken(SimpleRateThrottle):
    """So many requests a minute for each token; a signed-in person is counted by login."""

    scope = "token"

    def get_cache_key(self, request, view) -> str | None:
        if request.auth is not None:
            return f"throttle-token-{request.auth.pk}"
        if request.user.is_authenticated:
            return f"throttle-user-{request.user.pk}"
        return None

    def allow_request(self, request, view) -> bool:
        """Counting is a courtesy: while Redis is away, the API goes on without it."""
        try:
            return super().allow_request(request, view)
        except redis.RedisError as error:
            log.warning("API requests are not counted", error=str(error))
            return True
