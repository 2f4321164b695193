"""Rules asked as of a day in the past.

The rows of then are written into temporary tables that have the names of those of today. PostgreSQL looks there first, so that the
compiler of rules asks its usual questions and is answered by the past. Nobody else sees these tables, and nothing is locked."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from context.past import OF_THEM, PastTable, past_tables
from context.queries.profiles import profile_facts
from context.rules.moment import seen_from
from partners.models import Enrolment
from partners.queries.profiles import TYPED_ROWS

KNOWN, TRUE = "known_at", "true_at"  # what we knew then, what was true then by what we know now
_SINCE = {KNOWN: "recorded_at", TRUE: "observed_at"}
_TYPED = (
    "partners_partnerregion", "partners_partnerspecialty", "partners_partnercertification", "partners_partneragreement",
    "partners_site", "partners_performancerecord",
)  # fmt: skip
_ENROLMENTS = """
    CREATE TEMPORARY TABLE partners_enrolment AS SELECT {columns} FROM (
        SELECT DISTINCT ON (pgh_obj_id) * FROM {schema}.partners_enrolmentevent
        WHERE partner_id = ANY(%(partners)s) AND pgh_created_at <= %(then)s ORDER BY pgh_obj_id, pgh_created_at DESC, pgh_id DESC
    ) AS latest
"""
_PROFILES = """
    CREATE TEMPORARY TABLE partners_partnerprofile AS
    SELECT partner_id, regions, specialties, certifications, products, facts, verified, stale_at, now() AS refreshed_at
    FROM ({typed}) AS typed JOIN ({told}) AS told USING (partner_id)
"""


@contextmanager
def laid_over(then: datetime, partner_ids: Sequence[int], question: str = KNOWN) -> Iterator[None]:
    """Inside, rules are asked of these partners as they were at `then`; nobody else is there."""
    with transaction.atomic(), seen_from(then):
        names = _lay(then, list(partner_ids), question)
        yield
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE " + ", ".join(f"pg_temp.{name}" for name in names))


def _lay(then: datetime, partner_ids: list[int], question: str) -> list[str]:
    values = {"then": then, "partners": partner_ids}
    names = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        (schema,) = cursor.fetchone()
        for table in [*_own_tables(question), *past_tables()]:
            where = table.where.format(schema=schema)
            rows = f"SELECT * FROM {schema}.{table.name} WHERE {where}"  # noqa: S608 - words of ours
            cursor.execute(f"CREATE TEMPORARY TABLE {table.name} AS {rows}", values)
            for assignment in table.since_then:
                cursor.execute(f"UPDATE pg_temp.{table.name} SET {assignment}", values)  # noqa: S608
            names.append(table.name)
        columns = ", ".join(field.column for field in Enrolment._meta.concrete_fields)
        cursor.execute(_ENROLMENTS.format(schema=schema, columns=columns), values)
        cursor.execute("UPDATE pg_temp.partners_enrolment SET ends_on = NULL WHERE ends_on > %(then)s::date", values)
        told, parameters = profile_facts(partner_ids)
        # The facts of then are as fresh or stale as they were.
        told = told.replace("statement_timestamp()", "%s::timestamptz")
        cursor.execute(_PROFILES.format(typed=TYPED_ROWS, told=told), [partner_ids, *parameters, then])
    return [*names, "partners_enrolment", "partners_partnerprofile"]


def _own_tables(question: str) -> list[PastTable]:
    since = _SINCE[question]
    decided = "AND at <= %(then)s" if question == KNOWN else ""
    facts = f"SELECT id FROM {{schema}}.context_fact WHERE {OF_THEM} AND {since} <= %(then)s"  # noqa: S608 - words of ours
    return [
        PastTable("partners_partner", "id = ANY(%(partners)s) AND created_at <= %(then)s"),
        PastTable("partners_contact", f"{OF_THEM} AND created_at <= %(then)s", ("left_on = NULL WHERE left_on > %(then)s::date",)),
        PastTable(
            "partners_partnerrelation",
            f"{OF_THEM} AND (starts_on IS NULL OR starts_on <= %(then)s::date)",
            ("ends_on = NULL WHERE ends_on > %(then)s::date",),
        ),
        *(
            PastTable(
                name,
                f"{OF_THEM} AND {since} <= %(then)s AND (withdrawn_at IS NULL OR withdrawn_at > %(then)s)",
                ("withdrawn_at = NULL", "verified_at = NULL WHERE verified_at > %(then)s"),
            )
            for name in _TYPED
        ),
        PastTable("context_fact", f"{OF_THEM} AND {since} <= %(then)s"),
        PastTable("context_verdict", f"fact_id IN ({facts}) {decided}"),
        PastTable("context_surveyresponse", f"{OF_THEM} AND submitted_at <= %(then)s"),
    ]
