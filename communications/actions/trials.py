"""Sending a draft to oneself, to see it where it will be read."""

from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.actions.sent_mails import begin_mail, name_of, settle_mail
from activity.refusals import Invalid, Refused
from communications.actions.content_checks import check_content
from communications.channels.contract import hand_over_one
from communications.channels.mail import mail_channel
from communications.models import Announcement, DeliveryState
from communications.queries.announcement_page import draft_as_version
from communications.queries.mail_window import Recipient
from communications.queries.merge_values import language_of, merge_values_of
from communications.queries.newsletters import values_with_items
from communications.rendering.mail import MailTemplate
from communications.rendering.signing import signed
from partners.models import Contact


def send_test(announcement: Announcement, *, by: User, contact: Contact, variant: str = "") -> None:
    """Mail the draft to `by`, with the values of `contact`. It is no delivery: it is in no report and counts for nobody."""
    check_content(announcement)
    if not contact.email:
        raise Invalid(_("Choose a contact with an e-mail address to see it as."), field="contact")
    template = MailTemplate.of(draft_as_version(announcement).as_variant(variant).in_language(language_of(contact)), is_trial=True)
    values = values_with_items(merge_values_of(contact, announcement.programme), announcement, contact)
    recipient = Recipient(contact.pk, str(contact.public_id), by.email, values)
    mail = begin_mail("trial", by.email, about_id=announcement.pk)
    sender = name_of(mail).return_address(announcement.programme.sender_email)
    with mail_channel() as channel:
        outcome = hand_over_one(channel, sender, by.email, signed(template.message_for(recipient)))
    settle_mail(mail, is_sent=outcome.state == DeliveryState.DELIVERED, reason=outcome.reason)
    if outcome.state != DeliveryState.DELIVERED:
        raise Refused(_("The mail server did not take it: %(reason)s.") % {"reason": outcome.reason})
    record_activity("announcement.tested", f"{by} sent “{announcement}” to themselves, as {contact}", by=by, subject=announcement)
