"""The admin's theme: its colours, its menu, its own style and script."""

from django.templatetags.static import static
from django.urls import reverse_lazy

# The portal's hue and steps, so that both faces are one house.
NEUTRAL = {
    "50": "oklch(98.4% .004 258)",
    "100": "oklch(96.4% .006 258)",
    "200": "oklch(91.2% .008 258)",
    "300": "oklch(86% .011 258)",
    "400": "oklch(69% .016 258)",
    "500": "oklch(52% .018 258)",
    "600": "oklch(44% .020 258)",
    "700": "oklch(36% .018 258)",
    "800": "oklch(26.5% .016 258)",
    "900": "oklch(20.4% .012 258)",
    "950": "oklch(16.8% .010 258)",
}
ACCENT = {
    "50": "oklch(97% .016 258)",
    "100": "oklch(94% .030 258)",
    "200": "oklch(89% .055 258)",
    "300": "oklch(83% .085 258)",
    "400": "oklch(78% .105 258)",
    "500": "oklch(74% .115 258)",
    "600": "oklch(50% .165 258)",
    "700": "oklch(43.5% .155 258)",
    "800": "oklch(36% .125 258)",
    "900": "oklch(30% .095 258)",
    "950": "oklch(23% .070 258)",
}
UNFOLD = {
    "SITE_TITLE": "PartnerHub",
    "SITE_HEADER": "PartnerHub",
    "SITE_URL": "/",
    "SITE_SYMBOL": "hub",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("portal.svg")}],
    "SCRIPTS": [lambda request: static("admin/partnerhub.js")],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SIDEBAR": {"navigation": "partnerhub.navigation.sidebar", "show_search": False, "show_all_applications": False},
    "DASHBOARD_CALLBACK": "partnerhub.dashboard.fill",
    "BORDER_RADIUS": "6px",
    "COLORS": {"base": NEUTRAL, "primary": ACCENT},
    "STYLES": [lambda request: static("admin/partnerhub.css")],
    "LOGIN": {"redirect_after": lambda request: reverse_lazy("admin:index")},
}
