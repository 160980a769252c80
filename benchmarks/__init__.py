"""Slow measurements behind `make bench`: what holds on the sample book, printed and never asserted in the timed tests."""
