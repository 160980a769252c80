"""One thin file a DVC stage: a typed function and ``run(function)``. No logic lives here."""
