"""Who must approve what, and why somebody may not."""

from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.models import Announcement, AnnouncementVersion, Approval, ApprovalPolicy
from communications.queries.attention import attention_policy, passes_limits
from partners.models.partners import stood_for_by

PURPOSE = ("objective", "theme", "wanted_action", "stages")


def another_must_approve(announcement: Announcement, people: int) -> bool:
    """As the approval policy says; what passes people's budgets and quiet hours always needs four eyes."""
    return passes_limits(announcement, attention_policy()) or needs_another_person(announcement.kind, people)


def needs_another_person(kind: str, people: int) -> bool:
    """Whether the policy wants someone other than the author to approve."""
    return policy_for(kind, people).needs_another_person


def policy_for(kind: str, people: int) -> ApprovalPolicy:
    """The most specific row; where there is none, one other person is asked for."""
    rows = ApprovalPolicy.objects.filter(kind__in=(kind, ""), from_people__lte=people).select_related("group", "stand_ins")
    return rows.order_by("-kind", "-from_people").first() or ApprovalPolicy(kind="", from_people=0)


def purpose_missing(announcement: Announcement, people: int) -> list[str]:
    """Fields that say what it is for and are empty, where the policy asks for them."""
    missing = [field for field in PURPOSE if not getattr(announcement, field)]
    return missing if missing and policy_for(announcement.kind, people).needs_purpose else []


def wrote(version: AnnouncementVersion, announcement: Announcement, user) -> bool:
    """Whether any of it is theirs: begun, changed or submitted, also where it was handed over since."""
    return user.pk in (announcement.author_id, version.submitted_by_id, *version.writers, *announcement.writers)


def why_not_approve(announcement: Announcement, version: AnnouncementVersion, user, people: int) -> str:
    """Why the policy does not let this person approve it; "" where it does. What their role lets them is asked elsewhere."""
    if wrote(version, announcement, user) and another_must_approve(announcement, people):
        return _("You wrote or submitted this. The approval policy wants another person to approve it.")
    policy = policy_for(announcement.kind, people)
    if policy.group and not _may_for(policy, version, user):
        return _("“%(kind)s” to so many people is approved by “%(group)s”, where you are not.") % {
            "kind": announcement.get_kind_display(), "group": policy.group,
        }  # fmt: skip
    if Approval.objects.filter(announcement=announcement, version=version.number, by=user).exists():
        return _("You have approved this version already; it waits for another person.")
    return ""


def _may_for(policy: ApprovalPolicy, version: AnnouncementVersion, user) -> bool:
    """In the group, for somebody of it who is away, or a stand-in once the deadline has passed."""
    if _has_one_of(policy.group, stood_for_by(user)):
        return True
    is_late = version.approve_by is not None and version.approve_by <= timezone.now()
    return bool(policy.stand_ins and is_late and _has_one_of(policy.stand_ins, stood_for_by(user)))


def _has_one_of(group: Group, people) -> bool:
    return group.user_set.filter(pk__in=people, is_active=True).exists()


def approvals_missing(announcement: Announcement, version: AnnouncementVersion, people: int) -> int:
    had = Approval.objects.filter(announcement=announcement, version=version.number).count()
    return max(policy_for(announcement.kind, people).approvers - had, 0)


def policy_in_words(announcement: Announcement, people: int) -> str:
    """What will be asked for, before it is submitted."""
    policy = policy_for(announcement.kind, people)
    if policy.approvers > 1:
        said = ngettext("%(n)d person has to approve it.", "%(n)d people have to approve it.", policy.approvers) % {
            "n": policy.approvers
        }
    elif another_must_approve(announcement, people):
        said = _("Another person has to approve it.")
    elif policy.group:
        said = _("Somebody has to approve it.")
    else:
        return ""
    if policy.group:
        said += " " + _("Who may: “%(group)s”.") % {"group": policy.group}
    if policy.deadline_hours:
        hours = ngettext("%(n)d hour", "%(n)d hours", policy.deadline_hours) % {"n": policy.deadline_hours}
        said += " " + _("They have %(hours)s.") % {"hours": hours}
    return said


def approvals_of(announcement: Announcement, version: AnnouncementVersion) -> list[Approval]:
    return list(Approval.objects.filter(announcement=announcement, version=version.number).select_related("by"))
