"""`make bench`: every table in turn, or those named (`python -m tests.bench mood peaks`). Says why where data is absent."""

import os
import runpy
import sys
from pathlib import Path

HERE = Path(__file__).parent
DATA = Path(os.environ.get("VIGIE_REAL_DATA", HERE.parent.parent.parent / "shared" / "data"))

if not DATA.exists():
    sys.exit(f"no real data in {DATA}; name its folder in VIGIE_REAL_DATA")

tables = {script.stem.removeprefix("bench_"): script for script in sorted(HERE.glob("bench_*.py"))}
wanted = sys.argv[1:] or list(tables)
if unknown := set(wanted) - tables.keys():
    sys.exit(f"no table {', '.join(sorted(unknown))}; there are {', '.join(tables)}")

for name in wanted:
    script = tables[name]
    print(f"\n== {name}", flush=True)
    sys.argv = [str(script)]
    try:
        runpy.run_path(str(script), run_name="__main__")
    except SystemExit as end:
        if end.code:
            print(end.code)
