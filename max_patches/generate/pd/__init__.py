"""Makes the Pure Data twin `max_patches/pd`: `python -m max_patches.generate`.

The way is that of the Max package: `canvas` places boxes and joins them, knowing the ports of
every vanilla object from `objects`; a file for each patch draws it; `package` gathers and writes.
Addresses come from the same table, the rules of the layout are the same.
"""
