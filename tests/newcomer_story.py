"""What waits for Ida, who is new at Alpenglow: a course, a document, the tier of her organisation, an idea and a question."""

from communications.actions.opinion_questions import save_opinion_question
from communications.actions.opinions import create_opinion_survey, open_opinion_survey
from communications.models import OpinionPolicy, OpinionQuestion, OpinionSurvey
from context.actions.tier_policies import add_tier_criterion, publish_policy
from enablement.tasks import prepare_files
from partners.models import Enrolment, Tier
from search.tasks import embed
from tests import factories, idea_story, learning_story, library_story, tier_story

NAME, ADDRESS, PASSWORD = "Ida Falk", "ida@alpenglow.example", "correct horse battery"
RETURNS = """A device that fails within 36 months is replaced in advance, before you send yours.

Sealed boxes can be sent back within 21 days of delivery. A restocking charge of 10 percent is deducted."""


def tell(cast) -> None:
    Enrolment.objects.filter(partner=cast.alpenglow).update(manager=cast.maria)
    learning_story.published(cast)
    library_story.written(cast, "Returning hardware", RETURNS, summary="What comes back to us, and when.")
    library_story.written(cast, "Parking at the venue", "Visitors park on level P3.")
    idea_story.propose(cast, "Sizing sheet as a spreadsheet", contact=cast.sven)
    _tiers(cast)
    prepare_files()
    embed()


def _tiers(cast) -> None:
    """Alpenglow does what gold takes, and lacks half of what platinum takes."""
    policy = tier_story.draft(cast)
    platinum = Tier.objects.create(programme=cast.programme, key="platinum", name="Platinum", rank=9)
    twice = {**tier_story.REVENUE, "value": 200_000}
    add_tier_criterion(policy, platinum, by=cast.maria, label="Licence revenue of 200,000 in a year", rule=twice)
    add_tier_criterion(policy, platinum, by=cast.maria, label="Gate certificate", rule=tier_story.CERTIFICATE)
    tier_story.sells(cast.alpenglow, 120_000)
    tier_story.certify(cast.alpenglow, "gate")
    publish_policy(policy, by=cast.maria)


def ask_everybody(cast) -> OpinionSurvey:
    """One question, answered with a tap; three are enough to hide among."""
    OpinionPolicy.objects.update_or_create(pk=1, defaults={"smallest_group": 3})
    survey = create_opinion_survey(
        by=cast.maria, programme=cast.programme, title="Half days", segment=factories.make_segment("All of them")
    )
    options = ["In the morning", "In the afternoon", "I need none"]
    save_opinion_question(
        survey,
        by=cast.maria,
        kind=OpinionQuestion.Kind.CHOICE,
        wording="When would you take a half day on Aurora?",
        options=options,
    )
    open_opinion_survey(survey, by=cast.maria)
    return survey
