"""For whom a request is read: the contact that the login speaks for, and the reader's time zone."""

import zoneinfo

from django.utils import timezone


class CurrentContactMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)


class ReaderTimeMiddleware:
    """Times are stored in UTC and shown in the zone of whoever reads."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        zone = getattr(request.user, "time_zone", "") or "UTC"
        with timezone.override(zoneinfo.ZoneInfo(zone)):
            return self.get_response(request)
