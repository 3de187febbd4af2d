"""Running the site: backups, figures for a monitor, what is wrong now. Knows everything below; nothing knows it."""
