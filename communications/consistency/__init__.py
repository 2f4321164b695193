"""Do texts say the same? Functions of texts and values; nothing here asks the database, and nothing stops anybody.

A price, a date, a percentage or a version is read as a value, whichever way its language writes it. The words around it say what it
is the value of; that is a rule of thumb, named as what it is in docs/consistency.md."""
