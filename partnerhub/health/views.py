from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partnerhub.health.checks import all_checks


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The web process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    checks = all_checks()
    is_ready = all(check.ok for check in checks)
    answer = {"status": "ok" if is_ready else "not ready", "checks": {check.name: check.as_dict() for check in checks}}
    return JsonResponse(answer, status=200 if is_ready else 503)
