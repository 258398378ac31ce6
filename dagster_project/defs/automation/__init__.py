"""The job, its schedule and its sensor."""
