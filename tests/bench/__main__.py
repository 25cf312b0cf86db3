"""`make bench`: every table in turn. Says why where the real data is absent."""

import os
import runpy
import sys
from pathlib import Path

HERE = Path(__file__).parent
DATA = Path(os.environ.get("VIGIE_REAL_DATA", HERE.parent.parent.parent / "shared" / "data"))

if not DATA.exists():
    sys.exit(f"no real data in {DATA}; name its folder in VIGIE_REAL_DATA")

for script in sorted(HERE.glob("bench_*.py")):
    print(f"\n== {script.stem.removeprefix('bench_')}", flush=True)
    sys.argv = [str(script)]
    try:
        runpy.run_path(str(script), run_name="__main__")
    except SystemExit as end:
        if end.code:
            print(end.code)
