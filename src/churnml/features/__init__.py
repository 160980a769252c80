"""Point-in-time features: a catalogue that says each feature once, and one ``build``."""
