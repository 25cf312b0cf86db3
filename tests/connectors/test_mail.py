"""Mail leaves through a real SMTP session, and what the server says becomes a typed error without the password."""

import socket
import traceback
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from connectors import mail
from connectors.contract import ConnectorError, Rejected, Unauthorized, Unavailable

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

PASSWORD = "p@ss:word/ 1"


class Postbox:
    """Keeps what arrives; `replies` are the server's words for a recipient or for the message."""

    def __init__(self, rcpt: dict[str, str], data: str) -> None:
        self.rcpt, self.data, self.received = rcpt, data, []  # type: ignore[var-annotated]

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.rcpt:
            return self.rcpt[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.received.append((envelope, message_from_bytes(envelope.content, policy=policy.default)))
        return self.data


@pytest.fixture
def postbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Postbox]]:
    """`postbox(user=..., rcpt={...}, data=...)` starts a server that VIGIE_SMTP_URL names."""
    controllers: list[Controller] = []

    def start(user: str = "", rcpt: dict[str, str] | None = None, data: str = "250 OK") -> Postbox:
        box = Postbox(rcpt or {}, data)

        def known(server: Any, session: Any, envelope: Any, mechanism: str, login: Any) -> AuthResult:
            return AuthResult(success=login.password.decode() == PASSWORD, handled=False)

        options = {"authenticator": known, "auth_required": True, "auth_require_tls": False} if user else {}
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        controller = Controller(box, hostname="127.0.0.1", port=port, **options)
        controller.start()
        controllers.append(controller)
        monkeypatch.setenv("VIGIE_SMTP_URL", f"smtp://{user}127.0.0.1:{port}")
        return box

    yield start
    for controller in controllers:
        controller.stop()


@pytest.fixture
def message() -> EmailMessage:
    made = EmailMessage()
    made["Subject"], made["To"], made["Cc"] = "Résumé du jour ☀", "Élise <elise@example.org>", "cm@example.org"
    made.set_content("Bonjour à tous")
    made.add_alternative("<p>Bonjour à tous</p>", subtype="html")
    return made


def test_a_message_arrives_whole(postbox: Any, message: EmailMessage, monkeypatch: pytest.MonkeyPatch) -> None:
    box = postbox()
    monkeypatch.setenv("VIGIE_MAIL_FROM", "vigie@example.org")
    mail.send(message)
    ((envelope, got),) = box.received
    assert envelope.rcpt_tos == ["elise@example.org", "cm@example.org"]
    assert envelope.mail_from == "vigie@example.org"
    assert got["Subject"] == "Résumé du jour ☀"
    assert got.get_body(("html",)).get_content().strip() == "<p>Bonjour à tous</p>"


def test_user_and_password_are_decoded(postbox: Any, message: EmailMessage) -> None:
    box = postbox(user="cm%40example.org:p%40ss%3Aword%2F%201@")
    mail.send(message)
    assert len(box.received) == 1


def test_a_password_that_smtplib_cannot_send_is_told(postbox: Any, message: EmailMessage) -> None:
    postbox(user="cm:w%C3%B6rd@")
    with pytest.raises(Unauthorized, match="ASCII") as caught:
        mail.send(message)
    assert "wörd" not in "".join(traceback.format_exception(caught.value))


def test_a_wrong_password_is_not_repeated(postbox: Any, message: EmailMessage) -> None:
    postbox(user="cm:wr0ng@")
    with pytest.raises(Unauthorized) as caught:
        mail.send(message)
    assert "VIGIE_SMTP_URL" in str(caught.value)
    assert "wr0ng" not in "".join(traceback.format_exception(caught.value))


def test_a_refused_recipient_is_named_and_the_others_have_the_message(postbox: Any, message: EmailMessage) -> None:
    box = postbox(rcpt={"cm@example.org": "550 no such user"})
    with pytest.raises(Rejected, match=r"cm@example\.org"):
        mail.send(message)
    assert len(box.received) == 1


@pytest.mark.parametrize(("code", "expected"), [("550 no such user", Rejected), ("451 later", Unavailable)])
def test_all_recipients_refused(code: str, expected: type, postbox: Any, message: EmailMessage) -> None:
    postbox(rcpt=dict.fromkeys(("elise@example.org", "cm@example.org"), code))
    with pytest.raises(ConnectorError) as caught:
        mail.send(message)
    assert type(caught.value) is expected


@pytest.mark.parametrize(("said", "expected"), [("554 spam", Rejected), ("421 too busy", Unavailable)])
def test_a_refused_message(said: str, expected: type, postbox: Any, message: EmailMessage) -> None:
    postbox(data=said)
    with pytest.raises(ConnectorError) as caught:
        mail.send(message)
    assert type(caught.value) is expected


def test_a_server_that_is_not_there_is_unavailable(message: EmailMessage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_SMTP_URL", "smtp://127.0.0.1:9")
    with pytest.raises(Unavailable):
        mail.send(message)


@pytest.mark.parametrize("url", ["", "mail.example.org", "http://s3cret@host", "smtp://user:s3cret@:x", "smtp://"])
def test_an_address_that_is_none_is_told_without_repeating_it(
    url: str, message: EmailMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_SMTP_URL", url)
    with pytest.raises(Unauthorized) as caught:
        mail.send(message)
    assert "VIGIE_SMTP_URL" in str(caught.value)
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


def test_ports_follow_the_scheme() -> None:
    assert mail._server("smtps://mail.example.org").port == 465
    assert mail._server("smtp://user:pw@mail.example.org").port == 587
    assert mail._server("smtp://mail.example.org:25").port == 25
