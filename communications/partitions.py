"""Deliveries and hits lie in a table for each thousand of announcements, so that years of them can be taken out piece by piece."""

PARTITION_ANNOUNCEMENTS = 1000
PARTITIONED = ("communications_delivery", "communications_engagementevent")


def first_of_thousand(announcement_id: int) -> int:
    return announcement_id // PARTITION_ANNOUNCEMENTS * PARTITION_ANNOUNCEMENTS


def partition_of(table: str, first: int) -> str:
    return f"{table}_{first}"
