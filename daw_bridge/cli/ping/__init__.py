"""What `daw-bridge ping` does: noise along a route, and what came back of it."""
