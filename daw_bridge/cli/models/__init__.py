"""What `daw-bridge models` does with other people's models: describe, get, measure, compare."""
