"""What changed since an earlier list, how long a band is held, and what came of earlier lists."""
