from communications.models import ApprovalPolicy


def needs_another_person(kind: str, people: int) -> bool:
    """Whether the policy wants someone other than the author to approve. The most specific row decides; none means yes."""
    rows = ApprovalPolicy.objects.filter(kind__in=(kind, ""), from_people__lte=people).order_by("-kind", "-from_people")
    policy = rows.first()
    return policy is None or policy.needs_another_person
