"""Where uploads are kept: a file is there as a whole or not at all."""

from contextlib import suppress

from django.core.files.storage import FileSystemStorage


class WholeFiles(FileSystemStorage):
    """Where a disk is full in the middle of a file, what was written of it is taken away again."""

    def _save(self, name, content):
        try:
            return super()._save(name, content)
        except OSError:
            # `name` is free when we are called; only the half that was written can be there.
            with suppress(OSError):
                self.delete(name)
            raise
