"""What `daw-bridge ping` does: send noise along a route, and measure what comes back."""
