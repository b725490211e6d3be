"""The server, the client and the command line. Imports engines; no tensor maths, no torch."""

__version__ = "0.1.0"
