"""Layouts for controllers, made of the table: `python -m daw_bridge.cli.controllers`.

One file for each kind of controller, which has `files() -> {path below clients/: content}`.
"""
