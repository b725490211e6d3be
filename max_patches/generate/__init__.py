"""Makes the Max package `max_patches/DawBridge`: `python -m max_patches.generate`.

One way through it: `addresses` reads the table of parameters; `canvas` lays boxes on a grid and
joins them, knowing every object's inlets and outlets from `objects`; a file for each patch draws
it; `package` gathers what is drawn and writes it. The same table gives the same bytes.
"""
