"""What things are: records, frame schemas, charter, community and settings. No network, no files, no Prefect."""
