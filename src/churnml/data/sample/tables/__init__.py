"""The tables that the invented company exports, bad rows among them."""
