"""Comparing families and losses under equal conditions: variants, what they cost, their table."""
