"""A real HTTP server in the place of a partner's or an integrator's: it answers as the test says and keeps what it got."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: str


@dataclass
class Receiver:
    """`answer(handler)` writes the response; `answers_with` makes one of a status. `let_go` ends what hangs."""

    server: ThreadingHTTPServer
    answer: Callable
    received: list[Received] = field(default_factory=list)
    let_go: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def answers_with(self, status: int, text: str = "ok", **headers: str) -> None:
        self.answer = lambda handler: _respond(handler, status, text.encode(), headers)

    def hangs(self) -> None:
        self.answer = lambda handler: self.let_go.wait(30)

    def hangs_up(self) -> None:
        self.answer = lambda handler: None

    def stop(self) -> None:
        self.let_go.set()
        self.server.shutdown()
        self.server.server_close()


def start_receiver() -> Receiver:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            receiver.received.append(Received(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.close_connection = True
            receiver.answer(self)

        def log_message(self, *_args) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver = Receiver(server, answer=None)
    receiver.answers_with(200)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return receiver


def _respond(handler, status: int, body: bytes, headers: dict[str, str]) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
