"""What every room uses: metrics, clips, memory, fields, files."""
