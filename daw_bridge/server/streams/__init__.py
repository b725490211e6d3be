"""The streams that the server runs, each with its engine."""
