"""Documents as found."""
