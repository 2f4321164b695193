"""What people have asked the assistant: one who was answered from their own data, and two who were not by any document."""

from partnerhub.demo import dates, vendor
from partners.models import Contact
from portal.actions.gaps import note_gap
from portal.assistant.answers import Answer, as_kept
from portal.models import AskedQuestion, KnowledgeGap
from portal.queries.own_questions import own_answer

OWN = "What is missing for our next tier?"
UNANSWERED = "Is there a leasing offer for appliances?"


def ask() -> None:
    paula = Contact.objects.get(email="partner@demo.example", partner__name=vendor.RESELLER)
    sentences, page = own_answer(OWN, paula, reader=paula.user)
    shown = as_kept(Answer(tuple(sentences), (page,)))
    AskedQuestion.objects.create(contact=paula, text=OWN, at=dates.days_ago(3, 11), is_answered=True, shown=shown, is_useful=True)
    for email, day in (("partner@demo.example", 5), ("member@demo.example", 1)):
        contact = Contact.objects.filter(email=email).order_by("pk").first()
        asked = AskedQuestion(contact=contact, text=UNANSWERED, at=dates.days_ago(day, 10), shown=as_kept(Answer()))
        asked.save()
        note_gap(asked, None)
    KnowledgeGap.objects.update(first_at=dates.days_ago(5, 10), last_at=dates.days_ago(1, 10))
