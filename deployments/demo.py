"""`vigie demo`: the whole of Vigie on a made-up community, on this machine alone, in about a minute.

Everything listens on 127.0.0.1 and everything that is written stays in one folder.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import requests
import uvicorn
from rich.console import Console
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from deployments.sandbox.demo import generate
from deployments.sandbox.server import running_sandbox
from domain.language import say

WORKSPACE = files("deployments.sandbox.demo") / "workspace"
PREFECT_PORT, SITE_PORT, SANDBOX_PORT, SMTP_PORT = 4200, 8972, 8970, 8971
SERVER_START_SECONDS = 120
STOP_SECONDS = 20
STEPS = 6

console = Console(highlight=False)


def run_demo(folder: Path, seed: int, once: bool) -> None:
    """Show everything, then keep it open until Ctrl-C (`once`: stop at once)."""
    # A shell starts what it puts in the background with Ctrl-C ignored; the demo has children to stop.
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, signal.default_int_handler)
    began = time.monotonic()
    with ExitStack() as stack:
        shutil.rmtree(folder, ignore_errors=True)
        site = stack.enter_context(_site(folder / "workspace"))
        workspace = write_workspace(folder, site)
        _step(
            1,
            fr="une communauté dans un bac à sable : Reddit, YouTube, X, Slack et courriel, le tout sur cette machine",
            en="a community in a sandbox: Reddit, YouTube, X, Slack and mail, all on this machine",
        )
        rows = generate(seed, datetime.now(UTC))
        http, smtp = _port(SANDBOX_PORT), _port(SMTP_PORT)
        sandbox = stack.enter_context(running_sandbox(rows, port=http, smtp_port=smtp))
        os.environ.update(sandbox.environment, VIGIE_WORKSPACE=str(workspace))
        _step(2, fr="un serveur Prefect et son interface", en="a Prefect server with its UI")
        ui = stack.enter_context(_prefect_server(folder / "prefect"))
        _step(
            3,
            fr="les déploiements, que l'interface peut lancer",
            en="the deployments, so that the UI can trigger them",
        )
        stack.enter_context(_child("-m", "deployments", "serve", log=folder / "serve.log"))
        _step(
            4,
            fr="patrol, la ronde : collecter, contrôler, modérer, répondre, agir",
            en="patrol: collect, check, moderate, reply, act",
        )
        console.print(f"  {_patrol()}")
        _step(
            5,
            fr="report, le rapport : membres, analyses, digest, FAQ",
            en="report: members, insights, digest, FAQ",
        )
        console.print(f"  {_report()}")
        _step(
            6,
            fr="review, une revue qui vous attend dans l'interface",
            en="a review that waits for you in the UI",
        )
        review = _start_review(ui)
        _show_addresses(site, ui, review, sandbox.url, time.monotonic() - began)
        if not once:
            _wait_for_interrupt()


def _step(number: int, *, fr: str, en: str) -> None:
    console.print(f"» [b]{number}/{STEPS}[/b] {say(fr=fr, en=en)}", soft_wrap=True)


def write_workspace(folder: Path, site: str) -> Path:
    """A fresh copy of the demo's workspace, whose pages are published at `site`."""
    workspace = folder.resolve() / "workspace"
    shutil.copytree(Path(str(WORKSPACE)), workspace)
    community = workspace / "community.yaml"
    lines = community.read_text(encoding="utf-8").splitlines(keepends=True)
    local = [f"site_url: {site}\n" if line.startswith("site_url:") else line for line in lines]
    community.write_text("".join(local), encoding="utf-8")
    return workspace


def _port(preferred: int) -> int:
    """The preferred port where it is free, else any free one."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")


@contextmanager
def _prefect_server(home: Path) -> Iterator[str]:
    """A server of the demo's own. Gives the address of its UI."""
    home = home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    os.environ.update(
        PREFECT_HOME=str(home),
        PREFECT_SERVER_ANALYTICS_ENABLED="false",
        DO_NOT_TRACK="1",
        GX_ANALYTICS_ENABLED="false",
        PREFECT_LOGGING_LEVEL="WARNING",
    )
    # Another demo may take the port between our look and the server's: then once more, on any free one.
    for port in (_port(PREFECT_PORT), _port(0)):
        ui = f"http://127.0.0.1:{port}"
        os.environ.update(PREFECT_API_URL=f"{ui}/api", PREFECT_UI_URL=ui)
        command = ("-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port))
        with _child(*command, log=home / "server.log") as server:
            if _is_ready(server, ui, home):
                yield ui
                return
    raise RuntimeError(
        say(
            fr="le serveur Prefect n'a pas démarré ; voyez {log}",
            en="the Prefect server did not start; see {log}",
            log=home / "server.log",
        )
    )


def _is_ready(server: subprocess.Popen[bytes], ui: str, home: Path) -> bool:
    """Wait for our own server: the one that answers there may be another demo's."""
    deadline = time.monotonic() + SERVER_START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            return bool(requests.get(f"{ui}/api/admin/settings", timeout=5).json()["home"] == str(home))
        except requests.RequestException:
            time.sleep(0.2)
    return False


@contextmanager
def _child(*arguments: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process that is stopped at the end, in a group of its own so that Ctrl-C reaches us first."""
    with log.open("wb") as out:
        command = [sys.executable, *arguments]
        process = subprocess.Popen(  # noqa: S603 our own interpreter
            command, stdout=out, stderr=out, start_new_session=True
        )
        try:
            yield process
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGINT, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(timeout=STOP_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def _patrol() -> str:
    from flows.options import PatrolOptions
    from flows.patrol import patrol

    done = patrol(PatrolOptions())
    return say(
        fr="commentaires : {new}, mis de côté : {set_aside}, brouillons : {drafts}, confiés à une personne : "
        "{handoffs}, actions faites : {done}",
        en="{new} comments, {set_aside} set aside, {drafts} drafts, {handoffs} for a person, {done} actions done",
        **done,
    )


def _report() -> str:
    from flows.options import ReportOptions
    from flows.report import report

    done = report(ReportOptions())
    sent = sum(delivery["status"] == "sent" for delivery in done["deliveries"])
    return say(
        fr="membres : {members}, digests : {digests}, destinataires servis : {sent}",
        en="{members} members, {digests} digests, sent to {sent} recipients",
        members=done["members"],
        digests=len(done["digests"]),
        sent=sent,
    )


def _start_review(ui: str) -> str:
    """Trigger a review through its deployment, as a CM would. Gives the address of its run."""
    from prefect.deployments import run_deployment
    from prefect.exceptions import ObjectNotFound

    deadline = time.monotonic() + SERVER_START_SECONDS
    while True:
        try:
            run = run_deployment("review/on demand", timeout=0)
            return f"{ui}/runs/flow-run/{run.id}"  # type: ignore[union-attr]
        except ObjectNotFound:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


@contextmanager
def _site(workspace: Path) -> Iterator[str]:
    """Serves what is published, and the Data Docs of the checks. Gives its address."""
    docs = workspace / "var" / "checks" / "gx" / "uncommitted" / "data_docs" / "local_site"
    routes = [
        Mount("/checks", StaticFiles(directory=docs, html=True, check_dir=False)),
        Mount("/", StaticFiles(directory=workspace / "public", html=True, check_dir=False)),
    ]
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_level="critical", lifespan="off"))
    with socket.create_server(("127.0.0.1", _port(SITE_PORT))) as bound:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        while thread.is_alive() and not server.started:
            time.sleep(0.05)
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join(timeout=STOP_SECONDS)


def _show_addresses(site: str, ui: str, review: str, sandbox: str, seconds: float) -> None:
    ready = say(
        fr="[b green]Prêt[/] en {seconds:.0f} s. Ouvrez :",
        en="[b green]Ready[/] after {seconds:.0f} s. Open:",
        seconds=seconds,
    )
    console.print(f"\n{ready}")
    addresses = {
        "Digest": f"{site}digest/index.fr.html · {site}digest/index.en.html",
        "FAQ": f"{site}faq/index.fr.html · {site}faq/index.en.html",
        "Prefect UI": f"{ui}/deployments",
        say(fr="Revue", en="Review"): review,
        say(fr="Contrôles", en="Checks"): f"{site}checks/",
        say(fr="Bac à sable", en="Sandbox"): f"{sandbox}/",
    }
    for name, address in addresses.items():
        console.print(f"  {name:<13}{address}", soft_wrap=True)


def _wait_for_interrupt() -> None:
    console.print("\n" + say(fr="Ctrl-C arrête tout.", en="Ctrl-C stops it."))
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        console.print(say(fr="» arrêt", en="» stopping"))
