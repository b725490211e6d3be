"""Evaluation of exported models through the engine: test sets, systems, scores, tables, plots."""
