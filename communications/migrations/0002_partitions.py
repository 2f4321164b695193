"""Deliveries and hits in partitions by their announcement, which Django cannot declare: the models only read the tables.

An audience is frozen and forgotten a partition at a time. `communications/actions/audiences.py` makes the partition of a thousand
announcements before it needs it; a default one catches what has none yet. See docs/decisions/0002-delivery-ledger.md.
"""

from django.db import migrations

PARTITION = """
CREATE TABLE {table}_partitioned (LIKE {table} {including}) PARTITION BY RANGE (announcement_id);
DROP TABLE {table};
ALTER TABLE {table}_partitioned RENAME TO {table};
ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY ({key});
CREATE TABLE {table}_default PARTITION OF {table} DEFAULT;
"""

DELIVERIES = PARTITION.format(
    table="communications_delivery",
    including="INCLUDING DEFAULTS INCLUDING CONSTRAINTS",
    key="announcement_id, contact_id, channel",
)
INDEXES_OF_DELIVERIES = """
CREATE INDEX delivery_of_contact ON communications_delivery (contact_id, channel, state);
CREATE INDEX delivery_of_chunk ON communications_delivery (announcement_id, channel, chunk, state);
CREATE INDEX delivery_to_address ON communications_delivery (address, settled_at) WHERE channel = 'email' AND state = 'delivered';
CREATE INDEX delivery_in_doubt ON communications_delivery (announcement_id) WHERE state = 'in_doubt';
"""

HITS = PARTITION.format(table="communications_engagementevent", including="INCLUDING DEFAULTS", key="announcement_id, id")
# One sequence for all partitions; an id finds its row without its announcement, too.
IDS_OF_HITS = """
CREATE SEQUENCE communications_engagementevent_id_seq OWNED BY communications_engagementevent.id;
ALTER TABLE communications_engagementevent ALTER id SET DEFAULT nextval('communications_engagementevent_id_seq');
CREATE INDEX event_by_id ON communications_engagementevent (id);
"""
INDEXES_OF_HITS = """
CREATE INDEX event_of_recipient ON communications_engagementevent (announcement_id, contact_id, occurred_at);
CREATE INDEX event_of_contact ON communications_engagementevent (contact_id, occurred_at DESC);
"""


class Migration(migrations.Migration):
    dependencies = [("communications", "0001_initial")]

    # Going back, the tables go with 0001_initial as they are.
    operations = [
        migrations.RunSQL(statements, migrations.RunSQL.noop)
        for statements in (DELIVERIES, INDEXES_OF_DELIVERIES, HITS, IDS_OF_HITS, INDEXES_OF_HITS)
    ]
