"""The growth side: who may buy more, what else they might buy, who would speak for us, and who pays for what lies idle."""
