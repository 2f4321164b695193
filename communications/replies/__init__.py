"""What a person wrote in a mail, without what they answered to and without their signature. Functions of values, no database."""

from communications.replies.automatic import is_automatic
from communications.replies.reading import InlineFile, Reply, read_mail, reply_in_file
from communications.replies.words import own_words

__all__ = ["InlineFile", "Reply", "is_automatic", "own_words", "read_mail", "reply_in_file"]
