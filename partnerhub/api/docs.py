from django.views.generic import TemplateView


class ApiDocs(TemplateView):
    """Swagger UI from the installed sidecar. It needs nothing beyond the site's own content security policy:
    its script and styles are files of ours, and what it draws it sets through the CSS object model."""

    template_name = "api/docs.html"
