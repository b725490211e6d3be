"""What a denoiser is made of; the families `diffusion_unet` and `diffusion_stft` put it together.

    filters   STFT there and back, or nothing: where gains for each frequency are applied
    spectral  the gains: Wiener filter of a set of labels, levels of the body's input and output
    labels    a set of labels as vectors
    blocks    residual blocks, attention, patches
    body      the U-Net on samples between them; stft_body: on frames and bins, samples in and out
    denoiser  filters, gains, labels and a body

Rows are (N, C, T): noisy audio, each with a noise level and a set of labels of its own.
"""
