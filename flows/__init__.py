"""In which order, and when: one short file for each job."""
