"""The parts of `daw-bridge ctl`: how a server is reached, what it is asked, what is shown.

Light on purpose: scripts of DAWs call it for every click. Nothing here imports numpy.
"""
