"""What every page of the portal shows around its content. Nothing is asked before a template reads it."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from activity.places import places_for
from communications.queries.crisis_notices import CrisisNotice, crisis_notices, notices_and_unread
from partners.models import Enrolment, Programme
from portal.stylesheets import bundle_of

STYLESHEETS = tuple(
    f"css/{name}.css"
    for name in ("tokens", "base", "layout", "nav", "menu", "button", "field", "card", "list", "table", "notice",
                 "badge", "tabs", "profile", "prose", "switch", "facts", "chart", "discussion", "settings", "data", "announcement",
                 "entrance", "collecting", "standing", "endpoints", "meeting", "crisis", "search", "assistant", "library",
                 "learning", "idea", "trouble", "loading", "keys", "print")
)  # fmt: skip

NEWS = "news"  # the place whose count is asked with what stands on top of every page
PROGRAMME_COOKIE = "programme"  # its key, so that the sign-in page wears its brand next time


@dataclass(frozen=True)
class Place:
    label: str
    icon: str
    url: str
    is_here: bool
    count: int = 0
    key: str = ""


class Surroundings:
    def __init__(self, request):
        self._request = request
        self._contact = getattr(request, "contact", None)
        self.counted: dict[str, int] = {}  # what waits in a place, where the page has counted it among other things

    @cached_property
    def enrolments(self) -> list[Enrolment]:
        """The places of the reader's organisation in programmes, first the one that stands for it where only one is shown."""
        return list(getattr(self._request, "places", []))

    @property
    def enrolment(self) -> Enrolment | None:
        return next(iter(self.enrolments), None)

    @cached_property
    def programme(self) -> Programme | None:
        """The programme whose brand the reader sees; for a stranger the one that was last read in this browser, else none where
        there is more than one to choose from.
        A page that a stranger reaches by a link from one programme says so by setting `request.programme`."""
        if self.enrolment:
            return self.enrolment.programme
        if self._contact:
            return Programme.objects.default()
        known = getattr(self._request, "programme", None) or Programme.objects.only_one()
        return known or Programme.objects.filter(key=self._request.COOKIES.get(PROGRAMME_COOKIE, "")).first()

    @property
    def brand(self) -> str:
        return self.programme.brand if self.programme else settings.PORTAL_NAME

    @property
    def stylesheet(self) -> str:
        return reverse("portal:stylesheet", args=[bundle_of(STYLESHEETS).name])

    @property
    def vivid(self) -> str:
        """A share for the style sheet, which knows no locale."""
        return f"{(self.programme.vividness if self.programme else 100) / 100:.2f}"

    @cached_property
    def crises(self) -> list[CrisisNotice]:
        """What this reader has not acknowledged yet; how much news waits comes with it, where the page has not counted that."""
        if self._contact is None or NEWS in self.counted:
            return crisis_notices(self._contact)
        notices, self.counted[NEWS] = notices_and_unread(self._contact)
        return notices

    @cached_property
    def places(self) -> list[Place]:
        return [
            self._place(place.label, place.icon, reverse(place.page), count=self._waiting(place), key=place.key)
            for place in places_for(self._contact)
        ]

    @cached_property
    def settings_places(self) -> list[Place]:
        own = [self._place(_("Your profile"), "user-circle", reverse("portal:profile"))]
        if self._contact:
            own.append(self._place(_("What you receive"), "bell", reverse("communications:preferences")))
            own.append(self._place(_("In your calendar"), "calendar-days", reverse("communications:own_calendar")))
            own.append(self._place(_("What we hold"), "document-magnifying-glass", reverse("portal:own_data")))
        return [
            *own,
            self._place(_("E-mail address"), "envelope", reverse("account_email")),
            self._place(_("Password"), "lock-closed", reverse("account_change_password")),
            self._place(_("Two-step sign-in"), "key", reverse("mfa_index")),
        ]

    def _waiting(self, place) -> int:
        if place.waiting is None:
            return 0
        return self.counted[place.name] if place.name in self.counted else place.waiting(self._contact)

    def _place(self, label: str, icon: str, url: str, *, count: int = 0, key: str = "") -> Place:
        here = self._request.path
        return Place(label, icon, url, is_here=here == url or (url != "/" and here.startswith(url)), count=count, key=key)


def surroundings_of(request) -> Surroundings:
    """One for each request, so that a view and its template ask the database once."""
    if not hasattr(request, "_portal_surroundings"):
        request._portal_surroundings = Surroundings(request)
    return request._portal_surroundings
