"""`python -m deployments` is `vigie`."""

from deployments.cli import main

main()
