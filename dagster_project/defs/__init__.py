"""The assets, checks and automation, a folder for each layer; loaded by ``dagster_project.definitions``."""
