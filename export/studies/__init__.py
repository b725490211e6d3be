"""Experiments with whole trainings and models: comparisons, costs, warm starts."""
