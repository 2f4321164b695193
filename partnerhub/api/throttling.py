from rest_framework.throttling import SimpleRateThrottle


class PerToken(SimpleRateThrottle):
    """So many requests a minute for each token; a signed-in person is counted by login."""

    scope = "token"

    def get_cache_key(self, request, view) -> str | None:
        if request.auth is not None:
            return f"throttle-token-{request.auth.pk}"
        if request.user.is_authenticated:
            return f"throttle-user-{request.user.pk}"
        return None
