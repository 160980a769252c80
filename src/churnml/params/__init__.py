"""params.yaml, typed and frozen: every number churnml runs on, and no path.

A module holds the sections that the same stages read and knows no other, so that an edit reruns those stages alone; ``root`` is
the whole of it, ``load`` reads it. Nothing is imported here: who needs a section names its module.
"""
