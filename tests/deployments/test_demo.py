"""`vigie demo` as a newcomer runs it: it ends with addresses that open, and stops cleanly."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Locator, Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

CHROMIUM = Path("/usr/bin/chromium")
GIVE_UP_SECONDS = 240
RELOADS = 4
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory):
    """The addresses that the demo printed, while it runs."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("VIGIE_", "PREFECT_"))}
    demo = subprocess.Popen(
        [sys.executable, "-u", "-m", "deployments", "demo"],
        cwd=tmp_path_factory.mktemp("demo"),
        env=environment | {"COLUMNS": "200", "VIGIE_LANGUAGE": "en"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watchdog = threading.Timer(GIVE_UP_SECONDS, demo.kill)
    watchdog.start()
    lines = []
    for line in demo.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            break
    watchdog.cancel()
    found = dict(re.findall(r"^  (\w[\w ]*?) {2,}(http.*)$", "".join(lines), re.MULTILINE))
    assert found, "".join(lines)
    yield {name: where.split(" · ") for name, where in found.items()}
    demo.send_signal(signal.SIGINT)
    assert demo.wait(timeout=60) == 0


pytestmark = pytest.mark.xdist_group("demo")


def test_every_address_opens(addresses: dict[str, list[str]]):
    assert {"Digest", "FAQ", "Prefect UI", "Review", "Checks", "Sandbox"} <= addresses.keys()
    for name, where in addresses.items():
        for address in where:
            assert requests.get(address, headers={"Accept": "text/html"}, timeout=10).status_code == 200, name


def test_the_server_makes_the_runs_of_the_schedule(addresses: dict[str, list[str]]):
    """Prefect's scheduler fails at every pass with SQLAlchemy 2.1, and nothing else shows it."""
    api = addresses["Prefect UI"][0].replace("/deployments", "/api")
    deployment = requests.get(f"{api}/deployments/name/patrol/hourly", timeout=10).json()["id"]
    wanted = {"deployments": {"id": {"any_": [deployment]}}, "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
    deadline, runs = time.monotonic() + GIVE_UP_SECONDS, []
    while len(runs) < 2 and time.monotonic() < deadline:
        runs = requests.post(f"{api}/flow_runs/filter", json=wanted, timeout=10).json()
        time.sleep(0.5)
    times = sorted(datetime.fromisoformat(run["expected_start_time"]) for run in runs)
    assert times[1] - times[0] == timedelta(hours=1)
    assert {moment.minute for moment in times} == {7}


def shown(page: Page, address: str, wanted: Locator) -> None:
    """Open a page of the Prefect UI, again as a reader would when a busy server left it empty."""
    for _ in range(RELOADS):
        page.goto(address)
        try:
            wanted.wait_for(timeout=30_000)
        except PlaywrightTimeout:
            continue
        return
    raise AssertionError(f"{address} shows only: {page.locator('body').inner_text()[:500]}")


@pytest.mark.browser
def test_the_prefect_ui_offers_the_deployments_and_the_review_waits_with_its_form(addresses: dict[str, list[str]]):
    if not CHROMIUM.exists():
        pytest.skip("no /usr/bin/chromium; install Debian's package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        shown(page, addresses["Prefect UI"][0], page.get_by_text("patrol", exact=True).first)
        for name in ("report", "review"):
            page.get_by_text(name, exact=True).first.wait_for(timeout=30_000)
        resume = page.get_by_role("button", name="Resume").first
        shown(page, addresses["Review"][0], resume)
        resume.click()
        page.get_by_text("À décider").first.wait_for(timeout=30_000)
        assert page.get_by_text("plus tard").count() > 0
        page.goto(addresses["Digest"][0])
        page.locator("a[href*='-daily-fr']").first.click()
        assert page.locator("h1").inner_text()
        browser.close()
