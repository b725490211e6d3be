"""Parts that no mix has: a diffusion model makes them, alone or to given stems, as aligned files.

What is generated is never taken for what is separated. Files are called `generated_bass.wav` and
say so in their tags, the folder's record has the kind `generated`, and no run of one kind writes
into a folder of the other.

    options   what may be asked for      request   what is asked for, checked
    choosing  which model can            given     stems that new ones are made to
    plan      what a job will do         running   doing it
    kept      whether it is done already
"""
