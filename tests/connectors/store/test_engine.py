"""A store that several processes open at once is made once."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

OPEN = "from connectors.store.engine import open_store; import sys; open_store(sys.argv[1])"


def _open_in_three_processes(url: str) -> None:
    opening = [subprocess.Popen([sys.executable, "-c", OPEN, url], stderr=subprocess.PIPE, text=True) for _ in range(3)]
    for process in opening:
        told = process.communicate()[1]
        assert process.returncode == 0, told


def test_three_processes_open_a_new_sqlite_store_together(tmp_path: Path):
    _open_in_three_processes(f"sqlite:///{tmp_path / 'new' / 'vigie.db'}")


@pytest.mark.postgres
@pytest.mark.xdist_group("postgres")
def test_three_processes_open_a_new_postgresql_store_together(postgres_url: str):
    admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE opened_by_three"))
    _open_in_three_processes(
        make_url(postgres_url).set(database="opened_by_three").render_as_string(hide_password=False)
    )
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE opened_by_three WITH (FORCE)"))
    admin.dispose()
