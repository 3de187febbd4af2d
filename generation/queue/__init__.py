"""The rows that are work: claims, leases, retries, throughput. Only this room changes a sample's state."""
