"""Sound devices, and JACK as one of them, through PortAudio."""
