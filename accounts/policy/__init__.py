"""Rules without a database: what a role may do, how long a wrong password waits."""
