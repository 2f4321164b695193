"""How a question is answered: functions of values, without a database. `portal/queries/assistant.py` brings the passages."""
