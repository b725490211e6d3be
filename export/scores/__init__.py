"""What exported models reach, through the engine that serves them."""
