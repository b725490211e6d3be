"""What a diffusion model generates, measured: is it like music, and does it fit what was given?

    pieces      real windows, and the pieces that are generated for each, kept as files
    embedding   what a tagger hears, and the Frechet distance between two sets of it
    sound       onsets, harmonicity and chroma of one sound
    fit         how well two sounds go together
    likeness    sets of pieces against real music, noise and shuffled stems
    playing     onsets and harmonics of parts in the range of real ones
    fitting     new parts to what they were made to, against what they were not; leaks
    evaluate    all of it as plain values     text    and as tables

No figure here says that something sounds good. They say what is missing.
"""
