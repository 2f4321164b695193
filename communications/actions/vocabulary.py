"""The topics, policies, templates and jargon every installation starts with; a list that has rows is left alone."""

from communications.models import AnswerPolicy, ApprovalPolicy, AttentionPolicy, ContentTemplate, JargonWord, OpinionPolicy, Topic
from communications.rendering.shipped_templates import shipped_templates

TOPICS = {
    "general": ("General", "News of the programme."),
    "product": ("Products", "New versions, new products, end of sale."),
    "security": ("Security and quality", "Advisories, standards and what to do about them."),
    "training": ("Training and events", "Courses, webinars and meetings."),
    "meetings": ("Meetings", "Invitations to meetings and webinars, reminders and minutes."),
    "discussions": ("Discussions", "What is new in discussions and forums that you follow."),
    "opinions": ("Surveys", "Being asked now and then what you think."),
    "reminders": ("Reminders", "What we know about you that should be confirmed."),
    "commercial": ("Prices and incentives", "Price lists, campaigns and incentives."),
}

JARGON = (
    ("en", "leverage", "use"),
    ("en", "utilize", "use"),
    ("en", "synergy", "say what you gain together"),
    ("en", "best-in-class", "say what is better, with a figure"),
    ("en", "seamless", "say what nobody has to do any more"),
    ("en", "going forward", "from now on"),
    ("en", "touch base", "talk"),
    ("en", "deep dive", "a closer look"),
    ("en", "low-hanging fruit", "what is quickly done"),
    ("en", "SPIFF", "bonus for a sale"),
    ("en", "MDF", "marketing money"),
    ("en", "NFR", "licence for your own use"),
    ("de", "Synergie", "sagen, was beide davon haben"),
    ("de", "zeitnah", "bis wann genau"),
    ("de", "committen", "zusagen"),
    ("de", "Roll-out", "Einführung"),
    ("de", "im Rahmen von", "bei"),
    ("de", "zum jetzigen Zeitpunkt", "jetzt"),
)


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
    if not ContentTemplate.objects.exists():
        ContentTemplate.objects.bulk_create(shipped_templates())
    if not JargonWord.objects.exists():
        JargonWord.objects.bulk_create(
            [JargonWord(word=word, language=language, instead=instead) for language, word, instead in JARGON]
        )
    AnswerPolicy.objects.get_or_create(pk=1)
    OpinionPolicy.objects.get_or_create(pk=1)
