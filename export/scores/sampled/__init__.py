"""What a diffusion model reaches as a separator: every way to sample it, beside what costs less.

    setting   one way to sample: separator or extractor, what is constrained, guidance
    chains    samples of a clip, each made once for all systems that need it
    systems   what is scored: means and masks of samples, ensembles
    wiener    the fixed filter of mean spectra, to be held against
    choice    an ensemble's stems, chosen on the validation songs
    published GMSDI's tables
    report    all of it as plain values     text    and as tables

A clip is one window, in which the sampler works as it does in a stream; streams crossfade such
windows (`export.scores.evaluate` scores them).
"""
