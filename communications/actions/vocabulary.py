"""The topics, the approval policy and the attention policy every installation starts with; a list that has rows is left alone."""

from communications.models import ApprovalPolicy, AttentionPolicy, Topic

TOPICS = {
    "general": ("General", "News of the programme."),
    "product": ("Products", "New versions, new products, end of sale."),
    "security": ("Security and quality", "Advisories, standards and what to do about them."),
    "training": ("Training and events", "Courses, webinars and meetings."),
    "meetings": ("Meetings", "Invitations to meetings and webinars, reminders and minutes."),
    "reminders": ("Reminders", "What we know about you that should be confirmed."),
    "commercial": ("Prices and incentives", "Price lists, campaigns and incentives."),
}


def install_vocabulary(**_kwargs) -> None:
    if not Topic.objects.exists():
        Topic.objects.bulk_create(
            [
                Topic(key=key, name=name, description=description, is_default=key == "general")
                for key, (name, description) in TOPICS.items()
            ]
        )
    if not ApprovalPolicy.objects.exists():
        ApprovalPolicy.objects.create(kind="", from_people=0, needs_another_person=True)
    AttentionPolicy.objects.get_or_create(pk=1)
