"""Networks: families, O-NADE conditioning, masks, transforms, checkpoints."""
