from communications.models import Announcement, ApprovalPolicy
from communications.queries.attention import attention_policy, passes_limits


def another_must_approve(announcement: Announcement, people: int) -> bool:
    """As the approval policy says; what passes people's budgets and quiet hours always needs four eyes."""
    return passes_limits(announcement, attention_policy()) or needs_another_person(announcement.kind, people)


def needs_another_person(kind: str, people: int) -> bool:
    """Whether the policy wants someone other than the author to approve. The most specific row decides; none means yes."""
    rows = ApprovalPolicy.objects.filter(kind__in=(kind, ""), from_people__lte=people).order_by("-kind", "-from_people")
    policy = rows.first()
    return policy is None or policy.needs_another_person
