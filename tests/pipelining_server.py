"""A mail server that offers PIPELINING and can be told to be difficult, one thread a connection.

It answers what it has read in one piece only after all of it, so that `groups` shows which commands travelled together."""

import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

HANG_UP, SAY_NOTHING = "hang up", "say nothing"


@dataclass
class PipeliningServer:
    """`answer` may give another answer than the usual one, for a verb (MAIL, RCPT, DATA, CONTENT, DOT) and the recipient."""

    offers_pipelining: bool = True
    answer: Callable[[str, str], str | None] = lambda _verb, _address: None
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    groups: list[list[str]] = field(default_factory=list)
    connections: int = 0
    errors: list[str] = field(default_factory=list)

    def __enter__(self) -> "PipeliningServer":
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_error) -> None:
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _peer = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=_Conversation(self, client).run, daemon=True).start()


class _Conversation:
    def __init__(self, server: PipeliningServer, client: socket.socket):
        self.server, self.client = server, client
        self.read, self.replies, self.group = b"", [], []
        self.has_sender, self.recipient, self.is_taking, self.address = False, "", False, ""
        self.is_silent = False  # from now on

    def run(self) -> None:
        try:
            self._say("220 ready")
            while data := self.client.recv(65536):
                self.read += data
                while self._act():
                    pass
                if self.group:
                    self.server.groups.append(self.group)
                self.group = []
                self.client.sendall("".join(f"{reply}\r\n" for reply in self.replies).encode())
                self.replies = []
        except OSError:
            pass
        finally:
            self.client.close()

    def _say(self, reply: str) -> None:
        self.client.sendall(f"{reply}\r\n".encode())

    def _act(self) -> bool:
        """One command or one content from what was read; False when neither is complete."""
        if self.is_taking:
            end = 0 if self.read.startswith(b".\r\n") else self.read.find(b"\r\n.\r\n")
            if end < 0:
                return False
            is_nothing = end == 0
            content, self.read = self.read[: end + 2], self.read[3 if is_nothing else end + 5 :]
            self.is_taking = False
            if not is_nothing:
                self.server.taken.append((self.recipient or self.address, re.sub(rb"(?m)^\.\.", b".", content)))
            usual = "554 no valid recipients" if is_nothing else "250 taken"
            self._answer("DOT" if is_nothing else "CONTENT", usual)
            self.has_sender, self.recipient = False, ""
            return True
        line, separator, rest = self.read.partition(b"\r\n")
        if not separator:
            return False
        self.read = rest
        self._command(line.decode())
        return True

    def _command(self, line: str) -> None:
        verb = line[:4].upper()
        match verb:
            case "EHLO":
                offered = ["pipelining.example", *(["PIPELINING"] if self.server.offers_pipelining else []), "HELP"]
                self.replies += [f"250-{name}" for name in offered[:-1]] + [f"250 {offered[-1]}"]
            case "MAIL":
                if self.has_sender:
                    self.server.errors.append("nested MAIL")
                self.has_sender = self._answer(verb, "250 sender ok")
            case "RCPT":
                self.address = line[line.index("<") + 1 : line.rindex(">")]
                ok = self._answer(verb, "250 recipient ok" if self.has_sender else "503 who sends?")
                self.recipient = self.address if ok else ""
            case "DATA":
                reply = "354 go on" if self.recipient else "503 to whom?"
                self.is_taking = self._answer(verb, reply, accepts="354")
            case "RSET":
                self.has_sender, self.recipient = False, ""
                self._answer(verb, "250 forgotten")
            case "QUIT":
                self._say("221 bye")
                raise OSError

    def _answer(self, verb: str, usual: str, accepts: str = "250") -> bool:
        self.group.append(verb)
        reply = self.server.answer(verb, self.address) or usual
        if reply == HANG_UP:
            self.client.close()
            raise OSError
        self.is_silent = self.is_silent or reply == SAY_NOTHING
        if not self.is_silent:
            self.replies.append(reply)
        return reply.startswith(accepts)
