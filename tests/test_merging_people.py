"""Two contacts that turn out to be one person: nothing of theirs goes on under the name that went, but what says why."""

import pytest
from django.apps import apps

from communications.actions.conversations import open_conversation
from communications.actions.crisis_acknowledgements import acknowledge_crisis
from communications.models import Conversation, CrisisPerson
from partners.actions.merges import merge_partners, undo_merge
from partners.merging import left_behind, tables_of_people
from partners.models import Contact
from tests import crisis_story, factories

pytestmark = pytest.mark.django_db
ABOVE = {"communications", "collaboration", "enablement"}


@pytest.fixture
def twin(cast) -> Contact:
    """Nora once more, at what another list called Alpen-Glow."""
    partner = factories.make_partner("Alpen-Glow Ltd", programme=cast.programme)
    return factories.make_contact(partner, "Nora Berg", cast.nora.email, user=cast.nora.user)


def test_every_table_that_names_a_person_follows_or_says_why_not():
    naming = {
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in ABOVE
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is Contact
    }
    said = tables_of_people() | set(left_behind())
    assert naming - said == set(), "Give its rows to who stays, or say why not: partners/merging.py."
    assert tables_of_people() & set(left_behind()) == set()
    assert all(why.endswith(".") for why in left_behind().values())


def test_who_acknowledged_under_either_name_is_late_under_none(cast, twin):
    crisis = crisis_story.start(cast, is_drill=True)
    acknowledge_crisis(crisis, contact=twin, how="portal")
    before = _called()
    merge = merge_partners(cast.alpenglow, twin.partner, by=cast.maria)
    noras = CrisisPerson.objects.filter(contact__in=[cast.nora, twin])
    assert set(noras.values_list("acknowledged_how", flat=True)) == {"portal"}
    assert CrisisPerson.objects.silent().count() == 2  # Ben and Sven
    undo_merge(merge, by=cast.maria)
    assert _called() == before


def test_who_was_called_under_the_name_that_went_is_called_under_the_one_that_stays(cast, twin):
    crisis = crisis_story.start(cast, is_drill=True)
    crisis.people.filter(contact=cast.nora).delete()
    before = _called()
    merge = merge_partners(cast.alpenglow, twin.partner, by=cast.maria)
    assert crisis.people.filter(contact=cast.nora).exists()
    assert not crisis.people.filter(contact=twin).exists()
    undo_merge(merge, by=cast.maria)
    assert _called() == before


def test_a_conversation_goes_on_where_the_person_finds_it(cast, twin):
    talk = open_conversation(twin, subject="Price list", text="When does it come?")
    merge_partners(cast.alpenglow, twin.partner, by=cast.maria)
    assert list(Conversation.objects.visible_to(cast.nora.user)) == [talk]


@pytest.mark.slow
def test_nothing_of_a_whole_world_names_who_went(cast, world):
    """Nora and Ben, of whom each noun has a row, are known at another partner, too, which is the one that is kept."""
    kept = factories.make_partner("Kept", programme=cast.programme)
    gone = [cast.nora, cast.ben]
    for contact in gone:
        factories.make_contact(kept, contact.name, contact.email)
    before = {model: sorted(_naming(model, gone)) for model in tables_of_people()}
    merge = merge_partners(kept, cast.alpenglow, by=cast.maria)
    assert {model._meta.label: rows for model in before if (rows := _naming(model, gone))} == {}
    undo_merge(merge, by=cast.maria)
    assert {model: sorted(_naming(model, gone)) for model in before} == before
    assert sum(bool(rows) for rows in before.values()) > 15


def _naming(model, contacts) -> list[int]:
    return list(model._base_manager.filter(contact__in=contacts).values_list("pk", flat=True))


def _called() -> list[tuple]:
    return sorted(map(repr, CrisisPerson.objects.values_list("pk", "contact", "acknowledged_at", "acknowledged_how")))
