"""A model card: one outcome's evidence on one page, in Markdown and in one self-contained HTML file."""
