"""What people do in a store: each verb changes its state and announces what the platform announces."""
