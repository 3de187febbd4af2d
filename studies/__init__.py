"""What is compared, and under which protocol. The ground of all other apps."""
