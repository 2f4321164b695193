"""What the programme sells or buys."""

from functools import partial

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Refused
from partners.actions.changes import check_fields, in_words, write_changes
from partners.actions.checks import check_choice, check_line
from partners.actions.programmes import default_programme
from partners.actions.vocabulary import refuse_where_used
from partners.models import Product, Programme

CHECKS = {
    "line": partial(check_line, field="line", required=True, longest=120),
    "name": partial(check_line, field="name", required=True),
    "version": partial(check_line, field="version", longest=60),
    "status": partial(check_choice, choices=Product.Status, field="status"),
    "end_of_sale": lambda value: value,
}


@transaction.atomic
def create_product(
    *, by, line: str, name: str, version: str = "", status: str = "available", end_of_sale=None, programme: Programme | None = None
) -> Product:
    values = check_fields(CHECKS, {"line": line, "name": name, "version": version, "status": status, "end_of_sale": end_of_sale})
    product = Product(programme=programme or default_programme(), **values)
    _save_once(product.save, product)
    record_activity("product.created", _("Product %(name)s was added") % {"name": product}, by=by, subject=product)
    return product


@transaction.atomic
def change_product(product: Product, *, by, **fields) -> Product:
    """Rules know a product by its name, so one that they name keeps it."""
    values = check_fields(CHECKS, fields)
    if values.get("name", product.name) != product.name:
        refuse_where_used(product)
    changed = _save_once(lambda: write_changes(product, values), product)
    if changed:
        sentence = _("Product %(name)s: %(fields)s changed") % {"name": product, "fields": in_words(product, changed)}
        record_activity("product.changed", sentence, by=by, subject=product, data={"changes": changed})
    return product


def _save_once(save, product: Product):
    try:
        with transaction.atomic():
            return save()
    except IntegrityError as error:
        if "product_once_per_programme" not in str(error):
            raise
        raise Refused(
            _("%(programme)s already has a product with this name and version.") % {"programme": product.programme},
            code="duplicate",
            field="name",
        ) from None
