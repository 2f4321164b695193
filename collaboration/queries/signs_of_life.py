"""A partner whose people came to a meeting is not silent."""

from communications.alert_causes import register_sign_of_life

_CAME = """
    SELECT contact.partner_id, meeting.starts_at
    FROM collaboration_invitee AS invitee
    JOIN collaboration_meeting AS meeting ON meeting.id = invitee.meeting_id
    JOIN partners_contact AS contact ON contact.id = invitee.contact_id
    WHERE invitee.attended
"""


def register() -> None:
    register_sign_of_life(_CAME)
