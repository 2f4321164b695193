from rest_framework.pagination import CursorPagination


class ByCursor(CursorPagination):
    """Newest first, by a cursor that stays right while rows are added."""

    page_size = 50
    max_page_size = 500
    page_size_query_param = "page_size"
    ordering = "-pk"
