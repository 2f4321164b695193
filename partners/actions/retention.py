"""Retention rules: written by managers, run each night, each run on record."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.actions import record_activity
from activity.models import Access, Activity, SentMail, Task, WebhookAttempt, WebhookMessage
from activity.refusals import Invalid
from partners.actions.erasures import erase_everywhere
from partners.models import ColleagueRequest, Contact, Invitation, RetentionRule
from partners.personal_data import ERASED, person_behind
from partners.retention import kinds, register_retention
from search.models import MissedSearch

SHORTEST = 30


def register() -> None:
    register_retention("accesses", gettext_lazy("Records of who looked"), lambda t: Access.objects.filter(day__lt=t.date()))
    register_retention("activity", gettext_lazy("What happened"), lambda t: Activity.objects.filter(occurred_at__lt=t))
    register_retention("tasks", gettext_lazy("Tasks that ended"), lambda t: Task.objects.filter(ended_at__lt=t))
    register_retention("mails", gettext_lazy("To whom single mails went"), lambda t: SentMail.objects.filter(at__lt=t))
    register_retention("invitations", gettext_lazy("Invitations nobody accepted"), _dead_invitations)
    register_retention("colleague_requests", gettext_lazy("Requests to join that were decided"), _decided_requests)
    register_retention(
        "missed_searches", gettext_lazy("Searches without a result"), lambda t: MissedSearch.objects.filter(last_at__lt=t)
    )
    register_retention(
        "webhook_messages", gettext_lazy("Texts and answers of messages to webhooks and chats"), _settled_messages, remove=_empty
    )
    register_retention("left_contacts", gettext_lazy("People who have left"), _left_contacts, remove=_forget_contacts)


@transaction.atomic
def save_rule(rule: RetentionRule, *, by) -> RetentionRule:
    if rule.what not in kinds():
        known = ", ".join(kinds())
        raise Invalid(_("There is nothing called “%(what)s” to keep. Known are: %(known)s.") % {"what": rule.what, "known": known},
                      field="what")  # fmt: skip
    if rule.days is None or rule.days < SHORTEST:
        raise Invalid(_("Keep it for at least %(n)d days.") % {"n": SHORTEST}, field="days")
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError:
        raise Invalid(_("There is a rule about this already; change that one."), field="what") from None
    words = {"what": kinds()[rule.what].label, "days": rule.days}
    sentence = _("%(what)s are kept for %(days)d days") if rule.is_active else _("%(what)s: the rule of %(days)d days does not run")
    record_activity("retention.changed", sentence % words, by=by, subject=rule)
    return rule


@transaction.atomic
def delete_rule(rule: RetentionRule, *, by) -> None:
    words = {"what": kinds()[rule.what].label if rule.what in kinds() else rule.what}
    record_activity("retention.deleted", _("%(what)s are kept without an end again") % words, by=by, subject=rule)
    rule.delete()


def run_rules() -> dict[str, int]:
    """Each rule in a transaction of its own: one that fails does not hold up the others. Returns what was removed."""
    removed = {}
    for pk in RetentionRule.objects.filter(is_active=True).values_list("pk", flat=True):
        with transaction.atomic():
            rule = RetentionRule.objects.select_for_update(skip_locked=True).filter(pk=pk, is_active=True).first()
            if rule and rule.what in kinds():
                removed[rule.what] = _run(rule)
    return removed


def rows_of(rule: RetentionRule):
    """What the rule would remove at this moment."""
    return kinds()[rule.what].older_than(timezone.now() - timedelta(days=rule.days))


def _run(rule: RetentionRule) -> int:
    kept = kinds()[rule.what]
    count = kept.remove(rows_of(rule))
    rule.last_run_at, rule.last_count = timezone.now(), count
    rule.save(update_fields=["last_run_at", "last_count"])
    if count:
        words = {"n": count, "what": kept.label, "days": rule.days}
        sentence = _("%(n)d removed after %(days)d days: %(what)s") % words
        record_activity("retention.ran", sentence, subject=rule, data={"what": rule.what, "count": count})
    return count


def _decided_requests(moment: datetime):
    return ColleagueRequest.objects.filter(decided_at__lt=moment)


def _dead_invitations(moment: datetime):
    return Invitation.objects.filter(accepted_at=None, expires_at__lt=moment)


def _settled_messages(moment: datetime):
    """Not what waits for a person to decide."""
    settled = WebhookMessage.objects.filter(settled_at__lt=moment).exclude(body="")
    return settled.exclude(state=WebhookMessage.State.IN_DOUBT)


def _empty(rows) -> int:
    """What was said and answered goes. Messages about something stay as rows, without a word, so that its report adds up."""
    keys = list(rows.values_list("pk", flat=True))
    WebhookAttempt.objects.filter(message__in=keys).delete()
    WebhookMessage.objects.filter(pk__in=keys, source_id=None).delete()
    WebhookMessage.objects.filter(pk__in=keys).update(body="")
    return len(keys)


def _left_contacts(moment: datetime):
    """Not those who still work somewhere with the same login."""
    still_here = Contact.objects.current().exclude(user=None).values("user")
    return Contact.objects.filter(left_on__lt=moment.date()).exclude(name=ERASED).exclude(user__in=still_here)


def _forget_contacts(rows) -> int:
    """As in an erasure that was asked for: the rows stay, the people in them go. By login alone: the same address elsewhere
    may be somebody who still works there."""
    people = list(rows.select_related("user", "partner"))
    for contact in people:
        erase_everywhere(person_behind(contact))
    return len(people)
