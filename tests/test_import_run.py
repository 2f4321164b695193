"""An import from start to end: cut off and resumed, ended by a fault, and told by the command."""

import json

import pytest
import yaml
from django.core.management import CommandError, call_command

from context.actions.imports import preview_import, run_import, start_import
from context.models import DataPoint, ImportMapping, ImportRun
from partners.models import Contact, Enrolment, Partner
from tests.import_story import AGENCIES, AGENCY_MAPPING, HEAD, TWO, bring_in, everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def test_a_run_that_was_cut_off_goes_on_where_it_was(cast, tmp_path, monkeypatch):
    monkeypatch.setattr("context.imports.passes.BATCH_ROWS", 10)
    path = tmp_path / "list.csv"
    path.write_text("name,external_id\n" + "".join(f"P {n},P-{n}\n" for n in range(25)))
    run = ImportRun.objects.create(mapping="partners", file_name="list.csv")
    preview_import(run, path)
    start_import(run, by=None)

    def power_cut(rows: int) -> None:
        if rows > 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_import(run, path, progress=power_cut)
    run.refresh_from_db()
    assert (run.status, run.rows_done, Partner.objects.filter(external_id__startswith="P-").count()) == ("running", 20, 20)
    run_import(run, path)
    assert (run.status, run.counts["new"], Partner.objects.filter(external_id__startswith="P-").count()) == ("done", 25, 25)


def test_an_installation_that_lacks_data_points_gets_them(cast, tmp_path):
    DataPoint.objects.filter(key__startswith="contact_").delete()
    assert bring_in(tmp_path, "list.csv", TWO).status == "done"
    assert Contact.objects.get(email="ida@corvus.example").facts.count() == 3


def test_a_fault_of_ours_ends_the_run_and_is_not_tried_for_ever(cast, tmp_path, monkeypatch):
    def fault(*_args, **_kwargs):
        raise RuntimeError("a fault")

    monkeypatch.setattr("context.actions.imports.apply_batch", fault)
    before = everything()
    with pytest.raises(RuntimeError):
        bring_in(tmp_path, "list.csv", TWO)
    run = ImportRun.objects.get()
    assert (run.status, "a fault of this portal" in run.problem, everything() == before) == ("failed", True, True)


def test_the_number_of_queries_does_not_grow_with_the_rows(cast, tmp_path, django_assert_max_num_queries):
    rows = "".join(f"P {n},P-{n},DE,,reseller,gold,active,N {n},n{n}@p.example,sales\n" for n in range(400))
    with django_assert_max_num_queries(75):
        assert bring_in(tmp_path, "list.csv", HEAD + rows).counts["new"] == 400


def test_the_command_previews_imports_and_hands_back(cast, tmp_path, capsys):
    path, out = tmp_path / "list.csv", tmp_path / "refused.csv"
    path.write_text(TWO.replace(",CH,", ",XX,"))
    call_command("import_partners", str(path), dry_run=True, refused=out)
    assert "“XX” is not a country code" in capsys.readouterr().out
    assert (ImportRun.objects.count(), Partner.objects.filter(external_id="D-1").count(), out.exists()) == (0, 0, True)
    call_command("import_partners", str(path), refused=out)
    printed = capsys.readouterr()
    assert "Done: 1 partners and 1 enrolments new" in printed.out
    assert "2/2" in printed.err
    assert "XX" in out.read_text("utf-8-sig")


def test_the_command_takes_a_mapping_from_a_file_or_the_database(cast, tmp_path):
    DataPoint.objects.create(key="staff", label="Staff", type="number")
    document, spec = tmp_path / "agencies.json", tmp_path / "agencies.map.yml"
    document.write_text(json.dumps(AGENCIES))
    spec.write_text(yaml.safe_dump(AGENCY_MAPPING))
    call_command("import_partners", str(document), mapping=str(spec))
    ImportMapping.objects.create(key="ours", name="Ours", spec=AGENCY_MAPPING)
    call_command("import_partners", str(document), mapping="ours")
    assert Enrolment.objects.filter(programme__key="agencies").count() == 3


def test_the_command_ends_with_a_sentence_when_the_file_or_the_mapping_is_wrong(cast, tmp_path):
    with pytest.raises(CommandError, match="There is no file “nowhere.csv”"):
        call_command("import_partners", str(tmp_path / "nowhere.csv"))
    with pytest.raises(CommandError, match="There is no mapping “nothing”. Known are: partners"):
        call_command("import_partners", str(tmp_path / "nowhere.csv"), mapping="nothing")
