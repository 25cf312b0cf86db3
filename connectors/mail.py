"""Mail through the standard library: one message by the SMTP server of the environment."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from connectors.contract import ConnectorError, Rejected, Unauthorized, Unavailable
from domain.language import say
from domain.settings import DeliveryCredentials

TIMEOUT_SECONDS = 30
SUBMISSION_PORT = 587
TLS_PORT = 465
FORMS = "smtp://user:password@host:587, smtps://user:password@host, smtp://host:25"


@dataclass(frozen=True)
class Server:
    """Where mail leaves. user is "" where the server asks for none."""

    host: str
    port: int
    tls_at_once: bool
    user: str
    password: str


def send(message: EmailMessage) -> None:
    """Send `message` to its To, Cc and Bcc; a missing From is VIGIE_MAIL_FROM.

    Raises Unauthorized, Rejected (which names the recipients that were refused) or Unavailable; after Unavailable the
    message may have been sent.
    """
    given = DeliveryCredentials()
    server = _server(given.smtp_url.get_secret_value())
    if "From" not in message:
        message["From"] = given.mail_from
    try:
        with _connected(server) as smtp:
            refused = smtp.send_message(message)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        problem = _typed(error)
    else:
        if not refused:
            return
        problem = Rejected(
            say(
                fr="le serveur de courrier a refusé {names} et a pris le message pour les autres",
                en="the mail server refused {names} and took the message for the others",
                names=_names(refused),
            )
        )
    raise problem


def _server(url: str) -> Server:
    """The server that `url` names. Raises Unauthorized, without repeating the address, where it names none."""
    if not url:
        raise Unauthorized(
            say(
                fr="le courrier a besoin de VIGIE_SMTP_URL, de l'une de ces formes : {forms}",
                en="mail needs VIGIE_SMTP_URL, in one of these forms: {forms}",
                forms=FORMS,
            )
        )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in ("smtp", "smtps"):
        raise Unauthorized(
            say(
                fr="VIGIE_SMTP_URL n'est pas l'adresse d'un serveur de courrier : écrivez-la {forms}",
                en="VIGIE_SMTP_URL is not the address of a mail server: write it as {forms}",
                forms=FORMS,
            )
        )
    tls = parts.scheme == "smtps"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Server(host, port or (TLS_PORT if tls else SUBMISSION_PORT), tls, user, password)


def _connected(server: Server) -> smtplib.SMTP:
    """A session, encrypted where the server offers it and signed in where there is a user."""
    trusted = ssl.create_default_context()
    if server.tls_at_once:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=trusted)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    try:
        smtp.ehlo()
        encrypted = server.tls_at_once
        if not encrypted and smtp.has_extn("starttls") and (server.user or server.port == SUBMISSION_PORT):
            smtp.starttls(context=trusted)
            encrypted = True
        if server.user:
            if not encrypted and not _is_local(server.host):
                raise smtplib.SMTPNotSupportedError("no encryption")
            if not (server.user + server.password).isascii():
                raise Unauthorized(
                    say(
                        fr="smtplib ne s'identifie qu'en lettres ASCII : choisissez un autre mot de passe pour VIGIE_SMTP_URL",
                        en="smtplib signs in with ASCII letters only: choose another password for VIGIE_SMTP_URL",
                    )
                )
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _typed(error: Exception) -> ConnectorError:
    """The typed error of one from smtplib. Messages hold neither the address nor what the server said of the user."""
    problem: ConnectorError = Rejected(
        say(fr="le message ne peut pas partir : {why}", en="the message cannot be sent: {why}", why=error)
    )
    if isinstance(error, smtplib.SMTPAuthenticationError):
        problem = Unauthorized(
            say(
                fr="le serveur de courrier a refusé l'utilisateur ou le mot de passe de VIGIE_SMTP_URL",
                en="the mail server refused the user or password of VIGIE_SMTP_URL",
            )
        )
    elif isinstance(error, smtplib.SMTPNotSupportedError):
        problem = Unauthorized(
            say(
                fr="le serveur de courrier de VIGIE_SMTP_URL n'offre ni chiffrement ni identification : essayez smtps://",
                en="the mail server of VIGIE_SMTP_URL offers no encryption or sign-in: try smtps://",
            )
        )
    elif isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        problem = _by_code(max(codes, default=550), _names(error.recipients))
    elif isinstance(error, smtplib.SMTPResponseException):
        problem = _by_code(error.smtp_code, say(fr="le message", en="the message"))
    elif isinstance(error, smtplib.SMTPException | OSError):
        problem = Unavailable(
            say(
                fr="le serveur de courrier est injoignable : {why}",
                en="the mail server could not be reached: {why}",
                why=type(error).__name__,
            )
        )
    return problem


def _by_code(code: int, what: str) -> ConnectorError:
    """By RFC 5321, 4xx passes and 5xx stays. what: the server refused."""
    if code < 500:  # also the -1 of a connection that broke in the middle
        return Unavailable(
            say(
                fr="le serveur de courrier a refusé {what} pour l'instant (code {code})",
                en="the mail server refused {what} for now (code {code})",
                what=what,
                code=code,
            )
        )
    return Rejected(
        say(
            fr="le serveur de courrier a refusé {what} (code {code})",
            en="the mail server refused {what} (code {code})",
            what=what,
            code=code,
        )
    )


def _names(refused: dict[str, tuple[int, bytes]]) -> str:
    return ", ".join(sorted(refused))
