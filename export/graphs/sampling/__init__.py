"""A diffusion model's sampler as ONNX: one step, or all of them in a `Loop`.

Both are made around the graph of a denoiser, whose network is copied into them:

    noisy (N, C, T), sigma (N,), labels (N, L)  ->  clean (N, C, T)

What they compute is what `engines.methods.diffusion` does on the host, operation by operation and
in the same order, so that on the CPU they have the same bits (`parity`).

    network   the denoiser, put into a graph once for each evaluation
    fields    what ties the rows: one of them the rest of the mix, or new and given ones to a mix
    step      noise, numbers, guidance and constraint in, the next state out
    loop      all the steps, with noise that is drawn before them
    tables    the numbers of every step
"""
