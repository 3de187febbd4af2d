"""The pages of accounts, and the decorators that every page of the console stands behind."""
