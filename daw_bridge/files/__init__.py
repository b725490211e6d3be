"""Offline jobs: sound files in, a folder of stems out."""
