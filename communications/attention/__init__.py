"""How much a person is interrupted, and when: functions of values, no database. See docs/attention.md."""
