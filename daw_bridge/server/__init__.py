"""The server: sockets over streams over one session."""
