"""What is done to the data: one package or file for each verb. Plain functions do the work; `step.py` joins them for Prefect."""
