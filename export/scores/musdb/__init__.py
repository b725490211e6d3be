"""Evaluation of an exported model on MUSDB18-like clips: scores, their summary, its table."""
