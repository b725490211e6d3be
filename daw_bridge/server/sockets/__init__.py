"""OSC and ZeroMQ: bytes in, requests to the session; replies out."""
