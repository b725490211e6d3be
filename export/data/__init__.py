"""Training and test data: rendered bands, real clips, and the sampler that mixes them.

- `midi.py`: a MIDI file becomes notes per stem (drums, bass, guitar, piano, other).
- `render.py`: notes become aligned FLAC stems, through fluidsynth and free SoundFonts.
- `clip_cache.py`: the real clips and voices become one cache of 44.1 kHz int16 arrays.
- `sampler.py`: seeded training batches and fixed validation and test songs.

None of the data ships with the project; its folder is always an argument.
"""
