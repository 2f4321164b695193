"""The delivery ledger as a partitioned table, which Django cannot declare. New partitions are made by
`communications/actions/audiences.py`; a default one catches what has none yet."""

from django.db import migrations

PARTITION = """
CREATE TABLE delivery_partitioned (LIKE communications_delivery INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
    PARTITION BY RANGE (announcement_id);
DROP TABLE communications_delivery;
ALTER TABLE delivery_partitioned RENAME TO communications_delivery;
ALTER TABLE communications_delivery ADD CONSTRAINT communications_delivery_pkey PRIMARY KEY (announcement_id, contact_id, channel);
CREATE INDEX delivery_of_contact ON communications_delivery (contact_id, channel, state);
CREATE INDEX delivery_of_chunk ON communications_delivery (announcement_id, channel, chunk, state);
CREATE INDEX delivery_to_address ON communications_delivery (address, settled_at) WHERE channel = 'email' AND state = 'delivered';
CREATE INDEX delivery_in_doubt ON communications_delivery (announcement_id) WHERE state = 'in_doubt';
CREATE TABLE communications_delivery_default PARTITION OF communications_delivery DEFAULT;
"""


class Migration(migrations.Migration):
    dependencies = [("communications", "0001_initial")]

    operations = [migrations.RunSQL(PARTITION, reverse_sql=migrations.RunSQL.noop)]
