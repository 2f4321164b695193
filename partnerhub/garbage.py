"""Python's collector of garbage, told what is no garbage."""

import gc


def keep_what_is_loaded() -> None:
    """Called once all code is loaded. It stays, is not looked at again, and is shared by the processes that are made of this one:
    to look at all of it would hold up hundreds of hits. A page or a window of mails makes tens of thousands of objects that go with
    it: a collector that wakes up for each seven hundred of them takes a tenth of its time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
