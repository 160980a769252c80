"""The list as a spreadsheet: what each sheet says, how it looks, how it is written."""
