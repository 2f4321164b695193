"""Questions to begin with: only such as have an answer for whoever reads them."""

from django.utils.translation import gettext as _

from communications.queries.conversations import responsible_manager
from context.queries.visibility import is_hidden
from partners.models import Contact


def example_questions(user, contact: Contact) -> list[str]:
    """About their own things, which are answered from data."""
    found = []
    if contact.partner.certifications.counting().filter(~is_hidden("certifications", user, in_portal=True)).exists():
        found.append(_("When do our certificates expire?"))
    if contact.partner.enrolments.current().exists():
        found.append(_("What is missing for our next tier?"))
    if responsible_manager(contact):
        found.append(_("Who is my partner manager?"))
    return [*found, _("What are our open tasks?"), _("When is my next meeting?")]
