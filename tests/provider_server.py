"""A small HTTP server that plays a mail provider: it keeps what it was told and answers as it is told to."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

HANGS_UP = (0, None)  # it has read everything, and says nothing more


class ProviderServer(ThreadingHTTPServer):
    """`calls` are what it was told, as JSON or as the fields of a form. `answer(call)` gives status and body."""

    daemon_threads = True

    def __init__(self, answer: Callable[[dict], tuple[int, object]]):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer, self.calls, self.is_over = answer, [], threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.is_over.set()
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):  # noqa: N802 - the standard library's name
        told = self.rfile.read(int(self.headers["Content-Length"])).decode()
        is_json = "json" in self.headers["Content-Type"]
        call = json.loads(told) if is_json else {name: values[-1] for name, values in parse_qs(told).items()}
        if not is_json:
            call["to"] = parse_qs(told)["to"]
        self.server.calls.append(call)
        status, body = self.server.answer(call)
        if status == 0:
            if body == "never":
                self.server.is_over.wait()
            self.close_connection = True
            return
        written = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(written)))
        self.end_headers()
        self.wfile.write(written)

    def log_message(self, *_words):
        pass


def mailjet(call: dict, *, refused: tuple[str, ...] = ()) -> tuple[int, dict]:
    """As Mailjet answers: each message by itself, an error without its address."""
    told = []
    for number, message in enumerate(call["Messages"]):
        (to,) = message["To"]
        if to["Email"] in refused:
            told.append({"Status": "error", "Errors": [{"StatusCode": 400, "ErrorMessage": "invalid"}]})
        else:
            told.append({"Status": "success", "To": [{"Email": to["Email"], "MessageID": number}]})
    return (400 if refused else 200), {"Messages": told}


def mails_of(call: dict) -> dict[str, tuple[str, str, dict]]:
    """What each recipient of a call to Mailjet reads: text, HTML and headers, put together as Mailjet does."""
    shared = call["Globals"]
    assert shared["TemplateLanguage"] is True

    def filled(text: str, values: dict) -> str:
        for name, value in values.items():
            text = text.replace("{{var:" + name + "}}", value)
        return text

    return {
        message["To"][0]["Email"]: (
            filled(shared["TextPart"], message["Variables"]), filled(shared["HTMLPart"], message["Variables"]), message["Headers"]
        )
        for message in call["Messages"]
    }  # fmt: skip
