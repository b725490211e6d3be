"""What can be set: the table of parameters, and what a stream makes of it."""
