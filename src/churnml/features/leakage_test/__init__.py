"""The proof of time on any book: a few of its accounts are delivered again in other ways, and no feature may move by a byte."""
