"""The rule of `context.queries.facts` in the words of the database. Composed by the ORM, it looks each verdict up again wherever it
is named, and to compose it anew for each page took longer than to ask. The suite holds both to the same answers."""


def ledger(verdicts: str = "true") -> str:
    """What comes after FROM: each `fact` with its `point`, its `programme`, the `verdict` that counts and `stale_at`, the moment
    from which it is stale; of the verdicts for which the condition `verdicts` holds."""
    return f"""
    context_fact AS fact
    JOIN context_datapoint AS point ON point.id = fact.data_point_id
    LEFT JOIN partners_programme AS programme ON programme.id = fact.programme_id
    LEFT JOIN LATERAL (
        SELECT kind FROM context_verdict WHERE fact_id = fact.id AND {verdicts} ORDER BY at DESC, id DESC LIMIT 1
    ) AS verdict ON true
    CROSS JOIN LATERAL (SELECT fact.observed_at + point.stale_after_days * interval '1 day' AS stale_at) AS aged
"""  # noqa: S608 - words of ours


MAY_STAND = "fact.contact_id IS NULL AND verdict.kind IS DISTINCT FROM 'withdrawn'"


def rank(now: str = "statement_timestamp()") -> str:
    """1 stands, 2 is a claim or as good as one, 3 is disputed."""
    return f"""
    CASE WHEN verdict.kind = 'disputed' THEN 3
         WHEN verdict.kind = 'verified' AND coalesce(stale_at >= {now}, true) THEN 1 ELSE 2 END
"""


def first_by(rank: str) -> str:
    return f"{rank}, fact.observed_at DESC, fact.id DESC"
