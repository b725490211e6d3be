"""What a denoiser is made of (`export/nets/families/diffusion_unet.py` puts it together).

    filters   STFT there and back, or nothing: where gains for each frequency are applied
    spectral  the gains: Wiener filter of a set of labels, levels of the body's input and output
    labels    a set of labels as vectors
    blocks    residual blocks, attention, patches
    body      the U-Net on samples between them

Rows are (N, C, T): noisy audio, each with a noise level and a set of labels of its own.
"""
