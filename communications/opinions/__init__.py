"""What may be shown of opinions. Functions of values, no database."""
