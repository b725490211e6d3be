"""A JACK client with ports of its own; PipeWire with pw-jack."""
