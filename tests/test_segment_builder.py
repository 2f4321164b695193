"""The segment's page: built in place, counted while one works, explained on request, and safe with broken input."""

import json

import pytest
from django.urls import reverse

from context.actions.segments import create_segment
from context.models import Segment
from partners.models import Site
from tests import factories

pytestmark = pytest.mark.django_db

GOLD = {"all": [{"field": "enrolment.tier", "op": "eq", "value": "gold"}]}
EVERYONE = '{"all": []}'
ADD = reverse("admin:context_segment_add")
LIST = reverse("admin:context_segment_changelist")
PREVIEW = reverse("admin:context_segment_preview")
EXPLAIN = reverse("admin:context_segment_explain")


@pytest.fixture
def maria(cast, client):
    client.force_login(cast.maria)
    return client


def page_of(segment) -> str:
    return reverse("admin:context_segment_change", args=[segment.pk])


def test_maria_makes_a_segment(cast, maria):
    answer = maria.post(ADD, {"name": "Gold", "description": "", "rule": json.dumps(GOLD), "contact_rule": EVERYONE})
    segment = Segment.objects.get()
    assert answer.status_code == 302
    assert (segment.rule, segment.created_by, segment.versions.count()) == (GOLD, cast.maria, 1)


def test_maria_changes_a_segment(cast, maria):
    segment = create_segment(by=cast.maria, name="Gold")
    maria.post(page_of(segment), {"name": "Gold", "rule": json.dumps(GOLD), "contact_rule": EVERYONE})
    segment.refresh_from_db()
    assert (segment.rule, segment.version) == (GOLD, 2)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ('{"all": [', "not valid JSON"),
        ('{"all": [{"field": "partner.contry", "op": "eq", "value": "DE"}]}', "Did you mean “partner.country”?"),
        ('{"not":' * 3000 + "{}" + "}" * 3000, "nested too deep"),
        (r'{"field": "partner.name", "op": "eq", "value": "\ud800"}', "cannot be stored"),
        (r'{"field": "\ud800", "op": "eq", "value": "x"}', "cannot be stored"),
        (r'{"\u0000": 1}', "cannot be stored"),
    ],
)
def test_a_rule_that_cannot_be_asked_is_shown_again_with_a_sentence(cast, maria, rule, says):
    answer = maria.post(ADD, {"name": "Broken", "rule": rule, "contact_rule": EVERYONE})
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not Segment.objects.exists()


def test_the_count_follows_the_rule_that_is_not_saved_yet(maria, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        page = maria.post(PREVIEW, {"rule": json.dumps(GOLD), "contact_rule": EVERYONE}).content.decode()
    assert "Alpenglow GmbH" in page
    assert "Baltic" not in page
    assert "Gold partners · everyone there" in page


@pytest.mark.parametrize("rule", ['{"any": []}', "{", '"x"', '{"field": "a"}', r'{"field": "\ud800"}'])
def test_a_preview_of_a_broken_rule_is_a_sentence(maria, rule):
    answer = maria.post(PREVIEW, {"rule": rule, "contact_rule": EVERYONE})
    assert (answer.status_code, "sb-problem" in answer.content.decode()) == (200, True)


def test_a_circle_is_told_before_it_is_saved(cast, maria):
    gold = create_segment(by=cast.maria, name="Gold", rule=GOLD)
    circle = json.dumps({"field": "segment", "op": "eq", "value": str(gold.public_id)})
    told = maria.post(PREVIEW, {"rule": circle, "contact_rule": EVERYONE, "segment": str(gold.public_id)}).content.decode()
    assert "A segment cannot be part of itself: “Gold” → “Gold”." in told


def test_why_is_baltic_out(maria, django_assert_max_num_queries):
    with django_assert_max_num_queries(13):
        page = maria.post(EXPLAIN, {"rule": json.dumps(GOLD), "contact_rule": EVERYONE, "q": "baltic"}).content.decode()
    assert "Out: “tier is Gold” does not hold, here it is Silver." in page
    assert "Sven Tamm" in page


def test_several_of_a_name_are_offered_to_choose_from(cast, maria):
    factories.make_partner("Baltic Steel", programme=cast.programme)
    page = maria.post(EXPLAIN, {"rule": EVERYONE, "contact_rule": EVERYONE, "q": "balt"}).content.decode()
    assert str(cast.baltic.public_id) in page
    chosen = maria.post(EXPLAIN, {"rule": EVERYONE, "q": "balt", "partner": str(cast.baltic.public_id)}).content.decode()
    assert "In: everyone is." in chosen


def test_names_are_escaped(cast, maria):
    cast.alpenglow.name = "<script>alert(1)</script>"
    cast.alpenglow.save()
    for path in (PREVIEW, EXPLAIN):
        assert b"<script>alert" not in maria.post(path, {"rule": EVERYONE, "q": "script"}).content


def test_a_manager_of_a_portfolio_learns_nothing_of_others(cast, client):
    mia = factories.make_user("mia@vendor.example", roles=("Partner manager",))
    cast.baltic.enrolments.update(manager=mia)
    client.force_login(mia)
    counted = client.post(PREVIEW, {"rule": json.dumps(GOLD)}).content.decode()
    foreign = client.post(EXPLAIN, {"rule": EVERYONE, "partner": str(cast.alpenglow.public_id)}).content.decode()
    absent = client.post(EXPLAIN, {"rule": EVERYONE, "partner": "0190a000-0000-7000-8000-000000000000"}).content.decode()
    assert "<strong>0</strong> partners" in counted
    assert "Alpenglow" not in counted + foreign
    assert foreign == absent


def test_nobody_else_is_answered(cast, client):
    for user in (None, cast.nora.user, factories.make_user("vera@vendor.example", roles=("Vendor sales",))):
        client.logout() if user is None else client.force_login(user)
        for path in (PREVIEW, EXPLAIN, LIST, ADD):
            answer = client.post(path, {"rule": EVERYONE, "q": "Alpenglow"})
            assert answer.status_code in (302, 403, 405), (user, path)
            assert b"Alpenglow" not in answer.content


def test_arthur_may_look_but_not_change(cast, client):
    segment = create_segment(by=cast.maria, name="Gold", rule=GOLD)
    client.force_login(cast.arthur)
    page = client.get(page_of(segment)).content.decode()
    assert "segment-builder-offer" not in page
    assert client.post(page_of(segment), {"name": "Mine", "rule": EVERYONE, "contact_rule": EVERYONE}).status_code == 403
    segment.refresh_from_db()
    assert (segment.name, segment.rule) == ("Gold", GOLD)


def test_a_segment_in_use_is_not_deleted(cast, maria):
    segment = create_segment(by=cast.maria, name="Gold")
    assert "Segment “Gold” was made" in maria.get(reverse("admin:context_segment_history", args=[segment.pk])).content.decode()
    factories.make_announcement(programme=cast.programme, segment=segment, author=cast.maria)
    refused = maria.post(reverse("admin:context_segment_delete", args=[segment.pk]), {"post": "yes"}, follow=True)
    assert "“Gold” is used by" in refused.content.decode()
    maria.post(reverse("admin:context_segment_delete", args=[segment.pk]), {"post": "yes"})
    maria.post(LIST, {"action": "delete_selected", "_selected_action": [segment.pk], "post": "yes"})
    assert Segment.objects.get() == segment


@pytest.mark.parametrize("rows", [1, 30])
def test_the_pages_ask_few_questions_however_much_there_is(cast, maria, rows, django_assert_max_num_queries):
    for number in range(rows):
        segment = create_segment(by=cast.maria, name=f"Segment {number}", rule=GOLD)
        factories.make_programme(f"p{number}")
    with django_assert_max_num_queries(12):
        assert maria.get(LIST).status_code == 200
    with django_assert_max_num_queries(12):
        assert maria.get(page_of(segment)).status_code == 200


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_maria_builds_a_rule_by_keyboard(cast, visit):
    window = visit(cast.maria)
    page = window.open(ADD)
    page.locator("#id_name").fill("Gold, by keyboard")
    page.get_by_text("2 partners").wait_for()

    page.get_by_role("button", name="Add condition").first.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Field"
    page.locator("#segment-preview .sb-problem").wait_for()
    rule = page.locator(".sb-rule").first
    rule.get_by_label("Field").select_option("enrolment.tier")
    rule.get_by_label("Question").select_option(label="is")
    rule.get_by_label("Value").select_option("gold")
    page.get_by_text("Gold partners · everyone there").wait_for()
    assert page.locator(".sb-examples").inner_text().startswith("Alpenglow GmbH")

    page.get_by_label("Partner's name").fill("Baltic")
    page.get_by_text("here it is Silver").wait_for()
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    page.wait_for_url("**/segment/")
    assert Segment.objects.get().rule == GOLD
    assert [said for said in window.complaints if "404" not in said] == []


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_maria_asks_for_fresh_sites_that_serve_a_country(cast, visit):
    Site.objects.create(partner=cast.baltic, name="Hall", kind="warehouse", serves=["EE"], activities=["delivers"])
    window = visit(cast.maria)
    page = window.open(ADD)
    page.locator("#id_name").fill("Who delivers to Estonia")
    rule = page.locator(".sb-rule").first
    for number, (field, question, value) in enumerate(
        [("site.kind", "is", "warehouse"), ("site.activities", "includes", "delivers"), ("site.serves", "includes", "EE")]
    ):
        page.get_by_role("button", name="Add condition").first.click()
        rule.get_by_label("Field").nth(number).select_option(field)
        rule.get_by_label("Question").nth(number).select_option(label=question)
        rule.get_by_label("Value", exact=True).nth(number).select_option(value)
        page.locator("#segment-preview").get_by_text("Baltic Cloud OÜ").wait_for()
    rule.get_by_label("Which values count").first.select_option("fresh")
    page.get_by_text("site is warehouse (only fresh)").first.wait_for()

    page.get_by_role("button", name="Save", exact=True).press("Enter")
    page.wait_for_url("**/segment/")
    first, *_others, last = Segment.objects.get().rule["all"]
    assert first == {"field": "site.kind", "op": "eq", "value": "warehouse", "only": ["fresh"]}
    assert last == {"field": "site.serves", "op": "contains", "value": "EE"}
    assert [said for said in window.complaints if "404" not in said] == []
