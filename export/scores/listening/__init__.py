"""What an ear minds and SDR hardly shows: leakage, musical noise, and seams between windows."""
