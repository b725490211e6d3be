"""What can be set.

A *parameter* is a row of the table (parameter.py, parameters.py). *Values* are what was asked for,
checked, by the table's names (values.py); a stream's *plan* holds all of its values (plan.py).
*Settings* are what a model makes of a plan (`settings_for`): sizes in samples, ready to run.
"""
