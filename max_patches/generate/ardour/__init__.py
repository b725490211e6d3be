"""Ardour's session template, made by Ardour itself."""
