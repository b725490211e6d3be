"""Live audio: one block in, stems out, with the engine on a thread of its own."""
