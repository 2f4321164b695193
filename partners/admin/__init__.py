from partners.admin import contacts, enrolments, invitations, partners, privacy, products, programmes, vocabulary

__all__ = ["contacts", "enrolments", "invitations", "partners", "privacy", "products", "programmes", "vocabulary"]
