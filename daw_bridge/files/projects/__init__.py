"""Projects that a DAW opens, with the stems as tracks: a file for each kind of project."""
