from partners.admin import contacts, enrolments, invitations, partners, privacy, products, programmes, retention, vocabulary

__all__ = ["contacts", "enrolments", "invitations", "partners", "privacy", "products", "retention", "programmes", "vocabulary"]
