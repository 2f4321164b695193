from partners.admin import contacts, enrolments, invitations, partners, products, programmes, vocabulary

__all__ = ["contacts", "enrolments", "invitations", "partners", "products", "programmes", "vocabulary"]
