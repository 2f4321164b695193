"""`name__matches="alp"`: contains, whatever the case, and served by a trigram index. Django's `icontains` compares
UPPER(name), which such an index does not know."""

from django.db.models import CharField, Lookup


@CharField.register_lookup
class Matches(Lookup):
    lookup_name = "matches"

    def get_prep_lookup(self):
        escaped = str(self.rhs).replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        return f"%{escaped}%"

    def as_sql(self, compiler, connection):
        column, column_params = self.process_lhs(compiler, connection)
        value, value_params = self.process_rhs(compiler, connection)
        return f"{column} ILIKE {value}", [*column_params, *value_params]
