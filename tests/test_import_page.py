"""Maria uploads a list, looks at what it would do, and says yes; whoever may not import sees none of it."""

import html

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from context.models import DataPoint, Fact, ImportMapping, ImportRun
from context.tasks import resume_imports, run_import
from partners.models import Partner

pytestmark = pytest.mark.django_db
ADD = "/admin/context/importrun/add/"
LIST = "name,external_id,country,shoe size\nCorvus AG,C-1,CH,44\nDelta Freight,D-1,Holland,45\n"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def maria(cast, client):
    client.force_login(cast.maria)
    return client


@pytest.fixture
def queued(monkeypatch) -> list[int]:
    """What would go to the worker."""
    sent: list[int] = []
    monkeypatch.setattr(run_import, "delay", sent.append)
    return sent


def upload(client, content=LIST, name="list.csv", **fields):
    data = {"file": SimpleUploadedFile(name, content.encode()), "mapping": "partners", **fields}
    return client.post(ADD, data, follow=True)


def page(run: ImportRun, part: str = "run") -> str:
    return reverse(f"admin:context_importrun_{part}", args=[run.public_id])


def test_the_preview_shows_what_would_happen_and_writes_nothing(cast, maria):
    partners = Partner.objects.count()
    answer = upload(maria)
    text = answer.content.decode()
    assert "Rows read: 2. New partners in them: 1." in text
    assert "Import 1 partner" in text
    assert "“Holland” is not a country code" in text
    assert "shoe size" in text
    assert Partner.objects.count() == partners


def test_saying_yes_imports_and_a_second_click_is_harmless(cast, maria, queued, django_capture_on_commit_callbacks):
    upload(maria, as_of="2024-03-01")
    run = ImportRun.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        maria.post(page(run, "start"))
        maria.post(page(run, "start"))
    assert queued == [run.pk]
    assert "0 of 2 rows are in" in maria.get(page(run, "state")).content.decode()
    run_import(run.pk)
    run_import(run.pk)
    assert "The import is done. Rows read: 2. New partners: 1." in maria.get(page(run)).content.decode()
    corvus = Partner.objects.get(external_id="C-1")
    assert Fact.objects.filter(partner=corvus, asserted_by=cast.maria, source="list.csv, 2024-03-01").count() == 2


def test_the_upload_is_deleted_and_the_refused_rows_are_kept(cast, maria, queued, settings):
    upload(maria)
    run = ImportRun.objects.get()
    maria.post(page(run, "start"))
    run_import(run.pk)
    run.refresh_from_db()
    assert not run.file
    assert [file.name for file in (settings.MEDIA_ROOT / "imports").iterdir()] == [f"{run.public_id}-refused.csv"]
    answer = maria.get(page(run, "refused"))
    assert answer["Content-Disposition"] == 'attachment; filename="list-refused.csv"'
    assert b"Delta Freight,D-1,Holland,45,3," in b"".join(answer.streaming_content)


def test_a_lost_message_is_made_good_by_the_sweep(cast, maria, queued):
    upload(maria)
    run = ImportRun.objects.get()
    maria.post(page(run, "start"))
    queued.clear()
    resume_imports()
    assert queued == [run.pk]


def test_a_broken_file_gets_its_sentence_and_cannot_be_started(cast, maria, queued):
    text = upload(maria, "title\nX\n").content.decode()
    assert "There is no column “name”" in text
    run = ImportRun.objects.get()
    assert (run.status, bool(run.file)) == ("failed", False)
    maria.post(page(run, "start"))
    run.refresh_from_db()
    assert (run.status, queued) == ("failed", [])


def test_an_enormous_file_and_a_future_day_are_told_on_the_form(cast, maria, settings):
    settings.IMPORT_MAX_BYTES = 20
    assert "The file is too large" in upload(maria).content.decode()
    assert "lies in the future" in upload(maria, as_of="2199-01-01").content.decode()
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("who", ["arthur", "nora", "nobody"])
def test_whoever_may_not_import_sees_and_starts_nothing(cast, maria, client, queued, who):
    upload(maria)
    run = ImportRun.objects.get()
    client.logout()
    if who != "nobody":
        client.force_login(cast.arthur if who == "arthur" else cast.nora.user)
    for address in (ADD, page(run), page(run, "state"), page(run, "refused")):
        assert client.get(address).status_code in (302, 403)
    assert client.post(page(run, "start")).status_code in (302, 403)
    run.refresh_from_db()
    assert (run.status, queued) == ("previewed", [])


def test_an_unknown_run_and_a_get_of_the_button_answer_plainly(cast, maria):
    upload(maria)
    run = ImportRun.objects.get()
    assert maria.get(page(run, "start")).status_code == 405
    assert maria.get(page(run).replace(str(run.public_id), "00000000-0000-7000-8000-000000000000")).status_code == 404


def test_a_large_upload_is_read_by_the_worker(cast, maria, monkeypatch, django_capture_on_commit_callbacks):
    from context.tasks import preview_import

    sent = []
    monkeypatch.setattr("context.admin.imports._READ_AT_ONCE_BYTES", 10)
    monkeypatch.setattr(preview_import, "delay", sent.append)
    with django_capture_on_commit_callbacks(execute=True):
        text = upload(maria).content.decode()
    assert "The file is being read" in text
    preview_import(sent[0])
    assert ImportRun.objects.get().status == "previewed"


def test_the_ledger_is_read_and_never_written_in_the_admin(cast, maria, queued):
    upload(maria)
    run = ImportRun.objects.get()
    maria.post(page(run, "start"))
    run_import(run.pk)
    text = maria.get("/admin/context/fact/").content.decode()
    assert "Corvus AG" in text
    assert "list.csv" in text
    fact = Fact.objects.first()
    assert maria.get(f"/admin/context/fact/{fact.pk}/change/").status_code == 200
    assert maria.post(f"/admin/context/fact/{fact.pk}/change/", {"source": "me"}).status_code == 403
    assert maria.get("/admin/context/importrun/").status_code == 200


def test_a_mapping_is_checked_before_it_is_kept(cast, maria):
    bad = {"name": "Ours", "key": "ours", "spec": '{"fields": {"nmae": "x"}}'}
    assert "“nmae” has no meaning" in maria.post("/admin/context/importmapping/add/", bad).content.decode()
    assert not ImportMapping.objects.exists()
    maria.post("/admin/context/importmapping/add/", {**bad, "spec": '{"fields": {"name": "x"}}'})
    assert ImportMapping.objects.get().key == "ours"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (r'"a\u0000b"', "cannot be stored"),
        (r'"a\ud800b"', "cannot be stored"),
        ('{"from":' * 3000 + "{}" + "}" * 3000, "nested too deep"),
    ],
)
def test_a_mapping_that_cannot_be_kept_is_shown_again_with_a_sentence(cast, maria, name, says):
    spec = f'{{"fields": {{"name": {name}}}}}'
    answer = maria.post("/admin/context/importmapping/add/", {"name": "Ours", "key": "ours", "spec": spec})
    assert (answer.status_code, says in answer.text, name[:9] in html.unescape(answer.text)) == (200, True, True)
    assert not ImportMapping.objects.exists()


def test_a_data_point_is_made_in_the_admin_and_a_built_in_one_stays(cast, maria):
    assert 'value="rows"' not in maria.get("/admin/context/datapoint/add/").text
    maria.post(
        "/admin/context/datapoint/add/",
        {"label": "Staff", "key": "staff", "type": "number", "choices": "", "seen_by": "both", "edited_by": "both"},
    )
    assert DataPoint.objects.get(key="staff").type == "number"
    name = DataPoint.objects.get(key="name")
    assert maria.post(f"/admin/context/datapoint/{name.pk}/delete/", {"post": "yes"}).status_code == 403
    assert DataPoint.objects.filter(key="name").exists()
