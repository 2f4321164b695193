"""SMTP over a few connections at once, driven by one thread and kept open for a while, for the next chunk of the same process."""

import os
import selectors
import smtplib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from django.conf import settings

from communications.channels.contract import Mail, Witness
from communications.channels.durations import Took, note
from communications.channels.outcomes import Outcome
from communications.channels.places import Place, Places
from communications.channels.smtp_session import ConnectionLostError, Session, Settled, can_be_told
from communications.models import DeliveryState

_KEPT_SECONDS = 5.0
_UNREACHABLE_SECONDS = 5.0
_LOOKS_EVERY_SECONDS = 0.1
_RENEWS_EVERY_SECONDS = 1.0
_WAITS_FOR_A_PLACE_SECONDS = 10.0

_kept: dict[tuple, "Connections"] = {}


@contextmanager
def kept_connections() -> Iterator["Connections"]:
    """Those that this process used a moment ago, or new ones."""
    server = (os.getpid(), settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_HOST_USER)
    connections = _kept.pop(server, None) or Connections(settings.MAIL_CONNECTIONS)
    connections.drop_stale()
    try:
        yield connections
    except BaseException:
        connections.close()
        raise
    if _kept.setdefault(server, connections) is connections:
        connections.close_later(lambda: _kept.pop(server, None))
    else:  # another thread's are kept already
        connections.close()


def close_kept() -> None:
    while _kept:
        _kept.popitem()[1].close()


class Connections:
    """Opened one by one as there are mails for them; a server that wants fewer of them gets fewer."""

    wants_parts = False

    def __init__(self, at_most: int):
        self.at_most = at_most
        self.sessions: list[Session] = []
        self.places = Places()
        self._held: Place | None = None  # for the next connection, so that a run that has begun always has one
        self._renewed_at = 0.0
        self._no_more_until = 0.0
        self._why_none = ""
        self._closing: threading.Timer | None = None

    def hand_over(self, mails: Iterable[Mail], journal: Witness) -> Iterator[tuple[int, Outcome]]:
        """Where the caller leaves early, what is on the wire is still waited for and noted in the journal. Where other processes
        have all the connections that the mail server may have, nothing is taken from the caller."""
        if not self._has_a_place():
            return
        run = _Run(self, mails, journal)
        try:
            while run.goes_on():
                yield from run.settled_now()
        finally:
            run.end()
            self._note_answers()
            self._give_back_held()
            journal.write()
        if run.source.failure is not None:
            raise run.source.failure

    def idle(self) -> Session | None:
        return next((session for session in self.sessions if session.is_idle), None)

    @property
    def is_room_for_more(self) -> bool:
        return len(self.sessions) < self.at_most and time.monotonic() >= self._no_more_until

    def open(self) -> Session | None:
        """Another connection, or None where the server gives none; then it is not asked again for a while."""
        place, self._held = self._held or self.places.take(is_first=not self.sessions), None
        if place is None:
            self._no_more_until = time.monotonic() + _RENEWS_EVERY_SECONDS
            return None
        try:
            session = Session(place)
        except (OSError, smtplib.SMTPException) as error:
            self._no_more_until = time.monotonic() + _UNREACHABLE_SECONDS
            self._why_none = str(error)
            self._held = place
            return None
        self.sessions.append(session)
        return session

    def leave(self, session: Session) -> None:
        """It is about to be closed. The place of the last one is held for the next."""
        self.sessions.remove(session)
        note(Took.ANSWER, session.answered_in)
        if not self.sessions and self._held is None:
            self._held, session.place = session.place, Place()

    def renew_places(self) -> None:
        """Now and then. Where another process has no connection at all, one of several here ends with its mail."""
        if not settings.MAIL_SERVER_CONNECTIONS or time.monotonic() - self._renewed_at < _RENEWS_EVERY_SECONDS:
            return
        self._renewed_at = time.monotonic()
        held = [self._held] if self._held else []
        is_wanted = self.places.renew([session.place for session in self.sessions] + held)
        staying = [session for session in self.sessions if not session.is_wanted_elsewhere]
        if is_wanted and len(staying) > 1:
            staying[0].is_wanted_elsewhere = True

    def _has_a_place(self) -> bool:
        """It is waited for a while: whoever has several leaves one."""
        ends_at = time.monotonic() + _WAITS_FOR_A_PLACE_SECONDS
        while not self.sessions and self._held is None:
            self._held = self.places.take(is_first=True)
            if self._held is None:
                if time.monotonic() > ends_at:
                    return False
                time.sleep(_LOOKS_EVERY_SECONDS)
        return True

    def _note_answers(self) -> None:
        note(Took.ANSWER, [seconds for session in self.sessions for seconds in session.answered_in])
        for session in self.sessions:
            session.answered_in.clear()

    def _give_back_held(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.give_back()

    @property
    def none_to_be_had(self) -> Outcome:
        return Outcome(DeliveryState.DEFERRED, f"no connection to the mail server: {self._why_none}")

    def drop_stale(self) -> None:
        """Connections that stood idle may have been left by the server."""
        if self._closing is not None:
            self._closing.cancel()
        for session in list(self.sessions):
            if session.has_hung_up():
                self.sessions.remove(session)
                session.close()

    def close_later(self, taken_out: Callable[[], "Connections | None"]) -> None:
        """Unless somebody has taken them up again by then."""

        def close() -> None:
            if (connections := taken_out()) is not None:
                connections.close()

        self._closing = threading.Timer(_KEPT_SECONDS, close)
        self._closing.daemon = True
        self._closing.start()

    def close(self) -> None:
        while self.sessions:
            self.sessions.pop().close()


class _Source:
    """The caller's mails, and before them those that are tried once more. Its failure waits until the wire is empty."""

    def __init__(self, mails: Iterable[Mail]):
        self.mails = iter(mails)
        self.again: deque[Mail] = deque()
        self.tried_again: set[int] = set()
        self.is_empty = False
        self.failure: Exception | None = None

    def next(self) -> Mail | None:
        if self.again:
            return self.again.popleft()
        if self.is_empty:
            return None
        try:
            mail = next(self.mails, None)
        except Exception as error:  # raised for the caller once everything on the wire is settled
            mail, self.failure = None, error
        self.is_empty = mail is None
        return mail

    def try_again(self, mail: Mail) -> bool:
        """Once for each mail."""
        if mail.contact_id in self.tried_again:
            return False
        self.tried_again.add(mail.contact_id)
        self.again.append(mail)
        return True

    def stop(self) -> None:
        self.is_empty = True
        self.again.clear()


class _Run:
    """One `hand_over`: mails go to whichever connection is free, answers are taken as they come."""

    def __init__(self, connections: Connections, mails: Iterable[Mail], journal: Witness):
        self.connections = connections
        self.source = _Source(mails)
        self.journal = journal
        self.settled: Settled = []
        self.is_ending = False
        self.looked_at = time.monotonic()
        self.selector = selectors.DefaultSelector()
        for session in connections.sessions:
            self.selector.register(session.socket, selectors.EVENT_READ, session)

    def goes_on(self) -> bool:
        """Do what can be done now, waiting a little for answers. False once every mail is settled."""
        self._give_out()
        if self._is_anything_out():
            self._take_answers()
        return bool(self.settled or self.source.again) or not self.source.is_empty or self._is_anything_out()

    def settled_now(self) -> Settled:
        self.journal.write()
        settled, self.settled = self.settled, []
        return settled

    def end(self) -> None:
        """Nothing new is begun; what is on the wire is waited for. Mails that were only announced stay as they were."""
        self.is_ending = True
        self.source.stop()
        while any(session.content for session in self.connections.sessions):
            self._take_answers()
        for session in list(self.connections.sessions):
            if not session.is_idle:
                self.connections.leave(session)
                session.give_up("stopped", self.journal, self.settled)
        self.selector.close()

    def next_mail(self) -> Mail | None:
        while (mail := self.source.next()) is not None and not can_be_told(mail):
            self._settle(mail, Outcome(DeliveryState.FAILED, f"“{mail.address}” is no address that mail can be sent to"))
        return mail

    def _is_anything_out(self) -> bool:
        return any(not session.is_idle for session in self.connections.sessions)

    def _give_out(self) -> None:
        """A mail for each connection that is idle, and for new ones while there may be more."""
        connections = self.connections
        while connections.idle() or connections.is_room_for_more or not connections.sessions:
            mail = self.next_mail()
            if mail is None:
                return
            session = self._free_session()
            if session is not None:
                session.take(mail)
                self._send(session)
            elif connections.sessions:
                self.source.again.appendleft(mail)
            else:
                self._settle(mail, connections.none_to_be_had)
                return  # what is settled is told before more is asked for

    def _free_session(self) -> Session | None:
        session = self.connections.idle()
        if session is not None and session.is_worn:
            self._leave(session, "")
            session = None
        if session is None and self.connections.is_room_for_more:
            session = self.connections.open()
            if session is not None:
                self.selector.register(session.socket, selectors.EVENT_READ, session)
        return session

    def _take_answers(self) -> None:
        answered = [key.data for key, _events in self.selector.select(_LOOKS_EVERY_SECONDS)]
        answered = [session for session in answered if self._has_received(session)]
        asked = [session for session in answered if session.is_asked_for_content and not self.is_ending]
        # Before anything of them goes; where the disk is full, nothing does.
        self.journal.begin([session.envelope.contact_id for session in asked])
        for session in asked:
            session.take_content(self.next_mail)
        for session in answered:
            self._send(session)
        self.connections.renew_places()
        now = time.monotonic()
        if now - self.looked_at > _LOOKS_EVERY_SECONDS:
            self.looked_at = now
            for session in list(self.connections.sessions):
                if not session.is_idle and session.deadline < now:
                    self._leave(session, "no answer in time", may_be_its_age=False)

    def _has_received(self, session: Session) -> bool:
        """Whether it is still there, its answers taken."""
        try:
            session.receive(self.journal, self.settled)
        except ConnectionLostError as lost:
            self._leave(session, str(lost))
            return False
        return True

    def _send(self, session: Session) -> None:
        was_stuck = session.is_stuck
        try:
            session.send()
        except ConnectionLostError as lost:
            self._leave(session, str(lost))
            return
        if session.is_stuck != was_stuck:
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if session.is_stuck else 0)
            self.selector.modify(session.socket, events, session)

    def _leave(self, session: Session, why: str, *, may_be_its_age: bool = True) -> None:
        """A mail that had only been announced is tried once more elsewhere, unless the loss was clearly about itself."""
        self.selector.unregister(session.socket)
        self.connections.leave(session)
        if session.is_idle:
            session.close()
            return
        is_about_another = session.content is not None or (may_be_its_age and not session.is_new)
        waiting = session.give_up(why, self.journal, self.settled)
        if waiting is not None and not (is_about_another and self.source.try_again(waiting)):
            self._settle(waiting, Outcome(DeliveryState.DEFERRED, f"connection lost before the message: {why}"))

    def _settle(self, mail: Mail, outcome: Outcome) -> None:
        self.journal.end(mail.contact_id, outcome)
        self.settled.append((mail.contact_id, outcome))
