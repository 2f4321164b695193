"""What every installation starts with: topics, and the policies for approval, attention and answers. A list that has rows is left
alone."""

from communications.models import AnswerPolicy, ApprovalPolicy, AttentionPolicy, Topic

TOPICS = {
    "general": ("General", "News of the programme."),
    "product": ("Products", "New versions, new products, end of sale."),
    "security": ("Security and quality", "Advisories, standards and what to do about them."),
    "training": ("Training and events", "Courses, webinars and meetings."),
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
    AnswerPolicy.objects.get_or_create(pk=1)
