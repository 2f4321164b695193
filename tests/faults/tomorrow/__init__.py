"""What the next version might bring: one more column on a table that is read all the time."""
