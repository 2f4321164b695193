"""From the bytes of a file to the paragraphs a reader would count in it. Functions of values: no database, no settings."""
