"""A small IMAP and a small POP server over one heap of mails, on a socket, which can be told to be difficult."""

import re
import socketserver
import ssl
import threading
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field

USER, PASSWORD = "bounces@mail.example", "hunter2 ä"


@dataclass
class Stored:
    content: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class Heap:
    """`refuses` says of a mail's number whether the server will not give it; `hangs_up` of a command whether it ends there."""

    mails: dict[int, Stored] = field(default_factory=dict)
    refuses: Callable[[int], bool] = lambda _number: False
    hangs_up: Callable[[str], bool] = lambda _command: False
    knows_uidplus: bool = True
    knows_plain: bool = True
    commands: list[str] = field(default_factory=list)

    def put(self, *contents: bytes) -> None:
        for content in contents:
            self.mails[max(self.mails, default=0) + 1] = Stored(content)

    @property
    def unseen(self) -> list[int]:
        return [number for number, mail in self.mails.items() if not mail.flags & {"\\Seen", "\\Deleted"}]


class _HungUpError(Exception):
    pass


class _Conversation(socketserver.StreamRequestHandler):
    timeout = 20

    @property
    def heap(self) -> Heap:
        return self.server.heap

    def setup(self) -> None:
        if self.server.tls:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def handle(self) -> None:
        try:
            self.greet()
            while line := self.rfile.readline().decode().rstrip("\r\n"):
                self.heap.commands.append(line)
                if self.heap.hangs_up(line):
                    return
                self.answer(line)
        except (_HungUpError, OSError):
            pass


class _Imap(_Conversation):
    def greet(self) -> None:
        self.say("* OK ready")

    def answer(self, line: str) -> None:
        tag, verb, *words = re.findall(r'"(?:[^"\\]|\\.)*"|\S+', line)
        verb = words.pop(0).upper() if verb.upper() == "UID" else verb.upper()
        getattr(self, f"do_{verb.lower()}")(tag, words)

    def do_capability(self, tag, _words) -> None:
        more = " UIDPLUS" * self.heap.knows_uidplus + " AUTH=PLAIN" * self.heap.knows_plain
        self.say(f"* CAPABILITY IMAP4rev1{more}", f"{tag} OK done")

    def do_authenticate(self, tag, _words) -> None:
        self.say("+")
        given = b64decode(self.rfile.readline()).decode().split("\0")[1:]
        self.say(f"{tag} OK in" if given == [USER, PASSWORD] else f"{tag} NO [AUTHENTICATIONFAILED] Wrong name or password")

    def do_login(self, tag, words) -> None:
        given = [re.sub(r"\\(.)", r"\1", word.strip('"')) for word in words]
        self.say(f"{tag} OK in" if given == [USER, "plain"] else f"{tag} NO Wrong name or password")

    def do_select(self, tag, words) -> None:
        if words == ['"INBOX"']:
            self.say(f"* {len(self.heap.mails)} EXISTS", f"{tag} OK selected")
        else:
            self.say(f"{tag} NO There is no such folder")

    def do_search(self, tag, _words) -> None:
        self.say(" ".join(["* SEARCH", *map(str, self.heap.unseen)]), f"{tag} OK searched")

    def do_fetch(self, tag, words) -> None:
        number = int(words[0])
        if self.heap.refuses(number) or number not in self.heap.mails:
            self.say(f"{tag} NO not this one")
            return
        limit = int(re.search(r"<0\.(\d+)>", words[1])[1])
        content = self.heap.mails[number].content[:limit]
        self.say(f"* 1 FETCH (UID {number} BODY[]<0> {{{len(content)}}}")
        self.wfile.write(content + b")\r\n")
        self.say(f"{tag} OK fetched")

    def do_store(self, tag, words) -> None:
        self.heap.mails[int(words[0])].flags |= set(re.findall(r"\\\w+", " ".join(words[2:])))
        self.say(f"{tag} OK stored")

    def do_expunge(self, tag, words) -> None:
        named = {int(number) for number in words[0].split(",")} if words else set(self.heap.mails)
        for number in named:
            if "\\Deleted" in self.heap.mails[number].flags:
                del self.heap.mails[number]
        self.say(f"{tag} OK expunged")

    def do_logout(self, tag, _words) -> None:
        self.say("* BYE", f"{tag} OK bye")
        raise _HungUpError


class _Pop(_Conversation):
    def greet(self) -> None:
        self.numbers, self.deleted = list(self.heap.mails), set()
        self.say("+OK ready")

    def answer(self, line: str) -> None:
        verb, _space, words = line.partition(" ")
        getattr(self, f"do_{verb.lower()}")(words)

    def do_user(self, words) -> None:
        self.user = words
        self.say("+OK")

    def do_pass(self, words) -> None:
        self.say("+OK in" if (self.user, words) == (USER, PASSWORD) else "-ERR wrong name or password")

    def do_list(self, _words) -> None:
        self.say("+OK", *(f"{number} {len(self.heap.mails[number].content)}" for number in self.numbers), ".")

    def do_retr(self, words) -> None:
        self._give(int(words), None)

    def do_top(self, words) -> None:
        number, lines = words.split()
        self._give(int(number), int(lines))

    def _give(self, number: int, lines: int | None) -> None:
        if self.heap.refuses(number):
            self.say("-ERR not this one")
            return
        self.say("+OK")
        for line in self.heap.mails[number].content.splitlines()[:lines]:
            self.wfile.write((b"." if line.startswith(b".") else b"") + line + b"\r\n")
        self.say(".")

    def do_dele(self, words) -> None:
        self.deleted.add(int(words))
        self.say("+OK")

    def do_quit(self, _words) -> None:
        for number in self.deleted:
            del self.heap.mails[number]
        self.say("+OK bye")
        raise _HungUpError


class MailboxServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self, protocol: str, tls: ssl.SSLContext | None = None):
        super().__init__(("127.0.0.1", 0), _Imap if protocol == "imap" else _Pop)
        self.heap, self.tls, self.port = Heap(), tls, self.server_address[1]

    def __enter__(self) -> "MailboxServer":
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_error) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, *_about) -> None:
        """A handshake that a client refuses is no news."""
