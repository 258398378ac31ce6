"""What the documents print."""
