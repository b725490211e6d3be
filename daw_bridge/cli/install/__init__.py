"""`daw-bridge install`: the files for Max, Pd, REAPER and so on, put where each program looks."""
