"""One file per third-party package: how it makes its networks, and what is known of them."""
