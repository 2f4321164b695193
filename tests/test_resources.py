"""Resources: who sees which, what a version is, what retires, and the pages on which they are kept."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from activity.refusals import Invalid, Refused
from communications.models import Announcement
from enablement.actions.collections import create_collection, put_into_collections
from enablement.actions.downloads import note_download
from enablement.actions.previews import prepare_waiting
from enablement.actions.resources import (
    add_version,
    change_resource,
    create_resource,
    publish_resource,
    renew_resource,
    retire_resource,
)
from enablement.models import BrandedFile, PartnerLogo, Resource, ResourceState, ResourceVersion
from enablement.signed_links import link_to
from partners.models import Partner
from portal.templatetags.portal import moment
from search.queries.finding import find, find_passages
from tests import factories
from tests.clients import signed_in
from tests.library_story import alpenglows, filed, pdf, picture, published, renewed, upload, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def seen_by(user) -> set[str]:
    return set(Resource.objects.visible_to(user).values_list("title", flat=True))


def found_by(user, words: str) -> set[str]:
    return {passage.document.title for passage in [*find(user, words).passages, *find_passages(user, words)]}


def test_each_sees_what_is_out_and_for_them_and_search_finds_no_other(cast):
    other = factories.make_programme("suppliers")
    ida = factories.make_contact(factories.make_partner("Elbe", programme=other), "Ida", "ida@elbe.example", login=True)
    text = "Renewal of pumps in spring."
    written(cast, "For all", text)
    written(cast, "For Alpenglow", text, segment=alpenglows(cast))
    over = written(cast, "Over", text)
    change_resource(over, by=cast.maria, expires_at=timezone.now() - timedelta(minutes=1))
    retire_resource(written(cast, "Retired", text), by=cast.maria)
    filed(cast, "Draft")

    for user, titles in (
        (cast.ben.user, {"For all", "For Alpenglow"}), (cast.sven.user, {"For all"}), (ida.user, set()),
    ):  # fmt: skip
        assert seen_by(user) == titles
        assert found_by(user, "renewal of pumps") == titles
    assert seen_by(cast.maria) == {"For all", "For Alpenglow", "Over", "Retired", "Draft"}
    assert found_by(cast.maria, "renewal of pumps") == {"For all", "For Alpenglow"}
    factories.make_segment("Nobody uses it")
    for number in range(8):
        written(cast, f"More {number}", segment=factories.make_segment(f"Everybody {number}"))
    with CaptureQueriesContext(connection) as asked:
        assert len(seen_by(cast.ben.user)) == 10
    assert len(asked) <= 4


def test_it_expires_at_its_moment_whatever_no_clock_has_done(cast):
    resource = written(cast, "Ends soon", "Spring offer for pumps.", expires_at=timezone.now() + timedelta(days=1))
    assert found_by(cast.ben.user, "spring offer") == {"Ends soon"}
    Resource.objects.filter(pk=resource.pk).update(expires_at=timezone.now())
    assert found_by(cast.ben.user, "spring offer") == set()
    answer = signed_in(cast.ben.user).get(f"/library/{resource.public_id}/")
    assert (answer.status_code, "no longer valid" in answer.content.decode()) == (410, True)


def test_a_life_goes_by_its_steps_only(cast):
    resource = filed(cast)
    with pytest.raises(Refused, match="is not out"):
        renew_resource(resource, by=cast.maria)
    publish_resource(resource, by=cast.maria)
    assert resource.review_on == timezone.localdate() + timedelta(days=180)
    with pytest.raises(Refused, match="is published; it cannot become published"):
        publish_resource(resource, by=cast.maria)
    successor = published(cast, "Guide of this year")
    with pytest.raises(Invalid, match="cannot replace itself"):
        retire_resource(resource, by=cast.maria, successor=resource)
    retire_resource(resource, by=cast.maria, reason="Out of date", successor=successor)
    page = signed_in(cast.sven.user).get(f"/library/{resource.public_id}/")
    assert (page.status_code, "Guide of this year" in page.content.decode()) == (410, True)
    publish_resource(resource, by=cast.maria)
    assert (resource.state, resource.successor, resource.retired_because) == (ResourceState.PUBLISHED, None, "")


def test_a_new_version_says_what_changed_and_keeps_the_old(cast):
    resource = published(cast)
    for changes, file, sentence in (
        ("", upload(pdf("Anew.")), "Say in a sentence what changed"),
        ("Same", upload(resource.current.file.read()), "byte for byte"),
    ):  # fmt: skip
        with pytest.raises(Invalid, match=sentence):
            add_version(resource, by=cast.maria, changes=changes, file=file)
        resource.refresh_from_db()
        assert (resource.current.number, resource.versions.count()) == (1, 1)
    renewed(resource, cast, "Pumps last ten years.")
    prepare_waiting()
    assert [(row.number, row.changes) for row in resource.versions.all()] == [(2, "The hours were wrong."), (1, "")]
    assert found_by(cast.ben.user, "how many years do pumps last") == {"Guide to pumps"}
    page = signed_in(cast.ben.user).get(f"/library/{resource.public_id}/").content.decode()
    assert "The hours were wrong." in page
    assert f"/library/{resource.public_id}/download/1/" in page
    assert f"/library/{resource.public_id}/pages/1/" in page


def test_the_shelf_shows_the_day_it_is_sorted_by(cast):
    first, second = published(cast, "Published first"), published(cast, "Published second")
    Resource.objects.filter(pk=first.pk).update(published_at=timezone.now() - timedelta(days=40))
    ResourceVersion.objects.filter(pk=second.current_id).update(made_at=timezone.now() - timedelta(days=80))
    page = signed_in(cast.sven.user).get("/library/").content.decode()
    ends = [part.split("</div>")[0] for part in page.split('class="row-end">')[1:]]
    day = moment(Resource.objects.get(pk=first.pk).published_at)
    assert [str(day) in end for end in ends] == [False, True]
    assert str(moment(timezone.now() - timedelta(days=80))) not in page


def test_the_shelf_has_what_is_for_one_in_a_dozen_queries(cast):
    closed = published(cast, "For Alpenglow", segment=alpenglows(cast))
    open_to_all = published(cast, "For all", content=picture(), name="plan.png", summary="A plan.")
    task = create_collection(by=cast.maria, programme=cast.programme, title="Win against Harbourline")
    hidden = create_collection(by=cast.maria, programme=cast.programme, title="Only for Alpenglow")
    for resource in (closed, open_to_all):
        put_into_collections(resource, [task], by=cast.maria)
    put_into_collections(closed, [task, hidden], by=cast.maria)
    sven = signed_in(cast.sven.user)
    sven.get("/library/")
    with CaptureQueriesContext(connection) as asked:
        page = sven.get("/library/").content.decode()
    assert "For all" in page
    assert "For Alpenglow" not in page
    assert "Only for Alpenglow" not in page
    assert len(asked) <= 12, [query["sql"][:100] for query in asked]
    assert sven.get(f"/library/collections/{hidden.public_id}/").status_code == 404
    shown = sven.get(f"/library/collections/{task.public_id}/").content.decode()
    assert "For all" in shown
    assert "For Alpenglow" not in shown
    with CaptureQueriesContext(connection) as asked:
        sven.get(f"/library/{open_to_all.public_id}/")
    assert len(asked) <= 12


def test_a_manager_keeps_the_library_on_its_pages(cast):
    maria = signed_in(cast.maria)
    answer = maria.post("/admin/enablement/resource/new/file/", {
        "file": upload(pdf("Warranty of pumps: five years."), "Warranty 2026.pdf"), "language": "en",
        "programme": cast.programme.pk, "review_every": 90, "publish": "on",
    })  # fmt: skip
    resource = Resource.objects.get()
    assert (answer.status_code, resource.title, resource.state) == (302, "Warranty 2026.pdf", "published")
    address = f"/admin/enablement/resource/{resource.public_id}/"
    assert maria.post(address, {"do": "version", "changes": "", "file": upload(pdf("B"))}).status_code == 422
    assert maria.post(address, {"do": "version", "changes": "Six years.", "file": upload(pdf("B"))}).status_code == 302
    assert maria.post(f"{address}edit/", {
        "title": "Warranty", "language": "de", "review_every": 90, "summary": "How long.",
    }).status_code == 302  # fmt: skip
    resource.refresh_from_db()
    assert (resource.title, resource.language, resource.current.number) == ("Warranty", "de", 2)
    refused = maria.post("/admin/enablement/resource/new/file/", {
        "file": upload(b"MZ program", "a.pdf"), "title": "A", "language": "en", "programme": cast.programme.pk, "review_every": 90,
    })  # fmt: skip
    assert (refused.status_code, "is not what its name says" in refused.content.decode()) == (422, True)
    assert Resource.objects.count() == 1
    note_download(resource.versions.get(number=1), cast.ben)
    assert "1 person holds an older version" in maria.get(address).content.decode()
    assert b"ben@alpenglow.example" in b"".join(maria.get(f"{address}holders.csv").streaming_content)
    led = maria.post(address, {"do": "recall"})
    assert led.url == f"/admin/communications/announcement/{Announcement.objects.get().public_id}/change/"
    Resource.objects.update(review_on=timezone.localdate() - timedelta(days=3))
    queue = maria.get("/admin/communications/announcement/freshness/?whose=all").content.decode()
    assert "Warranty" in queue
    assert signed_in(cast.arthur).post(address, {"do": "retire"}).status_code == 403
    resource.refresh_from_db()
    assert resource.state == "published"


def test_what_cannot_be_published_leaves_no_draft(cast):
    maria = signed_in(cast.maria)
    words = {"title": "Prices", "body": "Low.", "language": "en", "programme": cast.programme.pk, "review_every": 180,
             "expires_at": "2020-01-01T10:00", "publish": "on"}  # fmt: skip
    refused = maria.post("/admin/enablement/resource/new/page/", words)
    assert (refused.status_code, "It has expired already" in refused.content.decode()) == (422, True)
    assert not Resource.objects.exists()


def test_a_collection_is_filled_ordered_and_emptied_on_its_page(cast):
    first, second = published(cast, "First"), published(cast, "Second")
    elsewhere = create_resource(by=cast.maria, programme=factories.make_programme("kestrane"), kind="page", body="Hi.", title="Far")
    task = create_collection(by=cast.maria, programme=cast.programme, title="Renew")
    address, maria = f"/admin/enablement/collection/{task.public_id}/", signed_in(cast.maria)

    def now() -> list[str]:
        return list(task.items.order_by("position").values_list("resource__title", flat=True))

    for each in (first, second, first):
        assert maria.post(address, {"in": str(each.public_id)}).status_code == 302
    assert now() == ["First", "Second"]
    maria.post(address, {"up": str(second.public_id)})
    assert now() == ["Second", "First"]
    assert "belongs to another programme" in maria.post(address, {"in": str(elsewhere.public_id)}).content.decode()
    page = maria.get(address).content.decode()
    assert "Far" not in page
    maria.post(address, {"out": str(second.public_id)})
    assert now() == ["First"]
    assert Resource.objects.filter(pk=second.pk).exists()
    assert f'<option value="{second.public_id}">Second</option>' in maria.get(address).content.decode()
    vera = signed_in(factories.make_user("vera@vendor.example", name="Vera", roles=("Vendor sales",)))
    assert vera.post(address, {"out": str(first.public_id)}).status_code in (403, 404)
    assert now() == ["First"]


def test_a_page_is_changed_from_what_it_says_and_nothing_that_was_written_is_lost(cast):
    resource, maria = written(cast, body="Renew in **March**."), signed_in(cast.maria)
    address = f"/admin/enablement/resource/{resource.public_id}/"
    assert "Renew in **March**.</textarea>" in maria.get(address).content.decode()
    refused = maria.post(address, {"do": "version", "body": "Renew in **May**.", "changes": ""})
    assert refused.status_code == 422
    assert "Renew in **May**.</textarea>" in refused.content.decode()
    assert resource.versions.count() == 1
    maria.post(address, {"do": "version", "body": "Renew in **May**.", "changes": "Later."})
    old = maria.get(f"{address}versions/1/").content.decode()
    assert "Renew in <strong>March</strong>." in old
    assert "An older version. Nobody gets it any more." in old
    assert "This is what people get." in maria.get(f"{address}versions/2/").content.decode()
    assert signed_in(cast.nora.user).get(f"{address}versions/1/").status_code == 302


def test_link_to_a_store_outside_is_signed_there_and_expires(cast, settings):
    resource = published(cast)
    settings.STORAGES = {**settings.STORAGES, "library": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"access_key": "key", "secret_key": "secret", "bucket_name": "files", "endpoint_url": "https://store.example",
                    "region_name": "eu-1", "querystring_auth": True, "addressing_style": "path", "signature_version": "s3v4"},
    }}  # fmt: skip
    from django.core.files.storage import storages

    resource.current.file.storage = storages["library"]
    address = link_to(resource.current, cast.ben.user)
    assert address.startswith(f"https://store.example/files/{resource.current.file.name}?")
    assert "X-Amz-Expires=600" in address
    assert "X-Amz-Signature=" in address
    assert "secret" not in address


def template_pdf() -> bytes:
    kept = BytesIO()
    canvas = Canvas(kept)
    canvas.drawString(72, 760, "Your partner for pumps")
    for number, name in enumerate(("partner.logo", "partner.name", "contact.email")):
        canvas.acroForm.textfield(name=name, x=72, y=600 - 60 * number, width=200, height=40)
    canvas.save()
    return kept.getvalue()


def test_a_template_carries_the_partners_logo_name_and_contact(cast):
    flyer = published(cast, "Flyer", content=template_pdf(), name="flyer.pdf")
    page = published(
        cast, "Page", content=b"<img src='{{ partner.logo }}'><p>{{ partner.name }}: {{ contact.email }}</p>", name="page.html"
    )
    assert flyer.current.places == ["contact.email", "partner.logo", "partner.name"]
    nora, ben = signed_in(cast.nora.user), signed_in(cast.ben.user)
    refused = ben.get(f"/library/{flyer.public_id}/branded/")
    assert (refused.status_code, "has no logo here yet" in refused.content.decode()) == (409, True)
    assert ben.post("/library/logo/", {"file": upload(picture(), "logo.png")}).status_code == 403
    assert nora.post("/library/logo/", {"file": upload(b"<svg>", "logo.png")}).status_code == 422
    assert not PartnerLogo.objects.exists()
    assert nora.post("/library/logo/", {"file": upload(picture(), "logo.png")}).status_code == 302

    made = b"".join(ben.get(f"/library/{flyer.public_id}/branded/").streaming_content)
    read = PdfReader(BytesIO(made))
    text = read.pages[0].extract_text()
    assert "Your partner for pumps" in text
    assert "Alpenglow GmbH" in text
    assert "ben@alpenglow.example" in text
    assert len(read.pages[0].images) == 1
    assert not read.get_fields()
    Partner.objects.filter(pk=cast.alpenglow.pk).update(name="Alpenglow <b> & Söhne")
    html = b"".join(nora.get(f"/library/{page.public_id}/branded/").streaming_content).decode()
    assert "<p>Alpenglow &lt;b&gt; &amp; Söhne: nora@alpenglow.example</p>" in html
    assert "src='data:image/png;base64," in html
    assert "{{" not in html
    first = BrandedFile.objects.get(version=page.current)
    nora.get(f"/library/{page.public_id}/branded/")
    assert BrandedFile.objects.get(version=page.current).file.name == first.file.name
    assert signed_in(cast.sven.user).get(f"/library/{flyer.public_id}/branded/").status_code == 409
