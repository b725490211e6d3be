"""One diffusion model of mixtures, told which instruments to expect: it separates and generates.

A denoiser hears noisy audio, a noise level and a set of instruments, and answers with the mean of
what may be below the noise. It was trained on mixtures alone. What is done with it, after GMSDI
(Postolache et al. 2024, arXiv 2403.11706) and MSDM (Mariani et al. 2023, arXiv 2302.02257), which
is no more than arithmetic between calls of it, is here.

The state. A problem is a few rows of audio: a set of instruments each, in the time domain. All
rows begin as noise of the highest level and end without any. That they are samples, whatever the
network makes of them inside, is what makes the sum of stems linear, so that it can be held exactly
and one loop serves every network. Arrays are (B, R, C, T): problems, rows, channels, samples.

The slope. Where D is what the denoiser says of a row x at level s, the score of x is (D - x) / s^2,
and d = -s score = (x - D) / s is the slope along which x moves as the level falls: x + d (t - s) at
level t. With one row and nothing else that is all. Rows are tied by adding to their scores:

    rest      one row is y - the sum of the others, and its slope is taken off theirs
    tied      all rows are drawn towards the sum that the row of the mix has, and it towards theirs

    field     what both are to a solver          prior     the denoiser's calls, guided
    separating                                   generating
      separator   every stem in one state          parts out of nothing: eq. 10, in partitions: 11
      extractor   a stem, and all else: two rows   parts to given ones: eq. 12
      ensemble    the better of both, by stem
      weak        a denoiser for each stem: eq. 4    onward: window after window, their past held
    chain     the loop: levels -> a solver's steps (euler, adpm2) -> noise in, moved, stopped early
    settings  frozen, checked when made; stability: steps that would diverge are refused
    noise     a function of the place in the song     remask     estimates as shares of the mix

What comes out is a sample: one of the things that the stems may be, which errs twice as much as
the mean of all of them (about 3 dB). `Sampling.samples` is how many are averaged.

Rules for whoever changes it.

1. Numbers that depend on the schedule alone are float64 until a step multiplies audio by them; then
   each is rounded to float32 once. Sums of rows are added in the order of the rows. The graphs of
   `export.graphs.sampling` do the same operations in the same order, and so have the same bits.
2. All noise is drawn by place (`noise`), never from a generator that runs along: any window, batch
   or number of steps has the same noise at the same place.
3. A field never keeps audio between calls, and a solver keeps nothing.
4. After every step somebody is asked whether to go on. Who stops early gets what the network last
   heard, closed by the same sum.

`method` is the way in from a stream of windows: what a model's file says (`engines.spec.Diffusion`)
with as many levels as steps are asked for. `generator` is the way in for who wants parts that no
mix has, of any length; it also measures the `leak` of what is given into what is new.
"""

from engines.methods.diffusion.method import Method

__all__ = ["Method"]
