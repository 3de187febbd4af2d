"""The console's pages: views, forms, and what templates are given."""
