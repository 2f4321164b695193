from collaboration.models.attendance import AttendanceFile, Presence, ToldOnce
from collaboration.models.invitees import GO_AT_ONCE, STANDING, How, Invitee, InviteeAnswer, MeetingMail, Standing
from collaboration.models.meetings import DESCRIBED, MAY_BECOME, Kind, Meeting, MeetingSeries, MeetingState
from collaboration.models.minutes import Decision

__all__ = [
    "DESCRIBED",
    "GO_AT_ONCE",
    "MAY_BECOME",
    "STANDING",
    "AttendanceFile",
    "Decision",
    "How",
    "Invitee",
    "InviteeAnswer",
    "Kind",
    "Meeting",
    "MeetingMail",
    "MeetingSeries",
    "MeetingState",
    "Presence",
    "Standing",
    "ToldOnce",
]
