"""Everything of the analysis that knows Django: from the database to the table."""
