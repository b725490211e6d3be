"""From setups and data to checkpoints."""
