"""Requests in, actions out: no sockets, no threads, no clock."""
