"""For whom a request is read: the contact that the login speaks for, and the reader's time zone."""

import zoneinfo
from copy import copy
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

from accounts.actions.users import note_visit
from partners.models import Contact, Enrolment

CONTACT_KEY = "contact_id"
VIEWED_AS_KEY = "viewed_as_contact_id"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
LAST_SEEN_IS_KEPT_TO = timedelta(minutes=5)
# Nobody reads these: a tracking hit or a health check must not ask the database who comes.
NOT_READ = ("/t/", "/health/", "/static/", "/styles/")


class CurrentContactMiddleware:
    """Sets `request.contact` (a Contact or None), `request.places` (the current enrolments of its partner, asked for when they are
    first read) and `request.viewed_as`.

    While a manager views as a contact nothing may be written, whatever the page; only the ways out stay open."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.contact, request.contacts, request.viewed_as = None, [], False
        request.places = SimpleLazyObject(lambda: _places_of(request.contact))
        if not request.path.startswith(NOT_READ) and request.user.is_authenticated:
            _find_contact(request)
            if request.viewed_as and request.method not in SAFE_METHODS and request.path not in _ways_out():
                sentence = _("You are viewing the portal as somebody else: nothing can be changed. Stop viewing first.")
                return render(request, "partners/refused.html", {"sentence": sentence}, status=403)
            _note_visit(request.user)
        return self.get_response(request)


class OtherPartnerMiddleware:
    """A link from a mail or from search may be for another of a person's partners than the one they have chosen just now. Where
    there is nothing for this one, the page says at whom it is and leads there; nobody is moved without pressing that button."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != 404 or not _is_for_reading(request):
            return response
        others = (each for each in request.contacts if each.pk != request.contact.pk)
        there = next((each for each in others if self._has_it(request, each)), None)
        return render(request, "partners/elsewhere.html", {"contact_there": there}, status=404) if there else response

    def _has_it(self, request, contact: Contact) -> bool:
        """Asked as if it were chosen; what reading it would note is not noted."""
        asked = copy(request)
        asked.__dict__.pop("_portal_surroundings", None)
        asked.contact, asked.places = contact, SimpleLazyObject(lambda: _places_of(contact))
        with transaction.atomic():
            found = self.get_response(asked).status_code not in (403, 404)
            transaction.set_rollback(True)
        return found


def _is_for_reading(request) -> bool:
    """A page that a browser opens by itself, for somebody who could choose."""
    is_page = request.method == "GET" and not request.htmx and "text/html" in request.headers.get("Accept", "")
    return is_page and len(request.contacts) > 1


class ReaderTimeMiddleware:
    """Times are stored in UTC and shown in the zone of whoever reads: the contact's own, else the login's."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with timezone.override(_zone_of(request)):
            return self.get_response(request)


class ReaderLanguageMiddleware:
    """Whoever is signed in reads the language of their login, whatever this browser prefers; a language without an interface of
    its own leaves the browser's choice. A manager who views as a contact keeps their own."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        language = "" if request.path.startswith(NOT_READ) else getattr(request.user, "language", "")
        if language in settings.INTERFACE_LANGUAGES and language != translation.get_language():
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return self.get_response(request)


def chosen_language(request) -> str:
    """The first language of this browser, or the one chosen in it last, in which there are pages; nothing where there is none."""
    accepted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    wanted = [request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""), *(language for language, _weight in accepted)]
    return next((short for each in wanted if (short := each.partition("-")[0].lower()) in settings.INTERFACE_LANGUAGES), "")


def _find_contact(request) -> None:
    if request.user.is_staff:
        viewed = _viewed_contact(request)
        request.contact, request.viewed_as = viewed, viewed is not None
        return
    chosen = request.session.get(CONTACT_KEY)
    request.contacts = contacts = list(Contact.objects.of_login(request.user))
    for contact in contacts:
        contact.user = request.user
    request.contact = next((c for c in contacts if str(c.public_id) == chosen), contacts[0] if contacts else None)


def _places_of(contact: Contact | None) -> list[Enrolment]:
    return list(contact.partner.enrolments.current().told()) if contact else []


def _viewed_contact(request) -> Contact | None:
    """Asked anew each time: a right that was taken away ends the viewing."""
    viewed = request.session.get(VIEWED_AS_KEY)
    if not viewed or not request.user.has_perm("partners.view_as_contact"):
        return None
    rows = Contact.objects.visible_to(request.user).current().select_related("partner", "user")
    return rows.filter(public_id=UUID(viewed)).first()


def _ways_out() -> tuple[str, ...]:
    return reverse("partners:stop_viewing"), reverse("account_logout")


def _note_visit(user) -> None:
    if user.last_seen_at is None or timezone.now() - user.last_seen_at > LAST_SEEN_IS_KEPT_TO:
        note_visit(user)


def _zone_of(request) -> zoneinfo.ZoneInfo:
    if request.path.startswith(NOT_READ):
        return zoneinfo.ZoneInfo("UTC")
    contact = None if request.viewed_as else request.contact
    for name in (contact and contact.time_zone, getattr(request.user, "time_zone", "")):
        zone = _zone(name)
        if zone:
            return zone
    return zoneinfo.ZoneInfo("UTC")


def _zone(name: str | None) -> zoneinfo.ZoneInfo | None:
    """None for a name that the zone list does not know: a bad value that was stored once must not end every page."""
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None
