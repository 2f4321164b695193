"""What each kind of announcement asks for: one table that the composer, the API and the submission obey."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from activity.refusals import Invalid
from communications.actions import announcements
from communications.kinds import DETAILS, KINDS, Form, check_details
from communications.models import Announcement, Kind, State
from communications.queries.announcement_page import reading_of
from communications.queries.version_diff import diff_of
from communications.rendering.frame_words import _BY_TONGUE
from tests import factories
from tests.announcement_story import approve, draft, send
from tests.api import integrator

pytestmark = pytest.mark.django_db

ADVISORY = {"severity": "high", "affected": "Aurora 2.8", "fixed_in": "Aurora 2.8.4", "act_by": "2030-05-01"}
PRICES = {"effective_on": "2030-05-01", "changes_from": "12 % margin", "changes_to": "14 % margin"}


def test_every_kind_has_its_line_and_every_label_in_each_language():
    assert set(KINDS) == set(Kind.values)
    for rules in KINDS.values():
        assert set(rules.details) <= set(DETAILS)
        assert set(rules.required) <= {*rules.details, "call_to_action"}
    for words in _BY_TONGUE.values():
        assert set(words.labels) == set(DETAILS)
        assert set(words.severities) == set(DETAILS["severity"].choices)


@pytest.mark.parametrize("kind", [kind for kind in Kind.values if KINDS[kind].required])
def test_what_a_kind_asks_for_is_asked_for_by_its_name_and_nothing_is_submitted(cast, kind):
    whole = factories.what_kind_asks(kind)
    for name in KINDS[kind].required:
        begun = draft(cast, f"{kind} without {name}", kind=kind)
        if name == "call_to_action":
            announcements.change_announcement(begun, by=cast.maria, call_to_action="")
        else:
            announcements.change_announcement(begun, by=cast.maria, details=whole["details"] | {name: ""})
        with pytest.raises(Invalid) as refused:
            announcements.submit_announcement(begun, by=cast.maria)
        assert refused.value.field == (name if name == "call_to_action" else f"details.{name}")
        assert begun.get_kind_display() in str(refused.value)
        begun.refresh_from_db()
        assert (begun.state, begun.versions.count()) == (State.DRAFT, 0)
    announcements.submit_announcement(draft(cast, f"{kind} with all", kind=kind), by=cast.maria)


def test_a_reader_sees_from_what_to_what_and_when(cast, sink):
    sent = send(draft(cast, "New margins", kind=Kind.PRICE_LIST, details=PRICES), cast)
    told = [(fact.label, fact.before, fact.value) for fact in reading_of(sent, cast.nora).facts]
    assert told == [("Takes effect on", "", "1 May 2030"), ("What changes", "12 % margin", "14 % margin")]
    mail = sink.to("nora@alpenglow.example")
    plain, html = (part.get_content() for part in mail.iter_parts())
    assert "What changes: 12 % margin → 14 % margin" in plain
    assert '<th scope="row">Takes effect on</th>' in html


def test_what_is_left_of_another_kind_is_not_shown(cast):
    begun = draft(cast, "It was an advisory", kind=Kind.PRICE_LIST, details=PRICES | {"severity": "high"})
    version = announcements.submit_announcement(begun, by=cast.maria)
    assert version.details == PRICES


def test_the_difference_between_versions_names_the_details(cast):
    begun = draft(cast, kind=Kind.PRICE_LIST, details=PRICES)
    first = announcements.submit_announcement(begun, by=cast.maria)
    announcements.change_announcement(begun, by=cast.maria, details=PRICES | {"changes_to": "15 % margin"})
    second = announcements.submit_announcement(begun, by=cast.maria)
    assert [(change.label, change.before, change.after) for change in diff_of(first, second).fields] == [
        ("As it will be", "14 % margin", "15 % margin")
    ]


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"colour": "red"}, "details"),
        ({"effective_on": "1 May 2030"}, "details.effective_on"),
        ({"severity": "terrible"}, "details.severity"),
        ({"place": "two\nlines"}, "details.place"),
        ({"place": 7}, "details.place"),
        ({"effective_on": "2030-05-02", "ends_on": "2030-05-01"}, "details.ends_on"),
    ],
)
def test_a_detail_that_makes_no_sense_is_refused_with_its_field(cast, details, field):
    begun = draft(cast)
    before = begun.details
    with pytest.raises(Invalid) as refused:
        announcements.change_announcement(begun, by=cast.maria, details=details)
    assert refused.value.field == field
    begun.refresh_from_db()
    assert begun.details == before


@given(
    st.dictionaries(st.sampled_from([*DETAILS, "other"]), st.text(max_size=20) | st.dates().map(str) | st.none() | st.integers())
)
def test_whatever_is_kept_has_the_form_of_its_detail(details):
    try:
        check_details(details)
    except Invalid:
        return
    for key, value in details.items():
        assert isinstance(value, str)
        assert DETAILS[key].form != Form.CHOICE or value in ("", *DETAILS[key].choices)
        assert DETAILS[key].form != Form.DATE or value == "" or len(value) == 10


def test_the_api_takes_details_and_says_which_is_missing(cast):
    maria = integrator(cast.maria)
    segment = factories.make_segment()
    fields = {"title": "Close the hole", "body": "Install it.", "segment": str(segment.public_id), "kind": "security_advisory"}
    made = maria.post("announcements/", fields | {"call_to_action": "Engineers: now", "details": ADVISORY | {"severity": ""}})
    assert made.status_code == 201, made.json()
    refused = maria.post(f"announcements/{made.json()['id']}/submit/")
    assert refused.status_code == 422
    assert "Severity" in refused.json()["detail"]
    kept = maria.patch(f"announcements/{made.json()['id']}/", {"details": ADVISORY})
    assert kept.json()["details"] == ADVISORY
    assert maria.post(f"announcements/{made.json()['id']}/submit/").status_code == 200


def test_the_composer_asks_for_what_the_chosen_kind_asks_for(cast, client):
    client.force_login(cast.maria)
    shown = client.post(reverse("admin:communications_announcement_details"), {"kind": "security_advisory"})
    assert 'name="detail_severity"' in shown.content.decode()
    assert 'name="detail_place"' not in shown.content.decode()

    begun = draft(cast, kind=Kind.EVENT, details={"starts_on": "2030-05-01", "place": "Vienna"})
    page = client.get(reverse("admin:communications_announcement_change", args=[begun.public_id])).content.decode()
    assert 'value="2030-05-01"' in page
    assert 'value="Vienna"' in page


def test_the_composer_keeps_details_and_marks_the_one_at_fault(cast, client):
    client.force_login(cast.maria)
    address = reverse("admin:communications_announcement_add")
    entered = {
        "title": "Aurora day", "body": "Come.", "segment": factories.make_segment().pk, "kind": "event", "channels": ["portal"],
        "detail_starts_on": "2030-05-01", "detail_place": "Vienna", "detail_register_by": "soon", "then": "save",
    }  # fmt: skip
    refused = client.post(address, entered)
    assert refused.status_code == 422
    assert "Enter a valid date" in refused.content.decode()
    client.post(address, entered | {"detail_register_by": "2030-04-01"})
    assert Announcement.objects.get().details == {"starts_on": "2030-05-01", "place": "Vienna", "register_by": "2030-04-01"}


def test_an_approved_announcement_keeps_the_details_of_its_version(cast):
    begun = approve(draft(cast, kind=Kind.PRICE_LIST, details=PRICES), cast)
    assert begun.versions.get().details == PRICES
