"""Archives of strangers, whose list of parts may be right and a part of them not."""

import zipfile
import zlib

# What reading a part may raise: packed wrongly, cut off, packed in a way that nobody unpacks, locked.
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
