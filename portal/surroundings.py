"""What every page of the portal shows around its content. Nothing is asked before a template reads it."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communications.queries.unread import unread_count
from partners.models import Enrolment, Programme

STYLESHEETS = tuple(
    f"css/{name}.css"
    for name in ("tokens", "base", "layout", "nav", "menu", "button", "field", "card", "list", "table", "notice",
                 "badge", "tabs", "profile", "prose", "switch", "facts", "chart", "discussion", "settings", "data", "announcement",
                 "entrance", "collecting", "standing", "endpoints", "meeting")
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    label: str
    icon: str
    url: str
    is_here: bool
    count: int = 0


class Surroundings:
    stylesheets = STYLESHEETS

    def __init__(self, request):
        self._request = request
        self._contact = getattr(request, "contact", None)

    @cached_property
    def enrolments(self) -> list[Enrolment]:
        """The places of the reader's organisation in programmes, first the one that stands for it where only one is shown."""
        if self._contact is None:
            return []
        current = self._contact.partner.enrolments.current()
        return list(current.select_related("programme", "kind", "tier", "manager").order_by("-is_primary", "pk"))

    @property
    def enrolment(self) -> Enrolment | None:
        return next(iter(self.enrolments), None)

    @cached_property
    def programme(self) -> Programme | None:
        """The programme whose brand the reader sees; none for a stranger, where there is more than one to choose from.
        A page that a stranger reaches by a link from one programme says so by setting `request.programme`."""
        if self.enrolment:
            return self.enrolment.programme
        if self._contact:
            return Programme.objects.default()
        return getattr(self._request, "programme", None) or Programme.objects.only_one()

    @property
    def brand(self) -> str:
        return self.programme.brand if self.programme else settings.PORTAL_NAME

    @cached_property
    def unread(self) -> int:
        """A page that has counted them among other things sets it."""
        return unread_count(self._contact)

    @cached_property
    def places(self) -> list[Place]:
        return [
            self._place(_("Home"), "home", reverse("portal:home")),
            self._place(_("News"), "megaphone", reverse("communications:announcements"), count=self.unread),
            self._place(_("Meetings"), "calendar-days", reverse("collaboration:meetings")),
            self._place(_("Messages"), "chat-bubble-left-right", reverse("communications:conversations")),
            self._place(_("Organisation"), "building-office-2", reverse("portal:organisation")),
            self._place(_("People"), "users", reverse("portal:people")),
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

    def _place(self, label: str, icon: str, url: str, *, count: int = 0) -> Place:
        here = self._request.path
        return Place(label, icon, url, is_here=here == url or (url != "/" and here.startswith(url)), count=count)


def surroundings_of(request) -> Surroundings:
    """One for each request, so that a view and its template ask the database once."""
    if not hasattr(request, "_portal_surroundings"):
        request._portal_surroundings = Surroundings(request)
    return request._portal_surroundings
