"""Files as they come: tables, workbooks and documents, in each way of writing, sound and broken."""

import io
import zipfile
from datetime import datetime

import pytest
from openpyxl import Workbook

from context.imports.broken import BrokenFile
from context.imports.mapping import compile_mapping, shipped_spec
from context.imports.shaping import open_source
from context.models import ImportRun
from partners.models import Partner
from tests.import_story import bring_in, everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def test_a_workbook_reads_like_a_table(cast, tmp_path):
    book = Workbook()
    book.active.append(["Name", "External ID", "Starts on", "Contact name", None])
    book.active.append(["Kelpie Ltd", 4711.0, datetime(2024, 2, 29), "Una Roy"])
    book.active.append([None, None, None, None])
    book.save(tmp_path / "book.xlsx")
    run = bring_in(tmp_path, "book.xlsx", (tmp_path / "book.xlsx").read_bytes())
    assert run.counts["new"] == 1
    kelpie = Partner.objects.get(external_id="4711")
    assert (kelpie.enrolments.get().starts_on.isoformat(), kelpie.contacts.get().name) == ("2024-02-29", "Una Roy")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_names_survive_each_way_of_writing_unicode(cast, tmp_path, encoding):
    bring_in(tmp_path, "list.csv", "name;external_id\nŁódź Sœur 株式会社;L-1\n".encode(encoding))
    assert Partner.objects.get(external_id="L-1").name == "Łódź Sœur 株式会社"


def _zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 3_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("list.csv", "name\nCafé\n".encode("latin-1"), "Line 2 is not UTF-8"),
        ("list.csv", b"na\0me\n", "zero bytes"),
        ("list.csv", b'name\n"open\n', "begins in line 2 cannot be read"),
        ("list.csv", b"title\nX\n", "There is no column “name”. The columns are: title."),
        ("list.csv", b"name,Name\nX,Y\n", "Two columns are called “name”"),
        ("list.csv", b"", "is empty"),
        ("list.csv", b"name\n" + b"x" * 600_000, "at most"),
        ("list.pdf", b"%PDF", "not a CSV, XLSX, JSON or YAML file"),
        ("book.xlsx", b"PK nonsense", "not a workbook"),
        ("book.xlsx", _zip_bomb(), "unpacks to far more"),
        ("doc.json", b'[{"name": ', "not JSON"),
        ("doc.json", b'{"name": "x"}', "expects a list"),
        ("doc.yml", b"a: [1\nb: 2", "not YAML"),
        ("doc.yml", b"[" * 50_000, "nested more than"),
        ("doc.yml", b"!!python/object/apply:os.system [ls]", "not YAML"),
    ],
)
def test_a_broken_file_gets_a_sentence_and_nothing_is_written(cast, tmp_path, settings, name, content, sentence):
    settings.IMPORT_MAX_BYTES = 500_000
    before = everything()
    run = bring_in(tmp_path, name, content)
    assert run.status == ImportRun.Status.FAILED
    assert sentence in run.problem
    assert everything() == before


def test_a_large_json_list_is_read_one_item_at_a_time(tmp_path):
    path = tmp_path / "list.json"
    path.write_text('[{"name": "First"}, {"name": "Second"}, ' + "this is never reached")
    records = iter(open_source(path, "list.json", compile_mapping("partners", shipped_spec("partners"))).records)
    assert next(records).name == "First"
    with pytest.raises(BrokenFile, match="not JSON"):
        list(records)
