"""`daw-bridge models compare`: two models over the same songs, with true stems or without.

`songs` says what a folder holds and reads it; `lanes` runs both models over a song, block by block;
`sums` keeps the sums of products that every figure is made from; `figures` makes those of a song,
`summary` those of all songs, `texts` their tables; `picture` draws one song; `work` does it all.
"""
