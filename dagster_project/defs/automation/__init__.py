"""The jobs, when they run, and who is told when one fails."""
