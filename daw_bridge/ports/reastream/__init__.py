"""The ReaStream plug-in's packets, over UDP."""
