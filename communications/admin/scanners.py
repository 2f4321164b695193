from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from activity.admin.base import QuickAdmin
from communications.actions.scanners import remove_scanner_network, set_scanner_network
from communications.models import ScannerNetwork


@admin.register(ScannerNetwork)
class ScannerNetworkAdmin(QuickAdmin):
    list_display = ["network", "whose", "since"]
    fields = ["network", "whose"]
    search_fields = ["network", "whose"]
    ordering = ["network"]
    empty_says = _(
        "Many companies follow the links of a mail before people see it. Name the network from which one does so: opens and clicks "
        "from there count as a machine's. Well-known gateways are known already."
    )

    def create(self, request, values: dict) -> ScannerNetwork:
        return set_scanner_network(ScannerNetwork(), values, by=request.user)

    def change(self, request, row: ScannerNetwork, values: dict) -> None:
        set_scanner_network(row, values, by=request.user)

    def delete_model(self, request, obj) -> None:
        remove_scanner_network(obj, by=request.user)
