from portal.admin import gaps

__all__ = ["gaps"]
