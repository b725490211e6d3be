"""Audio files in and out, block by block: the one door through which a file becomes samples.

Audio is `(channels, frames) float32`. Reading says when a file is shorter than it claims; writing
says what would not fit an integer format. Nothing here holds more than one block in memory.

What is needed is imported from its own file: the names of formats, which every command's options
have, come without numpy.
"""
