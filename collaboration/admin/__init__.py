from collaboration.admin.meetings import MeetingAdmin

__all__ = ["MeetingAdmin"]
