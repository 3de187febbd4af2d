"""What a browser asks and gets: views, the data that templates are given, addresses and answers of clips.

The top room of raters: it may use every other room; none of them may use it."""
