"""The outside world. Mail goes out by whichever channel `mail_channel()` chooses, all behind the contract in `contract.py`."""
